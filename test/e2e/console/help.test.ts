/** An agent asks for help (求助), and reports a fault (报障), against the real engine: softphones at the desks, a caller on the trunk, agent and supervisor in Chromium. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { type Browser as Person, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { START_MS } from '../../support/sip-engines.ts';
import { until } from '../../support/until.ts';

const NUMBER = '13800138091';
const WORDS = '客户要求退款';

const missing = browserMissing ?? baresipMissing;
describe.skipIf(missing !== undefined)(
  `asking for help in Chromium${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let house: PhoneHouse;
    let browser: Browser;
    let agent: WatchedPage;
    let chief: WatchedPage;
    let li: Person;
    let desk: Page;
    let live: Page;

    beforeAll(async () => {
      house = await PhoneHouse.open({
        company: (document) => {
          document.agents['8001'] = { name: '张伟' };
          document.agents['8003'] = { name: '李敏', supervises: { all: true } };
          Object.assign(document.queues.sales, { title: '售前咨询' });
        },
      });
      const { http } = house.pbx;
      const zhang = await personOn(http, 'a', { login: 'zhang', roles: ['agent'], agent: '8001' });
      li = await personOn(http, 'a', { login: 'li', roles: ['company-admin'], agent: '8003' });
      browser = await startBrowser();
      [agent, chief] = await Promise.all([pageOf(browser, http, zhang), pageOf(browser, http, li)]);
      desk = agent.page;
      live = chief.page;
      await Promise.all([desk.goto(`${http}/desk`), live.goto(`${http}/live`)]);
      await desk.getByRole('region', { name: '话务条' }).waitFor();
      await live.getByRole('heading', { name: '实时监控' }).waitFor();
    }, START_MS);
    afterEach(() => house?.clear());
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    /** Callers ring an agent once his phone is known to be there. */
    const isReady = () => live.locator('[data-agent="8001"]').getByText('就绪').waitFor();
    const asks = () => live.getByRole('region', { name: '求助' });
    const button = (name: string) => desk.getByRole('button', { name, exact: true });

    it('the supervisor is told at once, answers, listens from the list, and is done with it; the call tells who came', async () => {
      const [bob, dave] = await Promise.all([house.phone('bob'), house.phone('dave')]);
      await isReady();
      const calling = await house.calls(await house.outside('a', NUMBER));
      const called = await bob.rings();
      await called.accept();
      await button('挂机').waitFor();
      await button('求助').click();
      await desk.getByLabel('简短说明').fill(WORDS);
      await look(desk, 'help-ask');
      await desk.getByRole('button', { name: '发出求助' }).click();
      await live.getByRole('alert').getByText(`坐席 8001 求助：${WORDS}`).waitFor();
      await asks().getByText(WORDS).waitFor();
      // Both by the stream: nothing is read so soon anyway.
      await asks().getByText('张伟 8001').waitFor();
      await asks().getByText('还没有人处理').waitFor();
      await look(live, 'help-list');

      await asks().getByRole('button', { name: '答复' }).click();
      await live.getByRole('textbox', { name: '答复坐席 8001' }).fill('我马上来，请先安抚客户');
      await live.getByRole('button', { name: '发送', exact: true }).click();
      await desk.getByText('我马上来，请先安抚客户').first().waitFor();
      await asks().getByText('8003: 我马上来，请先安抚客户').waitFor();

      await asks().getByRole('button', { name: '监听' }).click();
      const listening = await dave.rings();
      if (listening.state === 'rings') await listening.accept();
      await dave.hears('alice', 'bob');
      await asks().getByText('8003 监听').waitFor();
      await button('求助中').click();
      await desk.getByText('班长 8003 正在监听').waitFor();
      await look(desk, 'help-standing');
      await speak(desk, 'en');
      await desk.getByRole('button', { name: 'Help asked' }).click();
      await desk.getByText('Supervisor 8003 listens').waitFor();
      await look(desk, 'help-standing-en');
      await speak(desk, 'zh-CN');

      await asks().getByRole('button', { name: '已处理' }).click();
      await asks().waitFor({ state: 'detached' });
      await button('求助').waitFor();
      await live.getByRole('button', { name: '结束监听' }).click();
      await listening.over();
      await calling.hangUp();
      await called.over();
      const { id } = await until('the record of the call', async () => {
        const { body } = await li.ask(`GET /api/v1/calls?limit=5&caller=${NUMBER}`);
        return body.items[0];
      });
      await live.goto(`${house.pbx.http}/calls/${id}`);
      const way = live.getByRole('dialog');
      await way.getByText('求助 → 班长已到').waitFor();
      await way.getByText(/^8003 监听，求助 \d+ 秒后$/).waitFor();
      await way.getByText('求助 → 已处理').waitFor();
      expect([agent.faults, chief.faults]).toEqual([[], []]);
    });

    it('he takes it back by himself; it is over when the call ends', async () => {
      await live.goto(`${house.pbx.http}/live`);
      const bob = await house.phone('bob');
      await isReady();
      const calling = await house.calls(await house.outside('a', '13800138092'));
      const called = await bob.rings();
      await called.accept();
      await button('挂机').waitFor();
      await desk.keyboard.press('Alt+q');
      await asks().getByText('没有填写说明').waitFor();
      await button('求助中').click();
      await desk.getByRole('button', { name: '撤回求助' }).click();
      await asks().waitFor({ state: 'detached' });
      await button('求助').waitFor();
      await desk.keyboard.press('Alt+q');
      await asks().waitFor();
      await calling.hangUp();
      await asks().waitFor({ state: 'detached' });
      await button('求助').waitFor();
      await called.over();
      expect([agent.faults, chief.faults]).toEqual([[], []]);
    });

    it('a fault that he reports is found by who mends it, without the number, and is closed', async () => {
      const bob = await house.phone('bob');
      await live.goto(`${house.pbx.http}/live`);
      await isReady();
      const calling = await house.calls(await house.outside('a', NUMBER));
      const called = await bob.rings();
      await called.accept();
      await button('挂机').waitFor();
      await button('报障').click();
      await desk.getByLabel('发生了什么').fill(`${NUMBER} 听不到我的声音`);
      await look(desk, 'fault-form');
      await desk.getByRole('button', { name: '提交故障报告' }).click();
      await desk.getByText(/^故障报告已提交/).waitFor();
      await calling.hangUp();
      await called.over();

      await live.goto(`${house.pbx.http}/fault-reports`);
      const row = live.getByRole('row').filter({ hasText: '138****8091 听不到我的声音' });
      await row.waitFor();
      await look(live, 'faults');
      await row.click();
      const drawer = live.getByRole('dialog');
      await drawer.getByText(/^8001 · zhang/).waitFor();
      // What was measured, in words.
      for (const said of ['坐席状态', '桌面话机', '往返时延（毫秒）', '实时连接'])
        await drawer.getByText(said).waitFor();
      await drawer.getByText(/^最近事件（\d+ 条）$/).click();
      await drawer.locator('pre').first().getByText('call.ringing').waitFor();
      await look(live, 'fault');
      const id = new URL(live.url()).pathname.split('/').at(-1);
      const { body: report } = await li.ask(`GET /api/v1/fault-reports/${id}`);
      expect(report.facts.events.length).toBeGreaterThan(3);
      expect(JSON.stringify(report)).not.toContain(NUMBER);
      expect(report.facts.page.path).toBe('/desk');
      await speak(live, 'en');
      await drawer.getByText(/^Last events \(\d+\)$/).waitFor();
      await look(live, 'fault-en');
      await speak(live, 'zh-CN');
      await drawer.getByRole('link', { name: '查看通话与信令' }).click();
      await live.getByRole('dialog').getByText('138 0013 8091').first().waitFor();
      await live.goBack();
      await drawer.getByLabel('处理结果').fill('已更换耳机');
      await drawer.getByRole('button', { name: '关闭报告' }).click();
      await drawer.getByText('li@a 已关闭').waitFor();
      const { body: open } = await li.ask('GET /api/v1/fault-reports?state=open');
      expect(open.items).toEqual([]);
      expect([agent.faults, chief.faults]).toEqual([[], []]);
    });
  },
);
