/** A whole shift by keyboard alone, and the same bar for a phone on the table: Chromium, the real engine, and baresip at every other end. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { GOOD_PASSWORD } from '../../support/browser.ts';
import { browserMissing } from '../../support/console-browser.ts';
import { look } from '../../support/console-look.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { PhonePage, personOn, startTalkingBrowser } from '../../support/phone-page.ts';
import type { Softphone } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? baresipMissing;

/** In each page: whatever a pointer does is counted. A button that is pressed by Enter is clicked, by no pointer. */
const POINTER = `
globalThis.pointed = 0;
for (const what of ['pointerdown', 'mousedown', 'mousemove', 'touchstart', 'wheel'])
  addEventListener(what, () => { globalThis.pointed += 1; }, { capture: true });`;

describe.skipIf(missing)(`a shift${missing ? `: skipped, ${missing}` : ''}`, () => {
  let house: PhoneHouse;
  let browser: Awaited<ReturnType<typeof startTalkingBrowser>>;

  beforeAll(async () => {
    [house, browser] = await Promise.all([
      PhoneHouse.open({
        company: (document) => {
          document.breakReasons = { lunch: { title: { zh: '午餐', en: 'Lunch' } } };
          document.agents['8001'] = { name: '李娜', signIn: 'manual' };
          document.agents['8002'] = { name: '王芳' };
          document.dispositions = {
            sales: { entries: [{ code: 'question', title: '咨询' }] },
          };
          document.surveys = { after: { prompt: 'queue-music', timeout: '20s' } };
          Object.assign(document.queues.sales, {
            ...{ title: '售前', noAgents: 'join', wrapUp: '5m', ring: '60s', survey: 'after' },
            ...{ disposition: 'sales', dispositionRequired: true },
          });
        },
      }),
      startTalkingBrowser('bob'),
    ]);
  }, 120_000);
  afterEach(() => house.clear());
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const show = () => house.pbx.output.slice(-3000);

  /** A call that rings there: an engine on a busy machine refuses some (503), and a carrier tries again. */
  const ringing = (caller: Softphone, at: PhonePage) =>
    until(
      'a call rings',
      async () => {
        const calling = await house.calls(caller);
        const isRung = () => at.button('接听').isVisible();
        await until('it rings, or is refused', async () => calling.state === 'over' || (await isRung()), {
          limitMs: 20_000,
        });
        return calling.state === 'over' ? undefined : calling;
      },
      { limitMs: 60_000, everyMs: 500 },
    );

  it('by keyboard alone: the door, the check, a call with hold, keys, a consultation and a transfer, wrap-up, a break, and out again', async () => {
    const { http } = house.pbx;
    await personOn(http, 'a', { login: 'li', roles: ['agent'], agent: '8001' });
    const nobody = { cookie: 'none=none' } as Parameters<typeof PhonePage.open>[2];
    const li = await PhonePage.open(browser.chromium, http, nobody, { show, path: '/' });
    await li.page.context().addInitScript(POINTER);
    await li.page.reload();
    const { page } = li;
    const { keyboard } = page;
    /** What has the focus, as it reads. */
    const focused = () =>
      page.evaluate<string>(
        "(({ localName, labels, textContent, ariaLabel }) => localName === 'body' ? '' : [labels?.[0]?.textContent, ariaLabel, textContent].join(' '))(document.activeElement)",
      );
    const goTo = async (name: string, key: 'Tab' | 'ArrowDown' = 'Tab') =>
      until(
        `the focus is on ${name}`,
        async () => {
          if ((await focused()).includes(name)) return true;
          await keyboard.press(key);
          return false;
        },
        { everyMs: 60, limitMs: 40_000, show: () => name },
      );

    await page.getByLabel('用户名').waitFor();
    await goTo('用户名');
    await keyboard.type('li');
    await goTo('密码');
    await keyboard.type(GOOD_PASSWORD);
    await goTo('企业');
    await keyboard.type('a');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: '坐席工作台' }).waitFor();

    await li.button('检查设备').waitFor();
    await goTo('检查设备');
    await keyboard.press('Enter');
    const check = page.getByRole('dialog', { name: '签入前检查' });
    await check.getByText(/往返 \d+ 毫秒/).waitFor({ timeout: 40_000 });
    await goTo('签入');
    await keyboard.press('Enter');
    await li.isIn('就绪');

    const carol = await house.phone('carol');
    const alice = await house.outside('a', '13800138091');
    const calling = await ringing(alice, li);
    await keyboard.press('Alt+a');
    await li.isIn('通话');
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    await keyboard.press('Alt+p');
    await alice.hears('music');
    await keyboard.press('Alt+p');
    await alice.hears('bob');

    await goTo('更多操作');
    await keyboard.press('Enter');
    await page.getByRole('menuitem', { name: '按键' }).waitFor();
    await goTo('按键', 'ArrowDown');
    await keyboard.press('Enter');
    await page.getByRole('group', { name: /按键/ }).waitFor();
    await until('the pad has the focus', async () => (await focused()).includes('可直接用键盘输入'));
    await keyboard.type('4*7#');
    await calling.getsKeys('4*7#');
    await keyboard.press('Escape');

    // A phone in the page dials no code: whom it has parked comes back by a button, and answers by itself.
    await goTo('更多操作');
    await keyboard.press('Enter');
    await page.getByRole('menuitem', { name: '驻留' }).waitFor();
    await goTo('驻留', 'ArrowDown');
    await keyboard.press('Enter');
    await li.isIn('话后整理');
    await alice.hears('music');
    await li.bar.getByRole('button', { name: /^取回 138/ }).waitFor();
    await goTo('取回 138');
    await keyboard.press('Enter');
    await li.isIn('通话');
    await Promise.all([li.hears('alice'), alice.hears('bob')]);

    await keyboard.press('Alt+c');
    await keyboard.type('8002');
    await keyboard.press('Enter');
    const asked = await carol.rings();
    await asked.accept();
    await Promise.all([li.hears('carol'), carol.hears('bob'), alice.hears('music')]);
    await li.isIn('咨询');
    await keyboard.press('Alt+c');
    await asked.over();
    await Promise.all([li.hears('alice'), alice.hears('bob')]);

    await keyboard.press('Alt+n');
    await keyboard.type('问了价格');
    await keyboard.press('Alt+t');
    await keyboard.type('wangfang');
    await page.getByRole('option', { name: /王芳/ }).waitFor();
    await goTo('转接留言');
    await keyboard.type('等了三天');
    await keyboard.press('Enter');
    const given = await carol.rings();
    await given.accept();
    await Promise.all([alice.hears('carol'), carol.hears('alice')]);

    await page.getByRole('heading', { name: '话后整理' }).waitFor();
    await goTo('通话结果');
    await keyboard.type('咨询');
    await keyboard.press('Enter');
    await keyboard.press('Control+Enter');
    await page.getByText('没有进行中的通话').waitFor();
    await li.isIn('就绪');
    await given.hangUp();
    // Who is left is asked how it was.
    await alice.hears('music');
    await calling.press('1');
    await calling.over();

    await keyboard.press('Alt+b');
    await page.getByRole('menuitem', { name: '小休 · 午餐' }).waitFor();
    await goTo('午餐', 'ArrowDown');
    await keyboard.press('Enter');
    await li.isIn('小休');
    await keyboard.press('Alt+r');
    await li.isIn('就绪');

    await keyboard.press('?');
    const help = page.getByRole('dialog', { name: '键盘快捷键' });
    await help.getByText('回拨待办第一条').waitFor();
    await keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });

    // The button says the state.
    await goTo('就绪');
    await keyboard.press('Enter');
    await page.getByRole('menuitem', { name: '签出' }).waitFor();
    await goTo('签出', 'ArrowDown');
    await keyboard.press('Enter');
    await li.button('签入').waitFor();
    await goTo('账号');
    await keyboard.press('Enter');
    await page.getByRole('menuitem', { name: '退出登录' }).waitFor();
    await goTo('退出登录', 'ArrowDown');
    await keyboard.press('Enter');
    await page.getByLabel('用户名').waitFor();
    expect(await page.evaluate('pointed')).toBe(0);
    expect(li.faults).toEqual([]);

    const { targets } = await house.recordOf('13800138091');
    expect(targets.filter(({ connectedMs }) => connectedMs !== null)).toMatchObject([
      { target: '8001', reason: 'queue' },
      { target: '8001', reason: 'park', disposition: 'question', note: '问了价格' },
      { target: '8002' },
    ]);
    await page.context().close();
  }, 240_000);

  it('at a phone on the table: rings, holds, presses keys, parks, asks, confers, sends to the survey and hangs up over HTTP', async () => {
    const { http } = house.pbx;
    const carol = await house.phone('carol');
    const person = await personOn(http, 'a', { login: 'wang', roles: ['agent'], agent: '8002' });
    const wang = await PhonePage.open(browser.chromium, http, person, { show });
    await wang.bar.getByText('分机 8002 · 桌面话机').waitFor();
    await wang.isIn('就绪');
    const more = async (item: string) => {
      await wang.button('更多操作').click();
      await wang.page.getByRole('menuitem', { name: item }).click();
    };

    const second = await house.outside('a', '13800138093', 'eve');
    const again = await ringing(second, wang);
    const taken = await carol.rings();
    await taken.accept();
    await second.hears('carol');
    await wang.button('挂机').click();
    await taken.over();
    await second.hears('music');
    await again.press('2');
    await again.over();
    await wang.isIn('话后整理');
    await wang.page.goto(`${http}/desk`);
    await wang.page.getByLabel('通话结果').click();
    await wang.page.getByTitle('咨询', { exact: true }).click();
    await wang.page.getByRole('main').getByRole('button', { name: '完成整理' }).click();
    await wang.isIn('就绪');

    const alice = await house.outside('a', '13800138092');
    const calling = await ringing(alice, wang);
    const rung = await carol.rings();
    await wang.isIn('振铃');
    await rung.accept();
    await wang.isIn('通话');
    await Promise.all([alice.hears('carol'), carol.hears('alice')]);
    await wang.button('保持').click();
    await wang.isIn('保持');
    await alice.hears('music');
    await wang.button('取回').click();
    await wang.isIn('通话');
    await alice.hears('carol');
    await wang.button('静音').click();
    await alice.hears();
    await wang.button('取消静音').click();
    await alice.hears('carol');
    await more('按键');
    await wang.page.getByRole('button', { name: '5', exact: true }).click();
    await wang.page.getByRole('button', { name: '#', exact: true }).click();
    await calling.getsKeys('5#');
    await wang.page.keyboard.press('Escape');

    await more('驻留');
    await wang.page.getByText('已驻留，话机拨 *851 可取回').waitFor();
    await alice.hears('music');
    await rung.over();
    await wang.bar.getByRole('button', { name: /^取回 138/ }).waitFor();
    await look(wang.page, 'shift-parked');
    const taking = await carol.dial('sip:*851@a.example');
    await taking.established();
    await Promise.all([alice.hears('carol'), carol.hears('alice')]);
    await wang.bar.getByText('通话中').waitFor();
    await wang.isIn('通话');

    const dave = await house.phone('dave');
    await wang.button('咨询').click();
    await wang.page.keyboard.type('8003');
    await wang.page.keyboard.press('Enter');
    const asked = await dave.rings();
    await asked.accept();
    await Promise.all([dave.hears('carol'), alice.hears('music')]);
    await wang.button('三方').click();
    await Promise.all([alice.hears('carol', 'dave'), dave.hears('alice', 'carol')]);
    await look(wang.page, 'shift-conference');
    await wang.button('取消咨询').click();
    await asked.over();
    await alice.hears('carol');

    await more('送评价');
    await taking.over();
    await alice.hears('music');
    await calling.press('1');
    await calling.over();
    const { surveyDigit, path } = await house.recordOf('13800138092');
    expect(surveyDigit).toBe('1');
    expect(path.filter(({ step }) => step === 'park')).toHaveLength(2);
    expect(wang.faults).toEqual([]);
  }, 180_000);
});
