/** The phone in the page and its machine: another microphone in the middle of a talk, one that is pulled out, one that is missing, a tab that nobody looks at. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { browserMissing } from '../../support/console-browser.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { PhonePage, personOn, startTalkingBrowser } from '../../support/phone-page.ts';
import { HZ, type Softphone, type SoftphoneCall } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? baresipMissing;

/** All devices of Chromium's say the same file: the second is given a tone of its own, when the browser has let it be opened. It can be pulled out. */
const SECOND_MICROPHONE = `
{
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  globalThis.microphones = [];
  const list = mediaDevices.enumerateDevices.bind(mediaDevices);
  mediaDevices.enumerateDevices = async () =>
    (await list()).filter(({ label }) => !globalThis.isPulledOut || !/ 2$/.test(label));
  let audio;
  mediaDevices.getUserMedia = async (asked) => {
    const stream = await open(asked);
    const { deviceId } = stream.getAudioTracks()[0].getSettings();
    const device = (await list()).find((each) => each.kind === 'audioinput' && each.deviceId === deviceId);
    if (globalThis.isPulledOut && / 2$/.test(device?.label ?? '')) {
      for (const track of stream.getTracks()) track.stop();
      throw new DOMException('pulled out', 'NotFoundError');
    }
    const given = / 2$/.test(device?.label ?? '') ? tone() : stream;
    globalThis.microphones.push(given.getAudioTracks()[0]);
    return given;
  };
  const tone = () => {
    audio ??= new AudioContext();
    const oscillator = new OscillatorNode(audio, { frequency: ${HZ.carol} });
    const said = audio.createMediaStreamDestination();
    oscillator.connect(new GainNode(audio, { gain: 0.5 })).connect(said);
    oscillator.start();
    return said.stream;
  };
}`;

/** Keeps the notifications that the page shows. */
const NOTICES = `
{
  const Real = globalThis.Notification;
  globalThis.notices = [];
  globalThis.Notification = class extends Real {
    constructor(title, options) {
      super(title, options);
      const notice = { title, isOpen: true, real: this };
      globalThis.notices.push(notice);
      const close = this.close.bind(this);
      this.close = () => {
        notice.isOpen = false;
        close();
      };
    }
  };
}`;

describe.skipIf(missing)(
  `the phone in the page and its machine${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let house: PhoneHouse;
    let browser: Awaited<ReturnType<typeof startTalkingBrowser>>;
    let li: PhonePage;

    beforeAll(async () => {
      [house, browser] = await Promise.all([
        PhoneHouse.open({
          company: (document) => {
            Object.assign(document.queues.sales, {
              agents: [8001],
              noAgents: 'join',
              wrapUp: '0s',
              ring: '60s',
            });
          },
        }),
        startTalkingBrowser('bob'),
      ]);
      const { pbx } = house;
      const person = await personOn(pbx.http, 'a', { login: 'li', roles: ['agent'], agent: '8001' });
      li = await PhonePage.open(browser.chromium, pbx.http, person, {
        show: () => pbx.output.slice(-3000),
        scripts: [SECOND_MICROPHONE, NOTICES],
      });
      await li.page.context().grantPermissions(['notifications', 'microphone']);
      await li.button('启用网页话机').click();
      await li.isIn('就绪');
    }, 120_000);
    afterEach(() => house?.clear());
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    async function ringing(number: string): Promise<{ alice: Softphone; calling: SoftphoneCall }> {
      await li.isIn('就绪');
      const alice = await house.outside('a', number);
      const calling = await li.rungBy(() => house.calls(alice));
      return { alice, calling };
    }

    async function talking(number: string) {
      const call = await ringing(number);
      await li.button('接听').click();
      await Promise.all([li.hears('alice'), call.alice.hears('bob')]);
      return call;
    }

    /** An Escape belongs to what is open on top: to the list of microphones until that has closed. */
    async function choose(microphone: string): Promise<void> {
      const box = li.page.getByRole('combobox', { name: '麦克风' });
      await li.button('音频设备').click();
      await box.click();
      await li.page.getByTitle(microphone, { exact: true }).last().click();
      await li.page.locator('[role=combobox][aria-label="麦克风"][aria-expanded=false]').waitFor();
      await li.page.keyboard.press('Escape');
      await box.waitFor({ state: 'detached' });
    }

    it('another microphone in the middle of a talk: the caller hears it, and the talk goes on', async () => {
      const { alice, calling } = await talking('13800138001');
      await choose('Fake Audio Input 2');
      await alice.hears('carol');
      await li.hears('alice');
      await li.button('保持').click();
      await alice.hears('music');
      await li.button('取回').click();
      await Promise.all([alice.hears('carol'), li.hears('alice')]);
      await choose('浏览器默认');
      await alice.hears('bob');
      await calling.hangUp();
      await li.isIn('就绪');
    });

    it('a headset that is pulled out in a talk: the microphone that is left is taken, and the headset when it is back', async () => {
      const { alice, calling } = await talking('13800138002');
      await choose('Fake Audio Input 2');
      await alice.hears('carol');
      // A browser ends the track whose device is gone, and tells so.
      await li.page.evaluate(`{
        globalThis.isPulledOut = true;
        const track = microphones.at(-1);
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }`);
      await alice.hears('bob');
      await li.page.evaluate(`{
        globalThis.isPulledOut = false;
        navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
      }`);
      await alice.hears('carol');
      await li.hears('alice');
      await choose('浏览器默认');
      await alice.hears('bob');
      await calling.hangUp();
      await li.isIn('就绪');
    });

    it('the headset of yesterday is not there: another one is taken, and the choice shows it', async () => {
      await li.page.evaluate(`localStorage.setItem('pbx400.microphone', 'a device that is gone')`);
      await li.page.reload();
      const { calling } = await talking('13800138003');
      await li.button('音频设备').click();
      await li.page.locator('.pb-device').first().getByText('浏览器默认').waitFor();
      await li.page.keyboard.press('Escape');
      await calling.hangUp();
      await li.isIn('就绪');
      await li.page.evaluate(`localStorage.removeItem('pbx400.microphone')`);
    });

    it('a tab that nobody looks at: title and desktop notification tell who rings, until he is answered', async () => {
      const before = await li.page.title();
      await li.page.evaluate(HIDDEN);
      const { calling, alice } = await ringing('13800138005');
      const notices = () =>
        li.page.evaluate<{ title: string; isOpen: boolean }[]>(
          'notices.map(({ title, isOpen }) => ({ title, isOpen }))',
        );
      await until('a notification', async () => (await notices()).length > 0);
      const [notice] = await notices();
      expect(notice!.isOpen).toBe(true);
      expect(notice!.title).toMatch(/138 \*{4} 8005/);
      await until('the title', async () => (await li.page.title()).includes('138 **** 8005'));
      await li.page.evaluate(`notices[0].real.dispatchEvent(new Event('click'))`);
      await until('the notification goes with a click', async () => !(await notices())[0]!.isOpen);
      await li.button('接听').click();
      await Promise.all([li.hears('alice'), alice.hears('bob')]);
      await until('the title is what it was', async () => (await li.page.title()) === before);
      await calling.hangUp();
      await li.isIn('就绪');
    });
  },
);

/** A headless browser looks at all of its tabs. */
const HIDDEN = `Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });`;
