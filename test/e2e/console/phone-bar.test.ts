/** The phone bar in Chromium against the real engine: an agent's whole shift at the phone in the page, callers and colleagues by baresip. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { AS_OPERATOR, ask, type Browser } from '../../support/browser.ts';
import { browserMissing } from '../../support/console-browser.ts';
import { look } from '../../support/console-look.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { PhonePage, personOn, startTalkingBrowser } from '../../support/phone-page.ts';
import { HZ, type Softphone, type SoftphoneCall } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

const missing = browserMissing ?? baresipMissing;
/** Pictures for people to look at: PICTURES=/tmp/x vitest run test/e2e/console/phone-bar.test.ts */
const PICTURES = process.env['PICTURES'];

describe.skipIf(missing)(`the phone bar in Chromium${missing ? `: skipped, ${missing}` : ''}`, () => {
  let house: PhoneHouse;
  let browser: Awaited<ReturnType<typeof startTalkingBrowser>>;
  let li: PhonePage;
  /** At a phone on her table. */
  let wang: PhonePage;
  let mender: Browser;

  beforeAll(async () => {
    [house, browser] = await Promise.all([
      PhoneHouse.open({
        company: (document) => {
          document.breakReasons = { lunch: { title: { zh: '午餐', en: 'Lunch' } } };
          document.agents['8001'] = { name: '李娜' };
          document.agents['8002'] = { name: '王芳' };
          document.queues.sales = {
            ...document.queues.sales,
            title: '售前',
            agents: [8001],
            noAgents: 'join',
            wrapUp: '60s',
            ring: '60s',
            record: true,
          };
        },
      }),
      startTalkingBrowser('bob'),
    ]);
    const { pbx } = house;
    writeWav(join(pbx.dataDir, 'prompts/a/prices.wav'), sine(HZ.dave, 60_000));
    const prices = { name: 'prices', file: 'prices.wav', text: '收费标准' };
    const headers = { ...AS_OPERATOR, 'pbx-tenant': 'a' };
    expect((await ask(pbx.http, 'POST /api/v1/prompts', { body: prices, headers })).status).toBe(201);
    const show = () => pbx.output.slice(-3000);
    const person = await personOn(pbx.http, 'a', { login: 'li', roles: ['agent'], agent: '8001' });
    li = await PhonePage.open(browser.chromium, pbx.http, person, { show });
    const other = await personOn(pbx.http, 'a', { login: 'wang', roles: ['agent'], agent: '8002' });
    mender = await personOn(pbx.http, 'a', { login: 'admin', roles: ['company-admin'] });
    wang = await PhonePage.open(browser.chromium, pbx.http, other, { show });
  }, 120_000);
  afterEach(async ({ task }) => {
    if (PICTURES !== undefined && task.result?.state === 'fail')
      await li.page.screenshot({ path: join(PICTURES, 'failed.png') });
    await house.clear();
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  /** A caller waits, his call rings in the page. */
  async function ringing(number: string): Promise<{ alice: Softphone; calling: SoftphoneCall }> {
    const alice = await house.outside('a', number);
    const calling = await house.calls(alice);
    await li.button('接听').waitFor();
    return { alice, calling };
  }

  async function talking(number: string) {
    const call = await ringing(number);
    await li.button('接听').click();
    await li.isIn('通话');
    await call.calling.established();
    return call;
  }

  /** 点播语音: the caller hears it and nobody else, until it is stopped. */
  async function playsAPrompt(alice: Softphone): Promise<void> {
    await li.button('更多操作').click();
    await li.page.getByRole('menuitem', { name: '点播语音' }).click();
    const dialog = li.page.getByRole('dialog', { name: '点播语音' });
    await dialog.getByRole('combobox', { name: '语音' }).click();
    await li.page.getByTitle('prices · 收费标准', { exact: true }).click();
    await look(li.page, 'bar-play');
    await dialog.getByRole('button', { name: '播放', exact: true }).click();
    await alice.hears('dave');
    await li.hears('alice');
    await dialog.getByRole('button', { name: '停止播放' }).click();
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    await dialog.getByRole('button', { name: '播放', exact: true }).waitFor();
    await dialog.getByText('关闭', { exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** By the arrow key to an item of the menu that is open: the focus moves a moment after the key. */
  async function goDownTo(item: string): Promise<void> {
    const isThere = async () => {
      const at = await li.page.evaluate<string>("document.activeElement?.textContent ?? ''");
      if (at.endsWith(item)) return true;
      await li.page.keyboard.press('ArrowDown');
      return false;
    };
    await until(`the focus is on ${item}`, isThere, { everyMs: 300 });
  }

  /** He reports a fault of the talk: what the browser measured of it is there for who mends it. */
  async function reportsFault(number: string): Promise<void> {
    await li.button('报障').click();
    await li.page.getByLabel('发生了什么').fill('声音断续');
    await li.page.getByRole('button', { name: '提交故障报告' }).click();
    await li.page.getByText(/^故障报告已提交/).waitFor();
    await li.page.getByLabel('发生了什么').waitFor({ state: 'detached' });
    const { body: list } = await mender.ask('GET /api/v1/fault-reports');
    const { body: report } = await mender.ask(`GET /api/v1/fault-reports/${list.items[0].id}`);
    const { stats, samples } = report.facts;
    const of = (type: string) => stats.find((each: { readonly type: string }) => each.type === type);
    expect(of('inbound-rtp').packetsReceived).toBeGreaterThan(20);
    expect(of('inbound-rtp').kind).toBe('audio');
    expect(of('outbound-rtp').packetsSent).toBeGreaterThan(20);
    const { currentRoundTripTime, state } = of('candidate-pair');
    expect(state).toBe('succeeded');
    expect(currentRoundTripTime).toBeGreaterThanOrEqual(0);
    expect(currentRoundTripTime).toBeLessThan(5);
    expect(samples.at(-1)).toMatchObject({ mos: expect.any(Number), jitterMs: expect.any(Number) });
    expect(JSON.stringify(report)).not.toContain(number);
  }

  it('signs in at the phone in the page, and is ready', async () => {
    // A new company's agents are ready, without a phone.
    await li.isIn('话机离线');
    await li.button('启用网页话机').waitFor();
    await look(li.page, 'bar-no-phone');
    await li.signOut();
    await look(li.page, 'bar-signed-out');
    await li.button('检查设备').click();
    const check = li.page.getByRole('dialog', { name: '签入前检查' });
    await check.getByText(/往返 \d+ 毫秒 · 丢包 .* · MOS \d\.\d/).waitFor({ timeout: 30_000 });
    expect(await check.getByText('正常', { exact: true }).count()).toBe(3);
    await look(li.page, 'bar-check');
    await check.getByRole('button', { name: '签入' }).click();
    await li.isIn('就绪');
    await li.bar.getByText('无人等待').waitFor();
    await look(li.page, 'bar-ready');
  });

  it('a caller rings with all that is known of him, is taken, and each hears the other', async () => {
    const { alice, calling } = await ringing('13800138001');
    // Masked: an agent has no right to numbers.
    await li.bar.getByText('138 **** 8001').waitFor();
    await li.bar.getByText('服务热线 → 售前').waitFor();
    expect(await li.page.title()).toMatch(/来电|通话记录/);
    await look(li.page, 'bar-ringing');
    await li.button('接听').click();
    await li.isIn('通话');
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    await li.bar.getByText(/^网络/).waitFor();
    await look(li.page, 'bar-talking');
    await reportsFault('13800138001');

    await li.button('保持').click();
    await li.isIn('保持');
    await alice.hears('music');
    await look(li.page, 'bar-held');
    await li.button('取回').click();
    await li.isIn('通话');
    await Promise.all([li.hears('alice'), alice.hears('bob')]);

    await li.button('静音').click();
    await alice.hears();
    await li.button('取消静音').click();
    await alice.hears('bob');

    await playsAPrompt(alice);

    await li.button('挂机').click();
    await calling.over();
    await li.isIn('话后整理');
    await look(li.page, 'bar-wrap-up');
    await li.button('完成整理').click();
    await li.isIn('就绪');
  });

  it('asks a colleague and gives the caller to her; to another one it sends him at once', async () => {
    const carol = await house.phone('carol');
    const { alice, calling } = await talking('13800138002');
    await alice.hears('bob');
    await li.button('咨询').click();
    await li.page.keyboard.type('8002');
    await li.page.keyboard.press('Enter');
    const asked = await carol.rings();
    await asked.accept();
    await li.bar.getByText('咨询方 8002').waitFor();
    await Promise.all([li.hears('carol'), carol.hears('bob'), alice.hears('music')]);
    await look(li.page, 'bar-consulting');
    await li.button('切换').click();
    await alice.hears('bob');
    await li.button('切换').click();
    await carol.hears('bob');
    await li.button('完成转接').click();
    await Promise.all([alice.hears('carol'), carol.hears('alice')]);
    await li.isIn('话后整理');
    await calling.hangUp();
    await asked.over();
    await li.button('完成整理').click();
    await li.isIn('就绪');

    const second = await talking('13800138003');
    await second.alice.hears('bob');
    // From any page, by what one knows of her.
    await li.page.keyboard.press('Alt+t');
    await li.page.keyboard.type('8002');
    await li.page.getByRole('option', { name: /王芳/ }).waitFor();
    await look(li.page, 'bar-directory');
    await li.page.getByLabel('转接留言').fill('客户已等三天');
    await li.page.keyboard.press('Enter');
    const sent = await carol.rings();
    await wang.bar.getByText('8001 的转接留言').waitFor();
    await wang.bar.getByText('客户已等三天').waitFor();
    await sent.accept();
    await second.alice.hears('carol');
    await li.isIn('话后整理');
    await second.calling.hangUp();
    await li.button('完成整理').click();
    await li.isIn('就绪');
  });

  it('says in words why somebody was not reached', async () => {
    const { calling } = await talking('13800138004');
    await li.button('转接').click();
    await li.page.keyboard.type('8003');
    await li.page.keyboard.press('Enter');
    const alert = li.bar.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/^转接未完成：[\u4e00-\u9fff，。]+/);
    // In the directory too, where he may choose another.
    await li.page.getByRole('dialog').getByRole('alert').waitFor();
    await look(li.page, 'bar-refused');
    await li.page.keyboard.press('Escape');
    await li.page.getByRole('dialog').waitFor({ state: 'detached' });
    await calling.hangUp();
    await li.isIn('话后整理');
    await li.button('完成整理').click();
  });

  it('by keyboard alone: answers, holds, mutes, hangs up, is ready, has a break kept for the end of a talk, signs out', async () => {
    await li.isIn('就绪');
    const { keyboard } = li.page;
    // While somebody types.
    await li.page.keyboard.press('/');
    const { alice, calling } = await ringing('13800138005');
    await keyboard.press('Alt+a');
    await li.isIn('通话');
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    await keyboard.press('Alt+p');
    await li.isIn('保持');
    await keyboard.press('Alt+p');
    await li.isIn('通话');
    await keyboard.press('Alt+m');
    await li.button('取消静音').waitFor();
    await keyboard.press('Alt+m');
    await li.button('静音').waitFor();
    await keyboard.press('Alt+b');
    await li.page.getByRole('menuitem', { name: '小休 · 午餐' }).waitFor();
    await goDownTo('午餐');
    await keyboard.press('Enter');
    await li.bar.getByText('通话结束后小休 · 午餐').waitFor();
    await look(li.page, 'bar-wish');
    await keyboard.press('Alt+h');
    await calling.over();
    await li.isIn('话后整理');
    await li.button('完成整理').focus();
    await keyboard.press('Enter');
    await li.isIn('小休');
    await li.bar.getByText('小休 · 午餐').waitFor();
    await keyboard.press('Alt+r');
    await li.isIn('就绪');
    await li.bar.locator('.pb-state-button').focus();
    await keyboard.press('Enter');
    await li.page.getByRole('menuitem', { name: '签出' }).waitFor();
    await goDownTo('签出');
    await keyboard.press('Enter');
    await li.button('签入').waitFor();
    expect(li.faults).toEqual([]);
  });
});
