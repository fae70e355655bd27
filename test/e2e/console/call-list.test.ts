/** The list of calls in the console, as long as one likes: scrolled far, filtered, searched; a call is opened and one is back at
 * the place. What is in sight is kept as a view, for oneself and for others. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser as Person, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf } from '../../support/console-look.ts';
import { CutRelay } from '../../support/cut-relay.ts';
import { Pbx, withoutCompany } from '../../support/pbx.ts';
import { storeCalls } from '../../support/stored-calls.ts';
import { until } from '../../support/until.ts';

/** A million takes a minute to be stored: they are in `npm run bench:console -- --only list`. For the page these are as endless. */
const CALLS = 30_000;
const TENANT = 't0';
const PAGE = 50;
/** Rows that a window of 900 px has, and those that are drawn before and behind them. */
const DRAWN = 45;

/** More of them than a window shows. */
const STEPS = 25;

const idOf = (row: number) => `call${String(CALLS - row).padStart(18, '0')}`;

describe.skipIf(browserMissing)(
  `a long list of calls${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let folder: string;
    let pbx: Pbx;
    let relay: CutRelay;
    let chromium: Chromium;
    let wang: Person;
    let chen: Person;
    let reader: Person;
    let watched: WatchedPage;
    let page: Page;
    /** Pages of the list that were asked for. */
    const asked: URL[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pbx400-list-'));
      const dataDir = join(folder, 'data');
      mkdirSync(join(folder, 'dialplans'));
      await storeCalls(dataDir, { from: 1, to: CALLS, stepMs: 60_000, companies: 1 });
      pbx = await Pbx.start({
        dataDir,
        configure: (config) => {
          withoutCompany(config);
          Object.assign(config, {
            dialplans: join(folder, 'dialplans'),
            media: { engine: 'null' },
            tenants: { [TENANT]: { name: '示例公司' } },
            trunks: {},
          });
        },
      });
      relay = await CutRelay.to(Number(new URL(pbx.http).port));
      wang = await personOn(pbx.http, TENANT, { login: 'wang', roles: ['company-admin'] });
      chen = await personOn(pbx.http, TENANT, { login: 'chen', roles: ['supervisor'] });
      reader = await personOn(pbx.http, TENANT, { login: 'xu', roles: ['report-reader'] });
      chromium = await startBrowser();
      watched = await pageOf(chromium, relay.url, wang);
      page = watched.page;
      page.on('request', (request: Request) => {
        const url = new URL(request.url());
        if (url.pathname === '/api/v1/calls' && url.searchParams.get('state') !== 'running') asked.push(url);
      });
    }, 120_000);
    afterAll(async () => {
      await chromium?.close();
      await relay?.close();
      await pbx?.cleanUp();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    const grid = () => page.getByRole('grid', { name: '通话记录' });
    const row = (place: number) =>
      grid().locator(`[role="row"][aria-rowindex="${place + 2}"]:not([aria-busy="true"])`);
    const facts = (text: string | RegExp) =>
      page.locator('.page-head [role="status"]').filter({ hasText: text });
    const drawn = () => grid().locator('.grid-row').count();
    const read = () =>
      page.evaluate<number>("Math.round(document.querySelector('.grid-body').offsetHeight / 40)");
    const focused = () =>
      page.evaluate<string | null>("document.activeElement.getAttribute('aria-rowindex')");
    const scrolled = () => page.evaluate<number>("document.querySelector('.grid').scrollTop");
    const scrollTo = (place: number) =>
      page.evaluate(`document.querySelector('.grid').scrollTop = ${place * 40}`);
    /** Looked at with each frame. */
    const becomes = (condition: string) =>
      page.evaluate(`new Promise((done, fail) => {
        const end = performance.now() + 15_000;
        const look = () => {
          if (${condition}) return done();
          if (performance.now() > end) return fail(new Error(${JSON.stringify(condition)}));
          requestAnimationFrame(look);
        };
        look();
      })`);
    /** A call is open, and keys are its own. */
    const opened = () => becomes("document.querySelector('.ant-drawer')?.contains(document.activeElement)");
    async function closes(): Promise<void> {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    const heading = (name: string) => grid().getByRole('columnheader', { name, exact: true });
    const headings = (of: Page) => of.getByRole('columnheader').allTextContents();
    const columns = (of: Page) => of.getByRole('button', { name: /列$/ }).click();
    /** A view is changed, from the list of all of them. */
    async function managed(of: Page, act: string, title: string) {
      await of.getByRole('button', { name: /^视图：/ }).click();
      await of.getByRole('menuitem', { name: '管理视图…' }).click();
      await of.getByRole('dialog', { name: '管理视图' }).getByRole('button', { name: act }).click();
      const form = of.getByRole('dialog', { name: title });
      await form.getByRole('textbox', { name: '名称' }).waitFor();
      return form;
    }
    /** To the end of what was read, so many times, each of which has the page behind it read. */
    async function further(pages: number): Promise<void> {
      for (let turn = 0; turn < pages; turn += 1) {
        const before = await read();
        await page.keyboard.press('End');
        await becomes(`document.querySelector('.grid-body').offsetHeight >= ${(before + PAGE) * 40}`);
        // The focus is on the last row that was there, and that row is read.
        await becomes(
          `Number(document.activeElement.getAttribute('aria-rowindex')) >= ${before + 1} && document.activeElement.ariaBusy !== 'true'`,
        );
      }
    }

    it('shows the newest, and what all of them come to', async () => {
      await page.goto(`${relay.url}/calls?range=all`);
      await row(0).waitFor();
      await facts(`${CALLS.toLocaleString('en')} 通`).waitFor();
      const { body } = await wang.ask('GET /api/v1/calls/totals');
      expect(body.calls).toBe(CALLS);
      await facts(body.answered.toLocaleString('en')).waitFor();
      expect(await drawn()).toBeLessThanOrEqual(DRAWN);
      await look(page, 'call-list');
    });

    it('goes on for many pages by the keyboard, and keeps those around what is in sight', async () => {
      await row(0).focus();
      await further(40);
      const rows = await read();
      expect(rows).toBeGreaterThanOrEqual(41 * PAGE);
      const shown = await drawn();
      expect(shown).toBeLessThanOrEqual(DRAWN);
      expect(await page.evaluate<number>("document.querySelectorAll('.grid-row').length")).toBe(shown);
      // Each page was read once on the way; the first ones once more when the stream began.
      expect(asked.length).toBeLessThanOrEqual(rows / PAGE + 4);
    });

    it('comes back to any place: rows are read again where they stood, and the focus with them', async () => {
      const before = asked.length;
      await scrollTo(1_000);
      await row(1_010).waitFor();
      await row(1_010).click();
      await page.waitForURL(`**/calls/${idOf(1_010)}?range=all`);
      await opened();
      const place = await scrolled();
      await closes();
      expect(await scrolled()).toBe(place);
      await becomes("document.activeElement.getAttribute('aria-rowindex') === '1012'");
      // Between them are pages that nobody has looked at.
      expect(asked.length - before).toBeLessThanOrEqual(4);
      await page.keyboard.press('PageDown');
      await becomes("document.activeElement.getAttribute('aria-rowindex') === '1022'");
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/calls/${idOf(1_020)}?range=all`);
      await opened();
    });

    it('goes from call to call beyond what was in sight, and the list follows', async () => {
      const place = await scrolled();
      for (let step = 1; step <= STEPS; step += 1) {
        await page.keyboard.press('j');
        await page.waitForURL(`**/calls/${idOf(1_020 + step)}?range=all`);
        await becomes(
          `document.querySelector('.grid-row[aria-rowindex="${1_022 + step}"]')?.ariaSelected === 'true'`,
        );
      }
      expect(await scrolled()).toBeGreaterThan(place + (STEPS - 20) * 40);
      await opened();
      await closes();
      await row(1_020 + STEPS).waitFor();
    });

    it('reads only what is in sight anew when the stream was away', async () => {
      const place = await scrolled();
      const top = await focused();
      asked.length = 0;
      relay.cut();
      await until('the page has read anew', async () => asked.length > 0);
      await until('nothing is read any more', async () => {
        const before = asked.length;
        await page.evaluate('new Promise((done) => setTimeout(done, 1000))');
        return asked.length === before;
      });
      expect(asked.length).toBeLessThanOrEqual(8);
      expect(asked.every(({ searchParams }) => searchParams.get('after') !== null)).toBe(true);
      expect(await scrolled()).toBe(place);
      expect(await focused()).toBe(top);
      await row(1_020 + STEPS).waitFor();
    });

    it('is filtered from the top, and searched by a part of a number', async () => {
      await page.goto(`${relay.url}/calls?range=all`);
      await row(0).waitFor();
      await row(0).focus();
      await further(3);
      await page.getByRole('combobox', { name: '结果' }).click();
      await page.getByTitle('排队放弃', { exact: true }).click();
      const { body: abandoned } = await wang.ask('GET /api/v1/calls/totals?outcome=abandoned');
      await facts(`${abandoned.calls.toLocaleString('en')} 通`).waitFor();
      await until('it begins at the top', async () => (await scrolled()) === 0);
      expect(abandoned.calls).toBeLessThan(CALLS / 2);

      const { body } = await wang.ask('GET /api/v1/calls?outcome=abandoned&limit=1');
      const [{ id, caller }] = body.items;
      await page.getByRole('textbox', { name: /通话编号/ }).fill(caller.slice(3, 10));
      const { body: found } = await wang.ask(
        `GET /api/v1/calls/totals?outcome=abandoned&q=${caller.slice(3, 10)}`,
      );
      expect(found.calls).toBeLessThan(50);
      await facts(`${found.calls} 通`).waitFor();
      await becomes(`document.querySelectorAll('.grid-row').length === ${found.calls}`);
      await row(0).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === `/calls/${id}`);
      await opened();
      await closes();
    });

    it('keeps what is in sight as a view of his own: filters and columns, chosen and ordered by keyboard', async () => {
      await page.goto(`${relay.url}/calls?range=all&outcome=abandoned`);
      await row(0).waitFor();
      await columns(page);
      const chooser = page.getByRole('dialog', { name: '显示哪些列' });
      await chooser.getByRole('checkbox', { name: '中继' }).focus();
      await page.keyboard.press('Space');
      await heading('中继').waitFor();
      await chooser.getByRole('checkbox', { name: '满意度' }).focus();
      await page.keyboard.press('Space');
      await heading('满意度').waitFor({ state: 'detached' });
      // To the front, one place by one.
      await chooser.getByRole('checkbox', { name: '结果' }).focus();
      for (let place = 5; place >= 1; place -= 1) {
        await page.keyboard.press('Alt+ArrowUp');
        await chooser.getByText(`结果 现在是第 ${place} 列`).waitFor({ state: 'attached' });
      }
      await page.keyboard.press('Escape');
      await chooser.waitFor({ state: 'hidden' });
      const shown = await headings(page);
      expect(shown.slice(0, 3)).toEqual(['结果', '开始时间', '主叫']);
      expect([shown.at(-1), shown.includes('满意度')]).toEqual(['中继', false]);

      await page.getByRole('button', { name: '另存为视图' }).click();
      const form = page.getByRole('dialog', { name: '另存为视图' });
      await form.getByRole('textbox', { name: '名称' }).fill('放弃的');
      await page.keyboard.press('Enter');
      await form.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: '视图：放弃的' }).waitFor();
      const url = new URL(page.url());
      expect(url.searchParams.get('view')).toMatch(/./);
      await page.reload();
      await row(0).waitFor();
      expect(await headings(page)).toEqual(shown);
      await look(page, 'call-list-view');
      const { body } = await chen.ask('GET /api/v1/views?page=calls');
      expect(body.items).toEqual([]);
    });

    it('shares it with a role: somebody of that role uses it, and somebody else does not see it', async () => {
      const form = await managed(page, '修改 放弃的', '修改视图');
      await form.getByRole('combobox', { name: '谁可以使用' }).click();
      await page.getByTitle('角色：班长', { exact: true }).click();
      await form.getByRole('button', { name: '保存视图' }).click();
      await form.waitFor({ state: 'detached' });
      await page.getByRole('dialog', { name: '管理视图' }).getByText('角色：班长').waitFor();
      await look(page, 'call-list-views');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: '管理视图' }).waitFor({ state: 'detached' });

      const other = await pageOf(chromium, pbx.http, chen);
      await other.page.goto(`${pbx.http}/calls?range=all`);
      await other.page.getByRole('button', { name: '视图：全部记录' }).click();
      await other.page.getByRole('menuitem', { name: '放弃的' }).click();
      await other.page.getByRole('button', { name: '视图：放弃的' }).waitFor();
      expect((await headings(other.page)).slice(0, 2)).toEqual(['结果', '开始时间']);
      expect(new URL(other.page.url()).searchParams.get('outcome')).toBe('abandoned');
      expect(other.faults).toEqual([]);
      await other.page.context().close();
      const { body } = await reader.ask('GET /api/v1/views?page=calls');
      expect(body.items).toEqual([]);
    });

    it('gives it another name, and deletes it: the list is as it was for whoever used it', async () => {
      const form = await managed(page, '修改 放弃的', '修改视图');
      await form.getByRole('textbox', { name: '名称' }).fill('排队放弃的');
      await form.getByRole('button', { name: '保存视图' }).click();
      await form.waitFor({ state: 'detached' });
      const all = page.getByRole('dialog', { name: '管理视图' });
      await all.getByRole('button', { name: '删除 排队放弃的' }).click();
      const sure = page.getByRole('dialog').filter({ hasText: '删除视图“排队放弃的”？' });
      await sure.getByText('其他人也将看不到它').waitFor();
      await sure.getByRole('button', { name: '删除', exact: true }).click();
      await sure.waitFor({ state: 'detached' });
      await all.getByText('还没有视图').waitFor();
      await page.keyboard.press('Escape');
      await all.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: '视图：全部记录' }).waitFor();
      expect(new URL(page.url()).searchParams.get('view')).toBeNull();
      expect(new URL(page.url()).searchParams.get('outcome')).toBeNull();
      // The columns are as this browser had the list before there was a view.
      await page.goto(`${relay.url}/calls?range=all`);
      await row(0).waitFor();
      expect((await headings(page))[0]).toBe('结果');
      await columns(page);
      await page
        .getByRole('dialog', { name: '显示哪些列' })
        .getByRole('button', { name: '恢复默认' })
        .click();
      await becomes("document.querySelector('[role=columnheader]').textContent === '开始时间'");
      const { body } = await chen.ask('GET /api/v1/views?page=calls');
      expect(body.items).toEqual([]);
    });

    it('had no fault in the page', () => {
      expect(watched.faults.filter((fault) => !/ERR_|WebSocket/.test(fault))).toEqual([]);
    });
  },
);
