/** The phone in the page: registers, rings, talks, holds and hangs up in Chromium, against the real engine and baresip. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { type Browser, personOn } from '../../support/browser.ts';
import { ClientProject } from '../../support/client-project.ts';
import { browserMissing, openPage, startBrowser } from '../../support/console-browser.ts';
import { CutRelay } from '../../support/cut-relay.ts';
import { freeTcpPort } from '../../support/free-port.ts';
import { Pbx, TOKEN } from '../../support/pbx.ts';
import { HZ, Softphone } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

const missing = browserMissing ?? baresipMissing;
const ENTRY = join(import.meta.dirname, '../../../src/client/softphone/index.ts');

async function bundle(): Promise<string> {
  const lib = { entry: ENTRY, formats: ['iife' as const], name: 'pbx400Phone' };
  const built = await build({ configFile: false, logLevel: 'silent', build: { write: false, lib } });
  return ([built].flat()[0] as Rollup.RollupOutput).output[0].code;
}

/** In the page: the phone, and an ear at what its first call hears: the loudest frequency, Hz; 0 in silence. */
const PAGE = `
// A tone is noise to a browser, which takes it out.
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = ({ audio }) =>
  open({ audio: { ...audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
globalThis.phone = new pbx400Phone.SipSoftphone();
const audio = new AudioContext();
const ears = new Map();
globalThis.loudest = () => {
  const heard = phone.calls[0]?.heard;
  if (!heard) return 0;
  if (!ears.has(heard)) {
    ears.set(heard, new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 }));
    audio.createMediaStreamSource(heard).connect(ears.get(heard));
  }
  const analyser = ears.get(heard);
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  return bins[loudest] > -60 ? (loudest * audio.sampleRate) / analyser.fftSize : 0;
};
`;

