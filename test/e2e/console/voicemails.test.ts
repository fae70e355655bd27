/** Voicemail in the console: what a caller left in a mailbox is counted in the menu, listened to, noted, seen to and deleted for a reason. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { placeCall } from '../../support/party.ts';
import { Pbx } from '../../support/pbx.ts';
import { sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? sippMissing;
const CALLER = '13800138031';

describe.skipIf(missing !== undefined)(
  `voicemail in the console${missing ? `: skipped, ${missing}` : ''}`,
  () => {
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
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const row = () => page.getByRole('row').filter({ hasText: '138 0013 8031' });
    const drawer = () => page.getByRole('dialog').first();
    const message = async () => (await wang.ask('GET /api/v1/voicemails')).body.items[0];

    it('says where there is none what will stand here', async () => {
      await page.goto(`${pbx.http}/voicemails`);
      await page.getByText('没有留言').waitFor();
    });

    it('shows and counts what a caller has left, without being asked again', async () => {
      const caller = await placeCall(pbx, {
        caller: CALLER,
        called: '4001234568',
        scenario: 'caller-hangs-up-expect-ok',
        pauseMs: 22_000,
      });
      const greeting = await caller.voice.hears('voicemail-after-hours', 15_000);
      await caller.voice.listen(greeting.atMs + 7_300 + 800);
      caller.voice.tone(480);
      await caller.sipp.passed();
      await row().getByText('未听').waitFor();
      await page.getByRole('link', { name: /语音留言.*1 条未听/ }).waitFor();
      await look(page, 'voicemails');
    }, 60_000);

    it('is heard by who plays it, and counted no more', async () => {
      await row().focus();
      await page.keyboard.press('Enter');
      await drawer().locator('.waveform').waitFor();
      expect(await message()).toMatchObject({ state: 'new' });
      await look(page, 'voicemail');
      await drawer().getByRole('button', { name: '播放' }).click();
      await until('it is heard', async () => (await message()).state === 'heard');
      await drawer().getByText('wang@demo').first().waitFor();
      await page.locator('.menu-count').waitFor({ state: 'detached' });
    });

    it('is noted, kept and seen to', async () => {
      await drawer().getByRole('textbox', { name: '备注' }).fill('要发票');
      await drawer().getByRole('button', { name: '保存备注' }).click();
      await until('it is noted', async () => (await message()).note === '要发票');
      await drawer().getByRole('button', { name: '保存留言' }).click();
      await drawer().getByRole('button', { name: '取消保存' }).waitFor();
      await drawer().getByRole('button', { name: '标为已处理' }).click();
      await drawer().getByRole('button', { name: '改为未处理' }).waitFor();
      expect(await message()).toMatchObject({ state: 'saved', doneBy: 'wang@demo' });
      await speak(page, 'en');
      await drawer().getByText('Seen to by').waitFor();
      await look(page, 'voicemail-en');
      await speak(page, 'zh-CN');
    });

    it('is deleted for a reason, and stays among the deleted ones', async () => {
      await drawer().getByRole('button', { name: '删除留言' }).click();
      const dialog = page.getByRole('dialog', { name: '删除留言' });
      await dialog.getByRole('textbox').fill('客户要求删除');
      await look(page, 'voicemail-delete');
      await dialog.getByRole('button', { name: '删除留言' }).click();
      await drawer().getByText('原因：客户要求删除').waitFor();
      await page.goto(`${pbx.http}/voicemails?state=deleted`);
      await row().getByText('已删除').waitFor();
      expect(await message()).toBeUndefined();
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
