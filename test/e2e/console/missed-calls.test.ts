/** Missed calls in the console: callers who gave up in the queue are listed, given to agents, ticked off, called back, and closed by a talk. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { phones, placeCall, waitForCall } from '../../support/party.ts';
import { Pbx } from '../../support/pbx.ts';
import { sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? sippMissing;
const [FIRST, SECOND] = ['13800138001', '02162880002'];

describe.skipIf(missing !== undefined)(`missed calls${missing ? `: skipped, ${missing}` : ''}`, () => {
  let pbx: Pbx;
  let chromium: Chromium;
  let li: Browser;
  let watched: WatchedPage;
  let page: Page;
  let port: number;

  beforeAll(async () => {
    const { ports, contacts } = await phones('8001');
    port = ports['8001']!;
    pbx = await Pbx.start({
      configure: (config) => {
        config.extensions['8001'].contact = contacts['8001'];
        Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s' });
      },
    });
    chromium = await startBrowser();
    li = await personOn(pbx.http, 'demo', { login: 'li', roles: ['supervisor'], agent: '8001' });
    watched = await pageOf(chromium, pbx.http, li);
    page = watched.page;
  }, 90_000);
  afterAll(async () => {
    await chromium?.close();
    await pbx?.cleanUp();
  });

  /** Rings 8001 by the queue and gives up. */
  async function givesUp(caller: string): Promise<void> {
    const scenario = 'agent-ring-expect-cancel';
    const agent = await waitForCall({ number: '8001', port, scenario });
    const party = await placeCall(pbx, { caller, scenario: 'caller-hangs-up-expect-ok', pauseMs: 9_000 });
    await party.voice.hears('main-menu');
    party.voice.press('1');
    await agent.sipp.passed();
    await party.sipp.passed();
  }
  const row = (number: string) => page.getByRole('row').filter({ hasText: number });
  const messageGone = () => page.locator('.ant-message-notice').first().waitFor({ state: 'detached' });

  it('says where there is none what will stand here', async () => {
    await page.goto(`${pbx.http}/missed-calls`);
    await page.getByText('没有未接来电').waitFor();
    await look(page, 'missed-none');
  });

  it('lists who gave up, once, with how often, without being asked again', async () => {
    await page.mouse.move(0, 400);
    await givesUp(FIRST);
    await row('138 0013 8001').getByText('待处理').waitFor();
    await givesUp(FIRST);
    await givesUp(SECOND);
    await row('021 6288 0002').waitFor();
    const cells = await row('138 0013 8001').getByRole('gridcell').allInnerTexts();
    expect(cells).toEqual(expect.arrayContaining(['2', '排队放弃', 'sales', '待处理']));
    expect(await page.getByRole('status').first().textContent()).toBe('待办 2 个');
    await look(page, 'missed');
    await speak(page, 'en');
    await row('138 0013 8001').getByText('Open').waitFor();
    await look(page, 'missed-en');
    await speak(page, 'zh-CN');
  }, 120_000);

  it('is given to an agent, ticked off, and taken back', async () => {
    await row('021 6288 0002').getByRole('button', { name: '021 6288 0002 的更多操作' }).click();
    await page.getByRole('menuitem', { name: '分派' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').click();
    await page.getByTitle('8001').first().click();
    await look(page, 'missed-assign');
    await dialog.getByRole('button', { name: '分派' }).click();
    await row('021 6288 0002').getByText('已分派').waitFor();
    await messageGone();
    await row('021 6288 0002')
      .getByRole('button', { name: /标为已处理/ })
      .click();
    await row('021 6288 0002').getByText('无需回拨').waitFor();
    await page.getByRole('button', { name: '撤销' }).click();
    await row('021 6288 0002').getByText('已分派').waitFor();
    const { body } = await li.ask('GET /api/v1/missed-calls?assignee=8001');
    expect(body.items).toMatchObject([{ caller: SECOND, state: 'assigned', done: null }]);
  });

  it('rings the own phone to call back, and is given to who calls', async () => {
    const scenario = 'agent-ring-expect-cancel';
    const agent = await waitForCall({ number: '8001', port, scenario });
    await row('138 0013 8001').getByRole('button', { name: '回拨 138 0013 8001' }).click();
    await page.getByText(/正在呼叫您的话机/).waitFor();
    await row('138 0013 8001').getByText('8001', { exact: true }).waitFor();
    const { body } = await li.ask('GET /api/v1/calls?state=running');
    expect(body.items).toMatchObject([{ direction: 'outbound' }]);
    await li.ask(`POST /api/v1/calls/${body.items[0].id}/hang-up`);
    await agent.sipp.passed();
  });

  it('closes itself when the caller has reached an agent', async () => {
    await page.mouse.move(0, 400);
    await page.evaluate('document.activeElement.blur()');
    const agent = await waitForCall({ number: '8001', port });
    const party = await placeCall(pbx, {
      caller: FIRST,
      scenario: 'caller-hangs-up-expect-ok',
      pauseMs: 12_000,
    });
    await party.voice.hears('main-menu');
    party.voice.press('1');
    await agent.rung();
    await party.sipp.passed();
    await row('138 0013 8001').waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: '状态' }).press('ArrowDown');
    await page.getByTitle('已处理', { exact: true }).click();
    await row('138 0013 8001').getByText('再次来电已接通').waitFor();
    expect(new URL(page.url()).search).toBe('?state=done');
  }, 60_000);

  it('opens the call by keyboard, and the list stays as it was', async () => {
    await row('138 0013 8001').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('排队放弃').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/missed-calls?state=done');
  });

  it('had no fault in the page', async () => {
    await until('no faults', () => watched.faults.length === 0, { show: () => watched.faults.join('\n') });
  });
});
