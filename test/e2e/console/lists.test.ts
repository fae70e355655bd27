/** Lists with numbers (名单) in the console: what is put on one, taken off or imported decides the next call; an import that is cancelled leaves it as it was. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

const HOTLINE = '4006543211';

describe.skipIf(browserMissing !== undefined)(
  `lists with numbers in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-lists-'));
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      pbx = await Pbx.start();
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
      expect((await wang.ask('POST /api/v1/lists', { body: { name: 'spam' } })).status).toBe(201);
      const hotline = {
        number: HOTLINE,
        name: '总机',
        block: [{ match: 'list', list: 'spam' }],
        flow: { type: 'queue', queue: 'sales' },
      };
      const made = await wang.ask('POST /api/v1/hotlines', { body: hotline });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      // Its thread is slow to begin beside load: not the page's to wait for.
      await isRefused('13800138000');
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
      rmSync(folder, { recursive: true, force: true });
    });

    /** What the engine would do with a call of his now. */
    async function isRefused(caller: string): Promise<boolean> {
      const { status, body } = await wang.ask('POST /api/v1/simulations', {
        body: { hotline: HOTLINE, caller },
      });
      expect(status, JSON.stringify(body)).toBe(200);
      return body.end.cause === 'blacklisted';
    }
    const tab = () => page.locator('.list-numbers');
    const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
    const row = (text: string) => tab().getByRole('row').filter({ hasText: text });
    const stored = async () => {
      const { items } = (await wang.ask('GET /api/v1/lists/spam/numbers?limit=200')).body;
      return items.map(({ number }: { readonly number: string }) => number).sort();
    };
    const file = (name: string, text: string) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const choose = async (path: string) => {
      const importing = dialog('导入号码到 spam');
      await importing.locator('input[type=file]').setInputFiles(path);
      return importing;
    };

    it('has a tab in its drawer, which says what to do while it is empty', async () => {
      await page.goto(`${pbx.http}/admin/lists/spam`);
      await page.getByRole('tab', { name: '号码表' }).click();
      await tab().getByText('号码表是空的').waitFor();
      await look(page, 'lists-empty');
    });

    it('takes several numbers at once, says which are none, and the next call is refused', async () => {
      expect(await isRefused('13800138000')).toBe(false);
      await tab().getByRole('button', { name: '添加号码' }).click();
      const adding = dialog('添加号码到 spam');
      const numbers = adding.getByRole('textbox', { name: /每行一个/ });
      await numbers.fill('138 0013 8000\n12\n0755-2345 6789');
      await adding.getByText('共 3 个号码').waitFor();
      await adding.getByLabel('原因').fill('骚扰');
      await adding.getByLabel('有效期至').fill('2099-12-31');
      await adding.getByRole('button', { name: '添加 3 个号码' }).click();
      await adding.getByText('12：不是有效的号码').waitFor();
      await look(page, 'lists-add');
      expect(await stored()).toEqual([]);
      await numbers.fill('138 0013 8000\n0755-2345 6789，13899998000');
      await adding.getByRole('button', { name: '添加 3 个号码' }).click();
      await adding.waitFor({ state: 'detached' });
      await row('138 0013 8000').getByText('骚扰').waitFor();
      await row('138 0013 8000').getByText('2100-01-01 00:00').waitFor();
      expect(await stored()).toEqual(['075523456789', '13800138000', '13899998000']);
      expect(await isRefused('13800138000')).toBe(true);
      await look(page, 'lists-numbers');
    });

    it('finds by a part or the beginning, changes one, takes it off and back by undo', async () => {
      const search = tab().getByRole('textbox', { name: '搜索号码' });
      await search.fill('0138');
      await row('138 9999 8000').waitFor({ state: 'detached' });
      await row('138 0013 8000').waitFor();
      await search.fill('777');
      await tab().getByText('没有符合条件的号码。').waitFor();
      await tab().getByRole('button', { name: '清除搜索' }).click();
      await row('138 0013 8000').click();
      const one = dialog('138 0013 8000');
      await one.getByLabel('备注').fill('三次投诉');
      await one.getByRole('button', { name: /保\s?存/ }).click();
      await one.waitFor({ state: 'detached' });
      await row('三次投诉').click();
      await one.waitFor();
      await look(page, 'lists-number');
      await one.getByRole('button', { name: '移出名单' }).click();
      await one.waitFor({ state: 'detached' });
      await row('138 0013 8000').waitFor({ state: 'detached' });
      expect(await isRefused('13800138000')).toBe(false);
      await page.getByRole('button', { name: /撤\s?销/ }).click();
      await row('三次投诉').waitFor();
      expect(await isRefused('13800138000')).toBe(true);
    });

    it('imports a table: what would become of it is told first, wrong rows come back', async () => {
      await tab().getByRole('button', { name: '导入号码' }).click();
      const importing = await choose(
        file('wrong.csv', '号码,原因\n13800138000,改了\n13700000001,骚扰\nabc,\n13700000001,\n'),
      );
      const skip = importing.getByRole('checkbox', { name: '跳过有误的 1 行' });
      await skip.waitFor();
      const counts = importing.locator('.list-import-counts');
      expect((await counts.textContent())!.replaceAll(/\s/g, '')).toBe('行数4新增1修改1重复1有误1');
      await look(page, 'lists-import-preview');
      const href = await importing.getByRole('link', { name: '下载有误的行' }).getAttribute('href');
      expect((await wang.ask(`GET ${href}`)).body).toContain('abc');
      expect(await importing.getByRole('button', { name: '请先改正，或选择跳过有误的行' }).isDisabled()).toBe(
        true,
      );
      await skip.check();
      await importing.getByRole('button', { name: '导入 2 行' }).click();
      await importing.getByText('导入完成：新增 1，修改 1，不变 0，移出 0').waitFor();
      await importing
        .getByRole('button', { name: /关\s?闭/ })
        .last()
        .click();
      await importing.waitFor({ state: 'detached' });
      await row('137 0000 0001').waitFor();
      expect(await isRefused('13700000001')).toBe(true);
    });

    it('shows how far an import of many is; cancelled in the middle, the list is as it was', {
      timeout: 150_000,
    }, async () => {
      const before = await stored();
      // So many that seconds pass between the first that is seen of it and its end.
      const rows = Array.from({ length: 400_000 }, (_, index) => `139${String(index).padStart(8, '0')}`);
      await tab().getByRole('button', { name: '导入号码' }).click();
      const importing = await choose(file('many.csv', rows.join('\n')));
      const run = importing.getByRole('button', { name: '导入 400,000 行' });
      await run.waitFor({ timeout: 60_000 });
      await run.click();
      await importing.getByText(/[1-9][\d,]* \/ 400,000/).waitFor();
      await importing.getByRole('button', { name: '取消导入' }).click();
      await importing.getByText('已取消，名单与导入前一样').waitFor({ timeout: 60_000 });
      await look(page, 'lists-import-cancelled');
      expect(await stored()).toEqual(before);
      expect(await isRefused(rows[0]!)).toBe(false);
      await importing
        .getByRole('button', { name: /关\s?闭/ })
        .last()
        .click();
      await importing.waitFor({ state: 'detached' });
    });

    it('speaks English, and gives the whole table back', async () => {
      await speak(page, 'en');
      await page.getByRole('tab', { name: 'Numbers' }).click();
      await row('137 0000 0001').waitFor();
      await look(page, 'lists-numbers-en');
      await tab().getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: 'Export as CSV (.csv)' }).click();
      const told = page.locator('.ant-notification').filter({ hasText: 'list-spam.csv' });
      const link = told.getByRole('link', { name: 'Download', exact: true });
      await link.waitFor();
      const { body } = await wang.ask(`GET ${await link.getAttribute('href')}`);
      expect(body).toContain('13700000001,,骚扰');
      await speak(page, 'zh-CN');
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
