/** What a talk in the page survives: a reload, a closed tab, a network that is away, a restart of the engine; and what is said where there is no microphone. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { baresipMissing } from '../../support/baresip.ts';
import type { Browser } from '../../support/browser.ts';
import { browserMissing } from '../../support/console-browser.ts';
import { CutRelay } from '../../support/cut-relay.ts';
import { Pbx } from '../../support/pbx.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { PhonePage, personOn, startTalkingBrowser } from '../../support/phone-page.ts';
import { NOTES, stepsOf } from '../../support/phone-steps.ts';
import type { Softphone, SoftphoneCall } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? baresipMissing;

describe.skipIf(missing)(`a talk in the page survives${missing ? `: skipped, ${missing}` : ''}`, () => {
  let house: PhoneHouse;
  let browser: Awaited<ReturnType<typeof startTalkingBrowser>>;
  let relay: CutRelay;
  let person: Browser;
  let li: PhonePage;
  let restarted: Pbx | undefined;

  const show = () => (restarted ?? house.pbx).output.slice(-3000);

  beforeAll(async () => {
    [house, browser] = await Promise.all([
      PhoneHouse.open({
        machine: (config) => {
          config.sip = { ...config.sip, limits: { browserSilence: '6s' } };
        },
        company: (document) => {
          document.queues.sales = {
            ...document.queues.sales,
            agents: [8001],
            noAgents: 'join',
            wrapUp: '0s',
            ring: '60s',
          };
        },
      }),
      startTalkingBrowser('bob'),
    ]);
    const { pbx } = house;
    relay = await CutRelay.to(Number(new URL(pbx.http).port));
    person = await personOn(pbx.http, 'a', { login: 'li', roles: ['agent'], agent: '8001' });
    li = await PhonePage.open(browser.chromium, relay.url, person, { show, scripts: [NOTES] });
    await li.button('启用网页话机').click();
    await li.isIn('就绪');
  }, 120_000);
  afterEach(() => house.clear());
  afterAll(async () => {
    await browser?.close();
    await relay?.close();
    await restarted?.cleanUp();
    await house?.close();
  });

  async function talking(number: string): Promise<{ alice: Softphone; calling: SoftphoneCall }> {
    await li.isIn('就绪');
    const alice = await house.outside('a', number);
    const calling = await li.rungBy(() => house.calls(alice));
    await li.button('接听').click();
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    return { alice, calling };
  }

  /** Nothing is left of it, in the engine and in the page: its microphone is off. */
  async function over(calling: SoftphoneCall): Promise<void> {
    await calling.hangUp();
    await li.isIn('就绪');
    await phoneIsFree();
  }

  const phoneIsFree = () =>
    until('the phone of the page has no call', async () => (await li.phoneCalls('a.8001')).length === 0, {
      show,
    });

  it('a reload in the middle: the caller hears music, and the talk comes back', async () => {
    const { alice, calling } = await talking('13800138001');
    const since = performance.now();
    let shownMs = 0;
    let hearMs = 0;
    const heard = await alice.heardDuring(async () => {
      await li.page.reload();
      const isShown = li.isIn('通话').then(() => {
        shownMs = performance.now() - since;
      });
      // The page first: until it hears, the caller may hear what was said before.
      await li.hears('alice');
      await alice.hears('bob');
      hearMs = performance.now() - since;
      await isShown;
    });
    expect(heard).toContain('music');
    if (process.env['FIGURES'])
      process.stderr.write(
        `both hear each other after ${Math.round(hearMs)} ms, shown after ${Math.round(shownMs)} ms\n${await stepsOf(li.page)}`,
      );
    expect(hearMs).toBeLessThan(5000);
    await over(calling);
  });

  it('another tab is a remote control, and takes the talk over when the one that had it is closed', async () => {
    const second = await li.another();
    await second.bar.getByText('音频在另一个标签页').waitFor();
    const { alice, calling } = await talking('13800138002');
    await second.button('保持').click();
    await alice.hears('music');
    await second.button('取回').click();
    await alice.hears('bob');
    await li.page.close();
    await second.isIn('通话');
    await Promise.all([second.hears('alice'), alice.hears('bob')]);
    li = second;
    await over(calling);
  });

  it('two calls at once: the second waits on the phone, is answered, and the first is still there', async () => {
    const carol = await house.phone('carol');
    const { alice, calling } = await talking('13800138003');
    await li.button('保持').click();
    await alice.hears('music');
    const inside = await carol.dial('sip:8001@a.example');
    await li.button('接听').click();
    await carol.hears('bob');
    await li.bar.getByText('另有 1 通').waitFor();
    await inside.hangUp();
    await li.button('取回').click();
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    await over(calling);
  });

  it('the network of the page is away for 10 s: audio goes on, the bar says so, and all works again', async () => {
    const { alice, calling } = await talking('13800138004');
    relay.silence();
    relay.cut();
    await li.page.getByText('与服务器的连接已中断').waitFor();
    await new Promise((done) => setTimeout(done, 10_000));
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    relay.silence(false);
    relay.cut();
    await li.page.getByText('与服务器的连接已中断').waitFor({ state: 'detached', timeout: 20_000 });
    await li.button('保持').click();
    await alice.hears('music');
    await li.button('取回').click();
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    await over(calling);
    // Its phone is let in again as well.
    const next = await talking('13800138005');
    relay.silence();
    relay.cut();
    await li.page.getByText('与服务器的连接已中断').waitFor();
    // Who could tell the page that he has hung up?
    await next.calling.hangUp();
    relay.silence(false);
    relay.cut();
    await li.isIn('就绪', 20_000);
    await phoneIsFree();
  });

  it('the machine sleeps: its agent is not rung, and the caller who waits is his when he opens it again', async () => {
    const stateOf = async () => {
      const { body } = await person.ask('GET /api/v1/agents/8001/state');
      return (body as { readonly state: string }).state;
    };
    await li.isIn('就绪');
    browser.sleep();
    // Silence, and the time that a page has to come back.
    await until('the engine knows it', async () => (await stateOf()) === 'unreachable', {
      limitMs: 40_000,
      show,
    });
    const alice = await house.outside('a', '13800138010');
    const calling = await house.calls(alice);
    await alice.hears('music');
    expect(await stateOf()).toBe('unreachable');
    browser.wake();
    await li.button('接听').click();
    await Promise.all([li.hears('alice'), alice.hears('bob')]);
    await over(calling);
  });

  it('the engine is restarted in a talk: the page returns by itself, its state is true, and the next caller is heard', async () => {
    const { calling } = await talking('13800138006');
    const { dataDir, configFile, sip } = house.pbx;
    const config = parse(readFileSync(configFile, 'utf8'));
    await house.pbx.kill();
    await calling.hangUp().catch(() => {});
    restarted = await Pbx.start({
      dataDir,
      sip,
      configure: (empty) => {
        for (const name of Object.keys(empty)) delete empty[name];
        Object.assign(empty, config);
      },
    });
    relay.lead(Number(new URL(restarted.http).port));
    relay.cut();
    await li.isIn('就绪', 40_000);
    await li.button('挂机').waitFor({ state: 'detached' });
    const next = await talking('13800138007');
    await over(next.calling);
  });

  it('no microphone: said in words, with what to do, before anybody is rung', async () => {
    const refusing = await startTalkingBrowser('bob', { mayUseMicrophone: false });
    try {
      const { http } = restarted ?? house.pbx;
      const wang = await personOn(http, 'a', { login: 'wang', roles: ['agent'], agent: '8002' });
      const page = await PhonePage.open(refusing.chromium, http, wang);
      await page.button('启用网页话机').click();
      const alert = page.bar.getByRole('alert');
      await alert.getByText(/没有麦克风权限.*允许使用麦克风/).waitFor();
      await page.isIn('话机离线');
    } finally {
      await refusing.close();
    }
  });
});
