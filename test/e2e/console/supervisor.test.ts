/** Acts of a supervisor (班长席) who reaches his department alone, against the real engine: who hears whom, whom he sees, and what the agent is told. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { AS_OPERATOR, ask, type Browser as Person, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf } from '../../support/console-look.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { START_MS } from '../../support/sip-engines.ts';
import { hearEachOther } from '../../support/softphone.ts';

const OTHER_HOTLINE = '4001111112';
const OPERATOR = { ...AS_OPERATOR, 'pbx-tenant': 'a' };

const missing = browserMissing ?? baresipMissing;
describe.skipIf(missing !== undefined)(
  `a supervisor of one department in Chromium${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let house: PhoneHouse;
    let browser: Browser;
    let watched: WatchedPage;
    let page: Page;
    let li: Person;

    beforeAll(async () => {
      house = await PhoneHouse.open({
        company: (document, name) => {
          document.departments = { north: { title: '北区' }, south: { title: '南区' } };
          document.agents['8001'] = { name: '张伟', department: 'north' };
          document.agents['8002'] = { name: '王芳', department: 'south' };
          document.agents['8003'] = { name: '李敏', department: 'north' };
          Object.assign(document.queues.sales, { title: '售前咨询', wrapUp: '5m' });
          document.queues.vip = { title: '贵宾服务', agents: [8001] };
          document.queues.service = { title: '售后服务', agents: [8002] };
          if (name === 'a')
            document.hotlines[OTHER_HOTLINE] = {
              name: '售后热线',
              flow: { type: 'queue', queue: 'service' },
            };
        },
      });
      li = await personOn(house.pbx.http, 'a', { login: 'li', roles: ['supervisor'], agent: '8003' });
      browser = await startBrowser();
      watched = await pageOf(browser, house.pbx.http, li);
      page = watched.page;
      await page.goto(`${house.pbx.http}/live`);
      await tile('8001').waitFor();
    }, START_MS);
    afterEach(() => house?.clear());
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    const tile = (agent: string) => page.locator(`[data-agent="${agent}"]`);
    const drawer = () => page.getByRole('dialog', { name: '8001 张伟' });
    const act = (name: string) => drawer().getByRole('button', { name });
    const confirmed = (name: string) => page.getByRole('tooltip').getByRole('button', { name });
    const waits = (number: string) =>
      page.getByRole('grid', { name: '排队中的来电' }).getByRole('row').filter({ hasText: number });
    const bar = () => page.getByRole('region', { name: '监听与接管' }).first();
    const setState = async (agent: string, state: string) => {
      const { status } = await ask(house.pbx.http, `POST /api/v1/agents/${agent}/state`, {
        body: { state },
        headers: OPERATOR,
      });
      expect(status).toBe(200);
    };
    const closes = async () => {
      await page.keyboard.press('Escape');
      await drawer().waitFor({ state: 'hidden' });
    };
    const opens = async (agent: string) => {
      await tile(agent).click();
      await drawer().waitFor();
    };

    it('barges in, takes the caller over, and ends the wrap-up: each hears whom he should', async () => {
      const [bob, dave] = await Promise.all([house.phone('bob'), house.phone('dave')]);
      const alice = await house.outside('a', '13800138091');
      await tile('8001').getByText('就绪').waitFor();
      const calling = await house.calls(alice);
      const called = await bob.rings();
      await called.accept();
      await hearEachOther(alice, bob);
      await tile('8001').getByText('通话').waitFor();
      await opens('8001');
      await act('强插').click();
      const barging = await dave.rings();
      if (barging.state === 'rings') await barging.accept();
      await alice.hears('bob', 'dave');
      await Promise.all([bob.hears('alice', 'dave'), dave.hears('alice', 'bob')]);
      await bar().getByText('正在监听 8001：强插').waitFor();
      await bar().getByText('已进入通话').waitFor();

      await act('拦截').click();
      await confirmed('拦截').click();
      await page.getByText('已接管来电').waitFor();
      await called.over();
      await hearEachOther(alice, dave);
      await bar().waitFor({ state: 'detached' });
      await tile('8001').getByText('话后整理').waitFor();
      await act('结束整理').click();
      await page.getByText('整理已结束').waitFor();
      await tile('8001').getByText('就绪').waitFor();
      await calling.hangUp();
      await barging.over();
      await closes();
      const { body } = await ask(house.pbx.http, 'GET /api/v1/audit?limit=50', { headers: OPERATOR });
      const trail = JSON.stringify(body);
      for (const name of ['monitor', 'intercept', 'end-wrap-up']) expect(trail).toContain(name);
      expect(watched.faults).toEqual([]);
    });

    it('follows the agent out of a talk that he gives away, and into his next', async () => {
      const [bob, carol, dave] = await Promise.all([
        house.phone('bob'),
        house.phone('carol'),
        house.phone('dave'),
      ]);
      const alice = await house.outside('a', '13800138092');
      // His phone has registered; that he can be rung is known a moment later.
      await tile('8001').getByText('就绪').waitFor();
      const calling = await house.calls(alice);
      const called = await bob.rings();
      await called.accept();
      await tile('8001').getByText('通话').waitFor();
      await opens('8001');
      await act('监听').click();
      const listening = await dave.rings();
      if (listening.state === 'rings') await listening.accept();
      await dave.hears('alice', 'bob');
      await bar().getByText('已进入通话').waitFor();
      await called.transfer('8002');
      const sent = await carol.rings();
      await sent.accept();
      await called.over();
      await hearEachOther(alice, carol);
      await bar().getByText('坐席暂无通话，接通后自动进入').waitFor();
      await act('结束整理').click();
      await tile('8001').getByText('就绪').waitFor();

      const eve = await house.outside('a', '13800138093', 'eve');
      const next = await house.calls(eve);
      const nextCalled = await bob.rings();
      await nextCalled.accept();
      await dave.hears('bob', 'eve');
      await Promise.all([hearEachOther(eve, bob), hearEachOther(alice, carol)]);
      await bar().getByText('已进入通话').waitFor();
      await look(page, 'supervising');
      await act('结束监听').click();
      await listening.over();
      await bar().waitFor({ state: 'detached' });
      await Promise.all([calling.hangUp(), next.hangUp()]);
      await Promise.all([sent.over(), nextCalled.over()]);
      await act('结束整理').click();
      await tile('8001').getByText('就绪').waitFor();
      await closes();
      expect(watched.faults).toEqual([]);
    });

    it('says something to an agent: it stands on his screen until he has read it; he is told when he is signed out', async () => {
      await house.phone('bob');
      const zhang = await personOn(house.pbx.http, 'a', { login: 'zhang', roles: ['agent'], agent: '8001' });
      const his = await pageOf(browser, house.pbx.http, zhang);
      await his.page.goto(`${house.pbx.http}/`);
      await his.page.getByText('就绪').first().waitFor();
      await opens('8001');
      for (const text of ['这位客户很重要', '请先确认订单号']) {
        await drawer().getByLabel('对坐席说的话').fill(text);
        await act('发送').click();
        const said = his.page.getByRole('alert').filter({ hasText: '这位客户很重要' });
        await said.waitFor();
      }
      await his.page.getByRole('alert').getByText('另有 1 条').waitFor();
      await look(his.page, 'message');
      await his.page.getByRole('button', { name: '知道了' }).click();
      await his.page.getByRole('alert').filter({ hasText: '请先确认订单号' }).waitFor();
      await his.page.getByRole('button', { name: '知道了' }).click();
      await his.page.getByRole('alert').filter({ hasText: '请先确认订单号' }).waitFor({ state: 'detached' });
      await act('强制签出').click();
      await confirmed('强制签出').click();
      await tile('8001').waitFor({ state: 'detached' });
      await his.page.getByText('签出').first().waitFor();
      expect(his.faults).toEqual([]);
      await his.page.context().close();
      await setState('8001', 'sign-in');
      await tile('8001').waitFor();
      await closes();
      expect(watched.faults).toEqual([]);
    });

    it('sees and reaches his department alone: no tile, queue, caller or name of another, and no act on them', async () => {
      await Promise.all([house.phone('bob'), house.phone('carol')]);
      await Promise.all([setState('8001', 'busy'), setState('8002', 'busy')]);
      const [alice, eve] = await Promise.all([
        house.outside('a', '13800138095'),
        house.outside('a', '13900139096', 'eve'),
      ]);
      const here = await house.calls(alice);
      const there = await eve.dial(`sip:${OTHER_HOTLINE}@${house.pbx.sip}`);
      await waits('138 0013 8095').getByText('8001 示忙').waitFor();
      const all = await ask(house.pbx.http, 'GET /api/v1/live/callers', { headers: OPERATOR });
      const other = all.body.items.find(({ queue }: { readonly queue: string }) => queue === 'service');
      expect(all.body.items).toHaveLength(2);
      // What is read anew comes after the other has come.
      await page.reload();
      await waits('138 0013 8095').waitFor();
      const tiles = await page.evaluate<string[]>(
        "[...document.querySelectorAll('[data-agent]')].map((each) => each.dataset.agent)",
      );
      expect(tiles.toSorted()).toEqual(['8001', '8003']);
      const text = await page.locator('.live').textContent();
      expect(text).toContain('售前咨询');
      for (const hidden of ['8002', '王芳', '售后服务', '139 0013 9096']) expect(text).not.toContain(hidden);
      const { body: mine } = await li.ask('GET /api/v1/live/callers');
      expect(JSON.stringify(mine)).not.toMatch(/8002|service/);
      const refused: readonly (readonly [string, object])[] = [
        ['force', { agent: '8002', state: 'ready' }],
        ['monitor', { agent: '8002', mode: 'listen' }],
        ['intercept', { agent: '8002' }],
        ['take-down', { agent: '8002' }],
        ['end-wrap-up', { agent: '8002' }],
        ['message', { agent: '8002', text: 'x' }],
        ['move-queues', { agent: '8002', queues: ['service'] }],
        ['intercept', { call: other.callId }],
        ['move-caller', { call: other.callId, queue: 'sales' }],
        ['prioritise-caller', { call: other.callId, priority: 2 }],
        ['message', { queue: 'service', text: 'x' }],
      ];
      for (const [name, body] of refused) {
        const { status } = await li.ask(`POST /api/v1/supervision/${name}`, { body });
        expect([403, 404], `${name} ${JSON.stringify(body)}`).toContain(status);
      }
      const { body: now } = await ask(house.pbx.http, 'GET /api/v1/live/callers', { headers: OPERATOR });
      expect(now.items.find(({ callId }: typeof other) => callId === other.callId)).toMatchObject({
        queue: 'service',
        priority: 0,
      });
      await page.goto(`${house.pbx.http}/live?agent=8002`);
      await page.getByText('没有这位坐席，或您不能查看').waitFor();
      await Promise.all([here.hangUp(), there.hangUp()]);
      expect(watched.faults).toEqual([]);
    });
  },
);