describe.skipIf(missing)(`the phone in the page${missing ? `: skipped, ${missing}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-page-phone-'));
  let pbx: Pbx;
  let li: Browser;
  let chromium: Chromium;
  let code: string;
  let page: Page;
  let bob: Softphone;
  /** Of the page of others. */
  let origin: string;
  let project: ClientProject | undefined;
  let server: ChildProcess | undefined;

  beforeAll(async () => {
    const tone = join(folder, 'alice.wav');
    writeWav(tone, sine(HZ.alice, 60_000));
    const port = await freeTcpPort();
    origin = `http://127.0.0.1:${port}`;
    [pbx, code, chromium] = await Promise.all([
      Pbx.start({
        configure: (config) => {
          config.http.origins = [origin];
        },
      }),
      bundle(),
      startBrowser([
        ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
        ...[`--use-file-for-fake-audio-capture=${tone}`, '--allow-loopback-in-peer-connection'],
        ...['--autoplay-policy=no-user-gesture-required', '--disable-features=WebRtcHideLocalIpsWithMdns'],
      ]),
    ]);
    const fields = { login: 'li', roles: ['agent'], agent: '8001' };
    li = await personOn(pbx.http, 'demo', fields);
    const passwords = readFileSync(join(pbx.dataDir, 'initial-passwords.txt'), 'utf8');
    const [, password, domain] = /^8002\t(\S+)\t(\S+)/m.exec(passwords)!;
    bob = await Softphone.start({
      pbx: pbx.sip,
      domain: domain!,
      number: '8002',
      password: password!,
      voice: 'bob',
    });
    const opened = await openPage(chromium, { bypassCSP: true });
    page = opened.page;
    await page.goto(`${pbx.http}/healthz`);
    await page.addScriptTag({ content: code });
    await page.evaluate(PAGE);
    await register();
  }, 90_000);
  afterEach(async () => {
    await page?.evaluate('Promise.all(phone.calls.map((call) => call.hangUp()))');
  });
  afterAll(async () => {
    await bob?.close();
    server?.kill('SIGKILL');
    project?.cleanUp();
    await chromium?.close();
    await pbx?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  async function register(): Promise<void> {
    const { body } = await li.ask('POST /api/v1/me/phone-credentials');
    await page.evaluate(`phone.connect(${JSON.stringify(body)})`);
  }
  const state = () => page.evaluate<string>('phone.state');
  const calls = () =>
    page.evaluate<{ state: string; direction: string; number: string }[]>(
      'phone.calls.map(({ state, direction, number }) => ({ state, direction, number }))',
    );
  const isNow = (what: string) =>
    until(`the call is ${what}`, async () => ((await calls())[0]?.state ?? 'none') === what, {
      limitMs: 10_000,
      show: () => pbx.output.slice(-3000),
    });
  const hears = (hz: number) =>
    until(
      `the page hears ${hz} Hz`,
      async () => Math.abs((await page.evaluate<number>('loudest()')) - hz) < 20,
      { limitMs: 15_000 },
    );

  it('registers with what the session was given, without a password of the extension', async () => {
    expect(await state()).toBe('registered');
  });

  it('calls: each hears the other, who is held hears no voice, and hears it again', async () => {
    const ringing = bob.rings();
    await page.evaluate(`phone.call('8002').then(() => {})`);
    const taken = await ringing;
    expect(await calls()).toMatchObject([{ state: 'dials', direction: 'out', number: '8002' }]);
    await taken.accept();
    await isNow('talking');
    await Promise.all([hears(HZ.bob), bob.hears('alice')]);
    await page.evaluate(`phone.calls[0].press('42#')`);
    await taken.getsKeys('42#');
    await page.evaluate(`phone.calls[0].hold()`);
    expect(await calls()).toMatchObject([{ state: 'held' }]);
    await bob.hears('music');
    await page.evaluate(`phone.calls[0].resume()`);
    expect(await calls()).toMatchObject([{ state: 'talking' }]);
    await Promise.all([hears(HZ.bob), bob.hears('alice')]);
    const stats = await page.evaluate<{ packetsReceived: number; packetsSent: number; loss: number }>(
      'phone.calls[0].stats()',
    );
    expect(stats.packetsReceived).toBeGreaterThan(0);
    expect(stats.packetsSent).toBeGreaterThan(0);
    expect(stats.loss).toBeLessThan(0.05);
    await page.evaluate(`phone.calls[0].hangUp()`);
    await taken.over();
    expect(await calls()).toEqual([]);
  });

  it('rings, is answered, muted, and hears that the other side has hung up', async () => {
    const dialled = await bob.dial('sip:8001@pbx400.local');
    await isNow('rings');
    expect(await calls()).toMatchObject([{ direction: 'in', number: '8002' }]);
    await page.evaluate(`phone.calls[0].answer()`);
    await dialled.established();
    await Promise.all([hears(HZ.bob), bob.hears('alice')]);
    await page.evaluate(`phone.calls[0].mute(true)`);
    await bob.hears();
    await page.evaluate(`phone.calls[0].mute(false)`);
    await bob.hears('alice');
    await dialled.hangUp();
    await isNow('none');
  });

  it('refuses a call', async () => {
    const dialled = await bob.dial('sip:8001@pbx400.local');
    await isNow('rings');
    await page.evaluate(`phone.calls[0].hangUp()`);
    await isNow('none');
    await dialled.hangUp().catch(() => {});
  });

  it('registers again at once when the answer to a REGISTER went with its connection', async () => {
    const relay = await CutRelay.to(Number(new URL(pbx.http).port));
    const away = (await openPage(chromium, { bypassCSP: true })).page;
    const state = () => away.evaluate<string>('phone.state');
    try {
      await away.goto(`${relay.url}/healthz`);
      await away.addScriptTag({ content: code });
      await away.evaluate('globalThis.phone = new pbx400Phone.SipSoftphone()');
      const { body } = await li.ask('POST /api/v1/me/phone-credentials');
      await away.evaluate(`phone.connect(${JSON.stringify(body)})`);
      expect(await state()).toBe('registered');
      relay.silence();
      // A page that wakes up asks whether its phone is known still.
      await away.evaluate('void phone.refresh()');
      await until('the REGISTER is on its way', () => relay.swallowed > 0);
      relay.silence(false);
      const before = relay.taken;
      relay.cut();
      await until('it connects again', () => relay.taken > before);
      // Well before timer F (RFC 3261, 32 s) ends the REGISTER that nobody answers.
      await until('it registers again', async () => (await state()) === 'registered', { limitMs: 10_000 });
    } finally {
      await away.context().close();
      await relay.close();
    }
  });

  it('a page of others is a phone by `pbx400/client/softphone`: the example calls, and is called', async () => {
    // One phone of the agent at a time.
    await page.evaluate('phone.disconnect()');
    project = new ClientProject('dialplans/examples/integration');
    const key = { name: 'crm', permissions: ['desk:create'] };
    const { body } = await pbx.post('/api/v1/api-keys', key, TOKEN, 'demo');
    server = spawn(process.execPath, ['softphone-server.ts'], {
      cwd: project.folder,
      env: { ...process.env, PBX_URL: pbx.http, PBX_KEY: body.secret, PORT: new URL(origin).port },
    });
    let said = '';
    for (const stream of [server.stdout!, server.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    await until('the server of the page', () => said.includes(origin), { show: () => said });
    for (const path of ['sip.js/../../package.js', 'sip.js/%2e%2e/x.js', 'other/x.js'])
      expect((await fetch(`${origin}/modules/${path}`)).status, path).toBe(404);

    const { page: others, faults } = await openPage(chromium);
    await others.goto(`${origin}/?agent=8001`);
    const button = (name: string) => others.getByRole('button', { name, exact: true });
    await others.locator('#state').filter({ hasText: '就绪' }).waitFor();
    const ringing = bob.rings();
    await others.getByLabel('号码').fill('8002');
    await button('外呼').click();
    const taken = await ringing;
    await taken.accept();
    const about = (text: string) => others.locator('#about').filter({ hasText: text }).waitFor();
    await about('通话中');
    await bob.hears('alice');
    await button('保持').click();
    await about('保持中');
    await bob.hears('music');
    await button('取消保持').click();
    await about('通话中');
    await bob.hears('alice');
    await button('挂断').click();
    await taken.over();
    await others.locator('#with').filter({ hasText: '—' }).waitFor();

    const dialled = await bob.dial('sip:8001@pbx400.local');
    await others.locator('#with').filter({ hasText: '8002' }).waitFor();
    await button('接听').click();
    await dialled.established();
    await bob.hears('alice');
    await dialled.hangUp();
    await others.locator('#with').filter({ hasText: '—' }).waitFor();
    expect(faults).toEqual([]);
    expect(await others.context().cookies()).toEqual([]);
  });
});
