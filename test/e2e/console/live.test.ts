/** The live view (班长席) against the real engine: softphones at the desks, callers on the trunk, a supervisor in Chromium. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { AS_OPERATOR, ask, type Browser as Person, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf } from '../../support/console-look.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { START_MS } from '../../support/sip-engines.ts';

const missing = browserMissing ?? baresipMissing;
describe.skipIf(missing !== undefined)(
  `the live view in Chromium${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let house: PhoneHouse;
    let browser: Browser;
    let watched: WatchedPage;
    let page: Page;
    let chief: Person;

    beforeAll(async () => {
      house = await PhoneHouse.open({
        company: (document) => {
          document.agents['8001'] = { name: '张伟' };
          document.agents['8002'] = { name: '王芳' };
          document.agents['8003'] = { name: '李敏', supervises: { all: true } };
          document.breakReasons = { lunch: { title: { zh: '午餐', en: 'Lunch' } } };
          Object.assign(document.queues.sales, {
            title: '售前咨询',
            peak: { switch: 'rush', agents: [8003], wrapUp: '5s', callback: 1 },
          });
          document.queues.service = { title: '售后服务', agents: [8002] };
        },
      });
      chief = await personOn(house.pbx.http, 'a', { login: 'li', roles: ['company-admin'], agent: '8003' });
      browser = await startBrowser();
      watched = await pageOf(browser, house.pbx.http, chief);
      page = watched.page;
      await page.goto(`${house.pbx.http}/live`);
      await page.getByRole('heading', { name: '实时监控' }).waitFor();
    }, START_MS);
    afterEach(() => house?.clear());
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    const tile = (agent: string) => page.locator(`[data-agent="${agent}"]`);
    const waiting = () => page.getByRole('grid', { name: '排队中的来电' });
    const row = (name: string) =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
    const setState = (agent: string, body: object) =>
      chief.ask(`POST /api/v1/agents/${agent}/state`, { body });

    it('shows who waits and why nobody serves him, agents as they are, and queues with their figures', async () => {
      await page.getByRole('status').getByText('没有来电在排队').waitFor();
      await tile('8001').getByText('话机离线').waitFor();
      const bob = await house.phone('bob');
      await tile('8001').getByText('就绪').waitFor();
      await setState('8001', { state: 'break', reason: 'lunch' });
      await tile('8001').getByText('小休 · 午餐').waitFor();
      const alice = await house.outside('a', '13800138051');
      const calling = await house.calls(alice);
      const first = waiting().getByRole('row').filter({ hasText: '138 0013 8051' });
      await first.getByText('8001 小休（午餐），8002 话机离线').waitFor();
      const eve = await house.outside('a', '13900139052', 'eve');
      const second = await house.calls(eve);
      await waiting().getByRole('row').filter({ hasText: '139 0013 9052' }).waitFor();
      await row('售前咨询').getByRole('cell').first().getByText('2', { exact: true }).waitFor();
      await look(page, 'live');

      await setState('8001', { state: 'ready' });
      await first.getByText('正在振铃坐席').waitFor();
      await tile('8001').getByText('振铃').waitFor();
      const called = await bob.rings();
      await called.accept();
      await first.waitFor({ state: 'detached' });
      await tile('8001').getByText('通话').waitFor();
      await row('售前咨询').getByRole('cell').first().getByText('1', { exact: true }).waitFor();
      await second.hangUp();
      await page.getByRole('status').getByText('没有来电在排队').waitFor();
      await calling.hangUp();
      await tile('8001').getByText('就绪').waitFor();
      // What is counted of calls that are over.
      await row('售前咨询').getByText('50.0 %').first().waitFor();
      expect(watched.faults).toEqual([]);
    });

    it('listens, whispers and ends it by the phone of the supervisor; forces a break; sends words; cuts off', async () => {
      const [bob, dave] = await Promise.all([house.phone('bob'), house.phone('dave')]);
      const alice = await house.outside('a', '13800138061');
      const calling = await house.calls(alice);
      const called = await bob.rings();
      await called.accept();
      await tile('8001').getByText('通话').waitFor();
      await tile('8001').click();
      const drawer = page.getByRole('dialog', { name: '8001 张伟' });
      await drawer.getByRole('button', { name: '监听' }).click();
      const listening = await dave.rings();
      if (listening.state === 'rings') await listening.accept();
      await dave.hears('alice', 'bob');
      await page.getByRole('region', { name: '监听与接管' }).getByText('正在监听 8001：监听').waitFor();
      await look(page, 'agent');
      await drawer.getByRole('button', { name: '密语' }).click();
      await bob.hears('alice', 'dave');
      await page.getByText('正在监听 8001：密语').waitFor();
      await drawer.getByRole('button', { name: '结束监听' }).click();
      await listening.over();
      await page.getByText('正在监听 8001').waitFor({ state: 'detached' });

      await drawer.getByRole('combobox', { name: '小休原因' }).click();
      await page.getByTitle('午餐').click();
      await drawer.getByRole('button', { name: '强制小休' }).click();
      await page.getByText('已登记，当前工作结束后生效').waitFor();
      await tile('8001').getByText('小休 · 午餐').waitFor();
      await drawer.getByLabel('对坐席说的话').fill('这位客户很重要');
      await drawer.getByRole('button', { name: '发送' }).click();
      await page.getByText('消息已发送').waitFor();
      const { body } = await chief.ask('GET /api/v1/events?after=0&topics=agents&limit=500');
      expect(JSON.stringify(body)).toContain('这位客户很重要');

      await drawer.getByRole('button', { name: '强拆' }).click();
      await page.getByRole('tooltip').getByRole('button', { name: '强拆' }).click();
      await called.over();
      await calling.over();
      await drawer.getByText('由 8003 强制').waitFor();
      expect(await tile('8001').textContent()).toContain('小休 · 午餐');
      await drawer.getByRole('button', { name: '强制就绪' }).click();
      await tile('8001').getByText('就绪').waitFor();
      await drawer.getByRole('button', { name: '强制签出' }).click();
      await page.getByRole('tooltip').getByRole('button', { name: '强制签出' }).click();
      await tile('8001').waitFor({ state: 'detached' });
      await drawer.getByText('坐席已签出，只能由本人签入。').waitFor();
      await setState('8001', { state: 'sign-in' });
      await page.keyboard.press('Escape');
      expect(watched.faults).toEqual([]);
    });

    it("says the engine's refusal in words; moves a caller and gives him priority", async () => {
      await setState('8002', { state: 'busy' });
      await tile('8001').waitFor();
      await tile('8001').click();
      const agent = page.getByRole('dialog', { name: '8001 张伟' });
      await agent.getByRole('button', { name: '监听' }).click();
      // The supervisor has no phone now.
      await page.getByRole('alert').filter({ hasText: 'not-reached' }).first().waitFor();
      await page.keyboard.press('Escape');
      const alice = await house.outside('a', '13800138071');
      const calling = await house.calls(alice);
      const row71 = waiting().getByRole('row').filter({ hasText: '138 0013 8071' });
      await row71.click();
      const drawer = page.getByRole('dialog', { name: '138 0013 8071' });
      await drawer.getByRole('combobox', { name: '优先级' }).click();
      await page.getByTitle('优先 2（相当于多等 10 分钟）').click();
      await drawer.getByRole('button', { name: '更改优先级' }).click();
      await row71.getByText('优先 2').waitFor();
      await drawer.getByRole('combobox', { name: '选择另一个队列' }).click();
      await page.getByTitle('售后服务').click();
      await look(page, 'caller');
      await drawer.getByRole('button', { name: '移到该队列' }).click();
      await row71.getByText('售后服务').waitFor();
      await calling.hangUp();
      await page.getByText('这位来电者已不在排队').waitFor();
      await page.keyboard.press('Escape');
      expect(watched.faults).toEqual([]);
    });

    it('turns peak mode on and off, alarms when too many wait, and lists who gave up to be called back', async () => {
      await setState('8001', { state: 'busy' });
      await row('售前咨询').getByRole('button', { name: '开启' }).click();
      const peak = page.getByRole('dialog', { name: '开启“售前咨询”的高峰应急' });
      await peak.getByText('二线坐席加入：8003').waitFor();
      await peak.getByText('整理时间缩短为 5 秒').waitFor();
      await peak.getByRole('button', { name: '开启' }).click();
      await row('售前咨询')
        .getByText(/应急中，至/)
        .waitFor();
      await row('售前咨询').getByRole('button', { name: '结束应急' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '结束应急' }).click();
      await row('售前咨询')
        .getByText(/应急中/)
        .waitFor({ state: 'detached' });

      await page.getByRole('button', { name: '阈值' }).click();
      await page.getByLabel('排队人数 告警').fill('1');
      await page.getByLabel('排队人数 提醒').fill('1');
      await page.keyboard.press('Escape');
      const dave = await house.phone('dave');
      const alice = await house.outside('a', '13800138081');
      const calling = await house.calls(alice);
      const alarm = page.getByRole('alert').filter({ hasText: '售前咨询：排队人数达到 1' });
      await alarm.waitFor();
      await look(page, 'alarm');
      await alarm.getByRole('button', { name: '知道了' }).click();
      await alarm.waitFor({ state: 'detached' });
      await page.getByText(/^进行中/).click();
      await page.getByRole('grid', { name: '进行中' }).getByText('138 0013 8081').waitFor();
      await calling.hangUp();
      await page.getByText(/^放弃/).click();
      const missed = page.getByRole('grid', { name: '放弃' });
      const given = missed.getByRole('row').filter({ hasText: '138 0013 8081' });
      await given.waitFor();
      await look(page, 'missed');
      await given.getByRole('button', { name: '回拨 138 0013 8081' }).click();
      const back = await dave.rings();
      if (back.state === 'rings') await back.accept();
      await given.getByText('8003').waitFor();
      await back.hangUp();
      await page.getByText(/^排队 /).click();
      expect(watched.faults).toEqual([]);
    });

    it('comes back by itself and is true when the engine starts again; goes when the right is taken away', async () => {
      await setState('8002', { state: 'break', reason: 'lunch' });
      await tile('8002').getByText('小休 · 午餐').waitFor();
      await house.restart();
      await page.getByText('与服务器的连接已中断').waitFor({ state: 'detached' });
      await setState('8002', { state: 'busy' });
      await tile('8002').getByText('示忙').waitFor();
      const { body: me } = await chief.ask('GET /api/v1/me');
      const path = `/api/v1/users/${me.user.id}`;
      const headers = { ...AS_OPERATOR, 'pbx-tenant': 'a', 'if-match': '*' };
      const changed = await ask(house.pbx.http, `PATCH ${path}`, {
        body: { roles: ['report-reader'] },
        headers,
      });
      expect(changed.status).toBe(200);
      await page.getByRole('link', { name: '实时监控' }).waitFor({ state: 'detached' });
      await page.getByRole('heading', { name: '实时监控' }).waitFor({ state: 'detached' });
    });
  },
);
