/** A wallboard (大屏): made in the console with mouse and keys, shown by its link while callers come, dark once it is revoked, back after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, openPage, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { phones, placeCall, waitForCall } from '../../support/party.ts';
import { type ConfigDocument, Pbx } from '../../support/pbx.ts';
import { sippMissing } from '../../support/sipp.ts';

const missing = browserMissing ?? sippMissing;
const PICTURES = process.env['PICTURES'];
const CUT = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)$/;
/** Of a television of each kind. */
const SCREENS = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
];

describe.skipIf(missing !== undefined)(`a wallboard${missing ? `: skipped, ${missing}` : ''}`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'pbx400-wall-'));
  let pbx: Pbx;
  let chromium: Chromium;
  let li: Browser;
  let watched: WatchedPage;
  let page: Page;
  let screen: WatchedPage;
  let port: number;
  let configure: (config: ConfigDocument) => void;

  beforeAll(async () => {
    const { ports, contacts } = await phones('8001');
    port = ports['8001']!;
    configure = (config) => {
      config.extensions['8001'].contact = contacts['8001'];
      Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s' });
    };
    pbx = await Pbx.start({ configure, dataDir });
    chromium = await startBrowser();
    li = await personOn(pbx.http, 'demo', { login: 'li', roles: ['supervisor'] });
    watched = await pageOf(chromium, pbx.http, li);
    page = watched.page;
  }, 90_000);
  afterAll(async () => {
    await chromium?.close();
    await pbx?.cleanUp();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Comes to the queue by the menu; an agent's phone rings, and the caller gives up. */
  async function waits(meanwhile: () => Promise<void>): Promise<void> {
    const agent = await waitForCall({ number: '8001', port, scenario: 'agent-ring-expect-cancel' });
    const party = await placeCall(pbx, {
      caller: '13800138001',
      scenario: 'caller-hangs-up-expect-ok',
      pauseMs: 12_000,
    });
    await party.voice.hears('main-menu');
    party.voice.press('1');
    await meanwhile();
    await agent.sipp.passed();
    await party.sipp.passed();
  }
  const tile = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}\\s*第`) });
  const onScreen = (name: string) => screen.page.locator('.tile').filter({ hasText: name });
  const figure = (name: string) => onScreen(name).locator('.tile-value');
  const isSaid = async (name: string, text: string) =>
    await figure(name)
      .filter({ hasText: new RegExp(`^${text}$`) })
      .waitFor();
  const add = async (metric: string) => {
    await page.getByRole('button', { name: '添加指标' }).click();
    await page.getByRole('combobox', { name: '指标' }).click();
    await page.getByRole('combobox', { name: '指标' }).fill(metric);
    await page.keyboard.press('Enter');
  };

  it('says where there is none what it is for, and is made', async () => {
    await page.goto(`${pbx.http}/wallboards`);
    await page.getByText('还没有大屏').waitFor();
    await look(page, 'wallboards-none');
    await page.getByRole('button', { name: '新建大屏' }).click();
    await page.getByLabel('大屏名称').fill('客服大厅');
    await page.getByLabel('标识').fill('hall');
    await page.getByRole('dialog').getByRole('button', { name: '新建' }).click();
    await page.waitForURL(/\/wallboards\/hall$/);
  });

  it('is laid out by keys and by mouse, with live figures, and saved against the revision that was read', async () => {
    await add('排队人数');
    await page.getByLabel('红色阈值（告警）').fill('1');
    for (const metric of ['来电总量', '放弃量', '20 秒接通率', '就绪坐席', '最长等待']) await add(metric);
    await tile('排队人数').filter({ hasText: '0' }).waitFor();
    await tile('来电总量').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page
      .getByRole('button', { name: /^来电总量\s*第 5 行第 4 列，3 列 × 3 行/ })
      .waitFor({ timeout: 5000 });
    await page.keyboard.press('Shift+ArrowUp');
    const box = (await tile('最长等待').boundingBox())!;
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 20 + box.width + 8, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: /^最长等待\s*第 3 行第 7 列/ }).waitFor({ timeout: 5000 });
    await page.getByText('有未保存的修改').waitFor();
    await look(page, 'wallboard-editor');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('已保存').first().waitFor();
    const saved = await li.ask('GET /api/v1/wallboards/hall');
    expect(saved.body.tiles.map(({ metric }: { metric: string }) => metric)).toEqual([
      ...['waiting', 'calls', 'abandoned', 'service-level', 'agents-ready', 'longest-wait'],
    ]);
    expect(saved.body.tiles[0]).toMatchObject({ red: 1 });
  }, 60_000);

  it('tells of a change that somebody else has made meanwhile, and overwrites it only when told', async () => {
    const { body } = await li.ask('GET /api/v1/wallboards/hall');
    await page.getByLabel('大屏名称').fill('一号大厅');
    const changed = await li.ask('PATCH /api/v1/wallboards/hall', {
      body: { title: '别的' },
      headers: { 'if-match': `"${body.meta.revision}"` },
    });
    expect(changed.status).toBe(200);
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('他人已修改此大屏').waitFor();
    await page.getByRole('button', { name: '覆盖' }).click();
    await page.getByText('他人已修改此大屏').waitFor({ state: 'detached' });
    expect((await li.ask('GET /api/v1/wallboards/hall')).body.title).toBe('一号大厅');
  });

  it('is shown by its link to who is not signed in, and its figures change with real calls', async () => {
    await page.getByRole('button', { name: '投屏链接' }).click();
    await page.getByLabel('安放位置').fill('三楼大厅');
    await page.getByRole('button', { name: '生成链接' }).click();
    const address = (await page.locator('.links-address').textContent())!;
    await look(page, 'wallboard-links');
    screen = await openPage(chromium, { viewport: SCREENS[0]! });
    await screen.page.goto(address);
    await isSaid('排队人数', '0');
    await isSaid('来电总量', '0');
    await isSaid('20 秒接通率', '–');
    expect(await screen.page.context().cookies()).toEqual([]);
    expect(await screen.page.getByText(/^数据 \d 秒前$/).count()).toBe(1);
    await waits(async () => {
      await isSaid('排队人数', '1');
      expect(await onScreen('排队人数').getAttribute('data-level')).toBe('red');
      expect(await onScreen('排队人数').textContent()).toContain('告警');
      await picture('wall');
    });
    await isSaid('来电总量', '1');
    await isSaid('放弃量', '1');
    await isSaid('排队人数', '0');
    expect(await screen.page.locator('main').textContent()).not.toContain('13800138001');
    // 64 px and more on each screen.
    for (const size of SCREENS) {
      await screen.page.setViewportSize(size);
      const sizes: number[] = await screen.page.evaluate(
        "[...document.querySelectorAll('.tile-value')].map((each) => parseFloat(getComputedStyle(each).fontSize))",
      );
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(64 * (size.width / 1920));
    }
    await screen.page.setViewportSize(SCREENS[0]!);
  }, 120_000);

  it('is grey while the engine is down, and returns by itself after it was started again', async () => {
    const nodes = () => screen.page.evaluate<number>("document.querySelectorAll('*').length");
    const before = await nodes();
    const http = pbx.http.replace('http://', '');
    await pbx.kill();
    await screen.page.getByText(/^数据已中断，正在重连/).waitFor();
    expect(await screen.page.locator('main').getAttribute('data-state')).toBe('stale');
    await picture('wall-stale');
    pbx = await Pbx.start({ configure, dataDir, http });
    await screen.page.locator('main[data-state=fresh]').waitFor({ timeout: 30_000 });
    await isSaid('来电总量', '1');
    expect(await nodes()).toBe(before);
  }, 120_000);

  it('ends with words once its link is revoked', async () => {
    await page.goto(`${pbx.http}/wallboards/hall`);
    await page.getByRole('button', { name: '投屏链接' }).click();
    await page.getByRole('listitem').getByRole('button', { name: '撤销' }).click();
    await page
      .getByRole('dialog')
      .filter({ hasText: '立即停止显示' })
      .getByRole('button', { name: '撤销' })
      .click();
    await screen.page.getByRole('heading', { name: '链接已失效' }).waitFor({ timeout: 5000 });
    expect(await screen.page.locator('.tile').count()).toBe(0);
    await picture('wall-gone');
    const asked: string[] = [];
    screen.page.on('request', (request) => asked.push(request.url()));
    await page.getByText('已撤销').waitFor();
    await speak(page, 'en');
    await page.getByRole('button', { name: 'Links for screens' }).waitFor();
    await look(page, 'wallboard-en');
    expect(asked).toEqual([]);
    // While the engine was down nobody answered, nor what it was asked as it was killed.
    expect(watched.faults.filter((fault) => !CUT.test(fault))).toEqual([]);
  }, 60_000);

  async function picture(name: string): Promise<void> {
    if (PICTURES === undefined) return;
    for (const size of SCREENS) {
      await screen.page.setViewportSize(size);
      await screen.page.waitForTimeout(150);
      await screen.page.screenshot({ path: join(PICTURES, `${name}-${size.width}.png`) });
    }
    await screen.page.setViewportSize(SCREENS[0]!);
  }
});
