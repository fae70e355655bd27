/** Trunks in the console, against the real engine and a gateway on a real socket: how one is, and what its rules make of a number. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AS_OPERATOR, ask, type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';
import { SipGateway } from '../../support/sip-gateway.ts';
import { UdpPhone } from '../../support/udp-phone.ts';
import { until } from '../../support/until.ts';

const HOST = '127.0.0.11';
const [STORM, SALES] = ['4008000001', '4008000002'];
/** Holds the caller. */
const FLOW = { type: 'conference', number: '690' };
const SDP = [
  ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 40002 RTP/AVP 8', 'a=rtpmap:8 PCMA/8000', ''],
].join('\r\n');

describe.skipIf(browserMissing !== undefined)(
  `trunks in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let gateway: SipGateway;
    let phone: UdpPhone;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      gateway = await SipGateway.open(HOST);
      pbx = await Pbx.start();
      phone = await UdpPhone.open(pbx.sip);
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      const { status, body } = await ask(pbx.http, 'POST /api/v1/trunks', {
        headers: { ...AS_OPERATOR, 'pbx-tenant': 'demo' },
        body: {
          ...{ name: 'ims', addresses: [HOST], uri: 'sip:ims.example.invalid', channels: 10 },
          proxy: `sip:${HOST}:${gateway.port}`,
          ...{ callerId: '075523456789', callerIdIn: 'from', callerIdOut: 'pai-tel' },
          register: { username: '+8675523456789', password: 'secret' },
          rewrite: { calledOut: [{ match: '1', strip: 0, add: '+86' }] },
          // It comes back by hand only.
          ...{ probeMs: 500, probeFailures: 5, probeSuccesses: 100 },
        },
      });
      expect([status, body]).toEqual([201, expect.anything()]);
      const extension = await wang.ask('POST /api/v1/extensions', { body: { number: '8010', name: '前台' } });
      expect(extension.status).toBe(201);
      const room = await wang.ask('POST /api/v1/conferences', { body: { number: '690' } });
      expect(room.status).toBe(201);
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
      gateway?.close();
      phone?.close();
    });

    const drawer = () => page.locator('.entity-drawer .ant-drawer-section');
    const panel = () => drawer().getByRole('tabpanel');
    const turnTo = (tab: string) => drawer().getByRole('tab', { name: tab, exact: true }).click();
    const field = (name: string) => panel().getByLabel(name, { exact: true });

    it('shows how one is: alive, registered, channels now and at the most', async () => {
      await page.goto(`${pbx.http}/admin/trunks/ims`);
      await turnTo('实况');
      await panel().getByText('正常', { exact: true }).waitFor();
      await panel().getByText('已注册').waitFor();
      await panel().getByText('还没有通话').waitFor();
      // All that the trunk asks goes to its outbound proxy.
      const [register] = gateway.requests.filter(({ method }) => method === 'REGISTER');
      expect(register!.requestUriText).toBe('sip:ims.example.invalid');
      expect(register!.all('Route')).toEqual([`<sip:${HOST}:${gateway.port};lr>`]);
      const { hangUp } = await gateway.call(pbx.sip, '4001234567', '13800138000');
      await panel().getByText('1 / 10').first().waitFor();
      await hangUp();
      await panel().getByText('0 / 10').waitFor();
      const peaks = panel().getByRole('row').filter({ hasText: '1 / 10' });
      await peaks.waitFor();
      await look(page, 'trunk-live');
    });

    it('tries its rules on a number that comes in, with what is edited and not saved', async () => {
      await turnTo('规则试算');
      await field('被叫号码').fill('+864001234567');
      await field('主叫号码').fill('<sip:+8613800138000@ims.example.cn>');
      await panel().getByRole('button', { name: '试算' }).click();
      await panel().getByText('进入热线 400 123 4567').waitFor();
      await panel().getByText('138 0013 8000').waitFor();
      await look(page, 'trunk-trial-in');
      await field('被叫号码').fill('23456789');
      await panel().getByRole('button', { name: '试算' }).click();
      await panel().getByText('按已保存的设置试算').waitFor();
      await panel().getByText('2345 6789').waitFor();
      await turnTo('设置');
      await drawer()
        .getByRole('button', { name: /更多设置/ })
        .click();
      await field('区号').fill('0755');
      await turnTo('规则试算');
      await panel().getByText('按未保存的修改试算').waitFor();
      await panel().getByText('0755 2345 6789').waitFor();
      await drawer().getByRole('button', { name: '保存', exact: true }).click();
      await panel().getByText('按已保存的设置试算').waitFor();
    });

    it('tries a number that goes out: what is shown, where it goes, in which order', async () => {
      await panel().getByText('呼出', { exact: true }).click();
      await field('被叫号码').fill('13900139000');
      await field('希望外显的号码').fill('4009999999');
      await panel().getByRole('button', { name: '试算' }).click();
      await panel().getByText('sip:+8613900139000@ims.example.invalid').waitFor();
      await panel().getByText('不是本企业在此中继上的号码，改用中继的号码').waitFor();
      await panel().getByText('第 1 条改写规则').waitFor();
      await panel().getByText('P-Asserted-Identity').waitFor();
      await panel().getByRole('row').filter({ hasText: '本中继' }).waitFor();
      await look(page, 'trunk-trial-out');
    });

    it('shows what OPTIONS were answered, and what failed last with its messages', async () => {
      const { body } = await wang.ask('POST /api/v1/extensions/8010/password');
      await phone.register({ user: '8010', password: body.password });
      const call = { user: '8010', from: '8010', called: '13900139000', password: body.password };
      expect((await phone.call({ ...call, sdp: SDP })).status).toBeGreaterThanOrEqual(400);
      await until('its record', async () => {
        const found = await wang.ask('GET /api/v1/calls?trunk=ims&outcome=failed');
        return found.body.items[0];
      });
      await turnTo('探测与故障');
      await panel().getByRole('img', { name: 'OPTIONS 应答，按 15 分钟' }).waitFor();
      const failed = panel().getByRole('listitem').filter({ hasText: '呼出 139 0013 9000' });
      await failed.waitFor();
      await failed.getByRole('button', { name: /信令图/ }).click();
      await failed.getByRole('option', { name: /503/ }).first().waitFor();
      await look(page, 'trunk-failures');
      await panel().getByRole('button', { name: '以表格显示' }).click();
      await panel().getByRole('columnheader', { name: '平均（毫秒）' }).waitFor();
    });

    it('says why one is down, and takes it for alive by hand', async () => {
      gateway.isAlive = false;
      const isDown = async () => (await wang.ask('GET /api/v1/live/trunks/ims')).body.state === 'down';
      await until('it is down', isDown, { limitMs: 40_000 });
      await turnTo('实况');
      await panel().getByText('中断', { exact: true }).waitFor();
      await panel().getByText('连续 5 次 OPTIONS 没有应答').waitFor();
      await turnTo('探测与故障');
      const lost = panel().getByRole('listitem').filter({ hasText: 'OPTIONS 探测' }).first();
      await lost.getByText('对端没有应答，检查地址、端口、防火墙').waitFor();
      await lost.getByRole('button', { name: /信令图/ }).click();
      await lost
        .getByRole('option', { name: /OPTIONS/ })
        .first()
        .waitFor();
      gateway.isAlive = true;
      await turnTo('实况');
      await look(page, 'trunk-down');
      await panel().getByRole('button', { name: '视为正常' }).click();
      const dialog = page.getByRole('dialog', { name: '把中继 ims 视为正常' });
      await dialog.getByRole('button', { name: '视为正常' }).click();
      await dialog.waitFor({ state: 'detached' });
      await panel().getByText('由人工视为正常').waitFor();
      expect((await wang.ask('GET /api/v1/live/trunks/ims')).body).toMatchObject({ state: 'up' });
    });

    it('makes one for a carrier: a profile says what it fills in, and the rest is written', async () => {
      const qian = await personOn(pbx.http, 'system', { login: 'qian', name: '钱操', roles: ['operator'] });
      const operator = await pageOf(chromium, pbx.http, qian);
      await operator.page.goto(`${pbx.http}/admin/trunks`);
      await operator.page.getByRole('row').filter({ hasText: 'ims' }).first().waitFor();
      await operator.page.getByRole('button', { name: '新建' }).click();
      const dialog = operator.page.getByRole('dialog', { name: '新建中继：选择模板' });
      await dialog.getByText('中国联通 IMS').click();
      await dialog.getByText('呼出主叫写入: P-Asserted-Identity（tel）').waitFor();
      await look(operator.page, 'trunk-profiles');
      await dialog.getByRole('button', { name: '用此模板填写' }).click();
      const form = operator.page.locator('.entity-drawer .ant-drawer-section');
      await form.getByLabel('标识', { exact: true }).fill('unicom');
      await form.getByLabel('来源地址', { exact: true }).click();
      await operator.page.keyboard.type('127.0.0.12');
      await operator.page.keyboard.press('Enter');
      await form.getByLabel('账号', { exact: true }).first().fill('+862088886666');
      await form.getByLabel('密码', { exact: true }).fill('secret');
      await form.getByRole('button', { name: '新建' }).click();
      await operator.page.waitForURL(/\/admin\/trunks\/unicom$/);
      const { body } = await wang.ask('GET /api/v1/trunks/unicom');
      expect(body).toMatchObject({ callerIdOut: 'pai-tel', callerIdIn: 'pai', channels: 30 });
      expect(body.rewrite.calledOut).toHaveLength(9);
      expect(operator.faults).toEqual([]);
      await operator.page.context().close();
    });

    it('allots channels between hotlines while calls run: the next call meets it, one that runs goes on', async () => {
      for (const [number, name] of [
        [STORM, '抢修热线'],
        [SALES, '销售热线'],
      ] as const) {
        const made = await wang.ask('POST /api/v1/hotlines', {
          body: { number, name, channels: 1, flow: FLOW },
        });
        expect([made.status, made.body]).toEqual([201, expect.anything()]);
      }
      const first = await gateway.call(pbx.sip, STORM, '13800138000');
      const refused = await gateway.call(pbx.sip, STORM, '13800138001');
      expect([first.status < 300, refused.status]).toEqual([true, 503]);
      await page.goto(`${pbx.http}/admin/hotlines`);
      await page.getByRole('button', { name: '并发分配' }).click();
      const dialog = page.getByRole('dialog', { name: '热线并发分配' });
      const row = dialog.getByRole('row').filter({ hasText: '抢修热线' });
      await row.waitFor();
      expect(await row.getByRole('cell').nth(1).textContent()).toBe('1');
      await dialog.getByLabel(`热线 ${STORM} 的并发上限`).fill('2');
      await dialog.getByLabel(`热线 ${SALES} 的并发上限`).fill('');
      await dialog.getByLabel('原因（记入操作日志）').fill('台风抢修');
      await look(page, 'hotline-channels');
      await dialog.getByRole('button', { name: '应用 2 处修改' }).click();
      await page.getByText('已修改 2 条热线的并发上限').waitFor();
      const second = await gateway.call(pbx.sip, STORM, '13800138002');
      expect(second.status).toBeLessThan(300);
      await dialog
        .getByRole('row')
        .filter({ hasText: '抢修热线' })
        .getByRole('cell', { name: '2', exact: true })
        .first()
        .waitFor();
      await first.hangUp();
      await second.hangUp();
      const { body } = await wang.ask('GET /api/v1/hotline-channels');
      const shown = body.items.filter(({ hotline }: { hotline: string }) => [STORM, SALES].includes(hotline));
      expect(shown).toMatchObject([
        { hotline: STORM, channels: 2, peak: { most: 2 }, revision: 2 },
        { hotline: SALES, channels: null, revision: 2 },
      ]);
    });

    it('does the same in English', async () => {
      await page.goto(`${pbx.http}/admin/trunks/ims`);
      await drawer().waitFor();
      await speak(page, 'en');
      await turnTo('Live');
      await panel().getByText('Taken for alive by hand').waitFor();
      await look(page, 'trunk-live-en');
      await turnTo('Try rules');
      await field('Number called').fill('4001234567');
      await panel().getByRole('button', { name: 'Try' }).click();
      await panel().getByText('Leads to hotline 400 123 4567').waitFor();
      await look(page, 'trunk-trial-en');
      await page.goto(`${pbx.http}/admin/hotlines`);
      await page.getByRole('button', { name: 'Channels' }).click();
      await page.getByLabel(`Calls at once of hotline ${STORM}`).waitFor();
      await look(page, 'hotline-channels-en');
      expect(watched.faults).toEqual([]);
    });
  },
);
