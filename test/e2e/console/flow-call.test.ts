/** A draft is heard before it is published: the phone in the page rings by a click beside the flow, and plays what the draft says. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AS_OPERATOR, ask } from '../../support/browser.ts';
import { browserMissing } from '../../support/console-browser.ts';
import { look } from '../../support/console-look.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { PhonePage, personOn, startTalkingBrowser } from '../../support/phone-page.ts';
import { HZ } from '../../support/softphone.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

const NUMBER = '4006543213';

describe.skipIf(browserMissing !== undefined)(
  `a draft by phone${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let house: PhoneHouse;
    let browser: Awaited<ReturnType<typeof startTalkingBrowser>>;
    let li: PhonePage;

    beforeAll(async () => {
      [house, browser] = await Promise.all([PhoneHouse.open(), startTalkingBrowser('bob')]);
      const { pbx } = house;
      writeWav(join(pbx.dataDir, 'prompts/a/prices.wav'), sine(HZ.dave, 60_000));
      const prices = { name: 'prices', file: 'prices.wav', text: '收费标准' };
      const headers = { ...AS_OPERATOR, 'pbx-tenant': 'a' };
      expect((await ask(pbx.http, 'POST /api/v1/prompts', { body: prices, headers })).status).toBe(201);
      const body = { number: NUMBER, name: '总机', flow: { type: 'hangup', cause: 'normal' } };
      expect((await ask(pbx.http, 'POST /api/v1/hotlines', { body, headers })).status).toBe(201);
      const person = await personOn(pbx.http, 'a', {
        login: 'li',
        roles: ['company-admin', 'agent'],
        agent: '8001',
      });
      li = await PhonePage.open(browser.chromium, pbx.http, person, {
        show: () => pbx.output.slice(-3000),
        path: `/flows/${NUMBER}?view=outline`,
      });
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    it('rings the phone of who asks, and plays the draft that is saved for it', async () => {
      await li.isIn('话机离线');
      await li.signOut();
      await li.signIn();
      await li.isIn('就绪');
      const { page } = li;
      const tree = page.getByRole('treegrid', { name: '大纲' });
      await tree.getByRole('row').filter({ hasText: '主流程' }).click();
      await tree.focus();
      await page.keyboard.press('Tab');
      const palette = page.getByRole('dialog', { name: '添加节点' });
      await palette.waitFor();
      await page.keyboard.type('放音');
      await page.keyboard.press('Enter');
      await palette.waitFor({ state: 'detached' });
      await tree.locator('[aria-selected="true"]').filter({ hasText: '放音' }).waitFor();
      await page.getByRole('combobox', { name: '提示音' }).fill('prices');
      await page.keyboard.press('Enter');
      await tree.locator('[aria-selected="true"]').filter({ hasText: 'prices' }).waitFor();
      await page.getByText('检查通过，没有问题').waitFor();
      await page.getByText('测试', { exact: true }).click();
      const phone = page.getByRole('region', { name: '用话机试拨' });
      await phone.getByRole('button', { name: /用话机试拨$/ }).click();
      await phone.getByText('话机 8001 正在振铃').waitFor();
      await li.button('接听').waitFor();
      await look(page, 'flow-call');
      await li.button('接听').click();
      await li.hears('dave');
      await look(page, 'flow-call-heard');
      const running = await ask(house.pbx.http, 'GET /api/v1/calls?state=running', {
        headers: { ...AS_OPERATOR, 'pbx-tenant': 'a' },
      });
      expect(running.body.items).toMatchObject([
        { called: NUMBER, caller: '13800138000', direction: 'internal' },
      ]);
      await li.button('取消呼叫').click();
      await li.button('取消呼叫').waitFor({ state: 'detached' });
      const draft = await ask(house.pbx.http, `GET /api/v1/hotlines/${NUMBER}/draft`, {
        headers: { ...AS_OPERATOR, 'pbx-tenant': 'a' },
      });
      expect(draft.body.hotline.flow[0]).toEqual({ type: 'play', prompt: 'prices' });
      expect(li.faults).toEqual([]);
    });
  },
);
