/** The console against the real engine: somebody signs in, sees the call that SIPp has just made, and all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserMissing, openPage, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look } from '../../support/console-look.ts';
import { phones, placeCall, waitForCall } from '../../support/party.ts';
import { Pbx } from '../../support/pbx.ts';
import { sippMissing } from '../../support/sipp.ts';

const missing = browserMissing ?? sippMissing;
const PASSWORD = 'correct horse battery';
const CALLER = '13800138000';
describe.skipIf(missing !== undefined)(
  `the console in Chromium${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let pbx: Pbx;
    let browser: Browser;
    let watched: WatchedPage;
    let page: Page;
    let calling: Promise<void>;

    beforeAll(async () => {
      const { ports, contacts } = await phones('8001');
      pbx = await Pbx.start({
        configure: (config) => {
          config.extensions['8001'].contact = contacts['8001'];
          Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s' });
        },
      });
      calling = talk(pbx, ports['8001']!);
      // Told where it is waited for.
      calling.catch(() => {});
      browser = await startBrowser();
      watched = await openPage(browser);
      page = watched.page;
    }, 90_000);
    afterAll(async () => {
      await browser?.close();
      await pbx?.cleanUp();
    });

    it('signs in with the first password, which opens nothing but the choice of another', async () => {
      const first = readFileSync(join(pbx.dataDir, 'operator-password'), 'utf8').trim();
      await page.goto(`${pbx.http}/calls?range=today`);
      await page.getByLabel('用户名').fill('operator');
      await page.getByLabel('密码').fill('wrong one');
      await page.getByRole('button', { name: '登录' }).click();
      await page.getByRole('alert').getByText('wrong-password').waitFor();
      await look(page, 'sign-in');
      await page.getByLabel('密码').fill(first);
      await page.getByRole('button', { name: '登录' }).click();
      await page.getByLabel('当前密码').fill(first);
      await page.getByLabel('新密码', { exact: true }).fill(PASSWORD);
      await page.getByLabel('再次输入新密码').fill(PASSWORD);
      await look(page, 'new-password');
      await page.getByRole('button', { name: '设置新密码' }).click();
      await page.getByRole('heading', { name: '通话记录' }).waitFor();
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/calls?range=today');
    });

    it('shows the call that SIPp has just made, without being asked again', async () => {
      // Over the rows nothing would move.
      await page.mouse.move(0, 400);
      await calling;
      const row = page.getByRole('row').filter({ hasText: '138 0013 8000' }).filter({ hasText: '已接听' });
      await row.waitFor();
      expect(await row.getByRole('gridcell').allInnerTexts()).toEqual(
        expect.arrayContaining(['400 123 4567', 'sales', '8001']),
      );
      await look(page, 'calls');
    });

    it('opens all of it by keyboard: seconds, recording, way, who was rung, SIP', async () => {
      await page.getByRole('row').nth(1).focus();
      await page.keyboard.press('Enter');
      const drawer = page.getByRole('dialog');
      await drawer.getByText('路由过程与原因').waitFor();
      const { id } = (await pbx.get('/api/v1/calls?outcome=answered')).body.items[0];
      expect(page.url()).toBe(`${pbx.http}/calls/${id}?range=today`);
      for (const text of ['IVR', '排队', '通话']) expect(await drawer.textContent()).toContain(text);
      await drawer.getByRole('region', { name: '录音 1' }).waitFor();
      await drawer.getByRole('button', { name: '显示信令图' }).click();
      await drawer
        .getByRole('option', { name: /INVITE/ })
        .first()
        .waitFor();
      await look(page, 'call');
      await page.keyboard.press('Escape');
      await drawer.waitFor({ state: 'detached' });
    });

    it('finds by filters that stand in the address, and says what to do where there is nothing', async () => {
      await page.goto(`${pbx.http}/calls?q=99999999`);
      await page.getByText('没有符合条件的通话').waitFor();
      await look(page, 'nothing');
      await page.getByRole('button', { name: '清除筛选' }).last().click();
      await page.getByRole('row').filter({ hasText: '138 0013 8000' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.keyboard.type('0013');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\?q=0013$/);
      await page.getByRole('row').filter({ hasText: '138 0013 8000' }).waitFor();
    });

    it('speaks English, shows own settings and the keys, and signs out', async () => {
      await page.getByRole('button', { name: 'Switch to English' }).click();
      await page.keyboard.press('?');
      await page.getByRole('dialog').getByText('open the commands').waitFor();
      await look(page, 'keys');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.goto(`${pbx.http}/settings`);
      await page.getByText('Where you are signed in').waitFor();
      await page.getByText('Chrome').waitFor();
      await look(page, 'settings');
      await page.getByRole('button', { name: 'Account operator' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(watched.faults).toEqual([]);
    });
  },
);

/** A caller comes to an agent by the menu and the queue; both talk for two seconds. */
async function talk(pbx: Pbx, port: number): Promise<void> {
  const scenario = 'agent-answers-and-hangs-up-expect-ok';
  const agent = await waitForCall({ number: '8001', port, scenario, pauseMs: 6500 });
  const caller = await placeCall(pbx, { caller: CALLER });
  await caller.voice.hears('main-menu');
  caller.voice.press('1');
  await agent.rung();
  await agent.sipp.passed();
  await caller.voice.hears('survey-three-keys');
  caller.voice.press('1');
  await caller.sipp.passed();
}
