/** An agent at the console in Chromium, whose microphone says bob's tone: the phone in the page, by the phone bar. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Browser as Chromium, Page } from 'playwright-core';
import { type Browser, personOn } from './browser.ts';
import { openPage, startBrowser, type WatchedPage } from './console-browser.ts';
import { HZ, type SoftphoneCall, type Sound } from './softphone.ts';
import { until } from './until.ts';
import { sine, writeWav } from './wav-file.ts';

/** In each page: nothing takes the tone out of the microphone, and what any connection plays is listened to. */
const EARS = `
{
  const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (open) navigator.mediaDevices.getUserMedia = ({ audio }) =>
    open({ audio: { ...(audio === true ? {} : audio), echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  const connections = [];
  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(...told) {
      super(...told);
      connections.push(this);
    }
  };
  let audio;
  const ears = new Map();
  globalThis.loudest = () => {
    const track = connections
      .filter(({ connectionState }) => connectionState === 'connected')
      .flatMap((each) => each.getReceivers().map((receiver) => receiver.track))
      .findLast((each) => each?.kind === 'audio' && each.readyState === 'live');
    if (!track) return 0;
    audio ??= new AudioContext();
    if (!ears.has(track)) {
      const ear = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 });
      audio.createMediaStreamSource(new MediaStream([track])).connect(ear);
      ears.set(track, ear);
    }
    const ear = ears.get(track);
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    return bins[loudest] > -60 ? (loudest * audio.sampleRate) / ear.fftSize : 0;
  };
}`;

export interface TalkingBrowser {
  readonly chromium: Chromium;
  readonly close: () => Promise<void>;
  /** All its processes stand still, as those of a machine that sleeps: connections stay open, and nobody answers on them. */
  readonly sleep: () => void;
  readonly wake: () => void;
}

/** The process that was started with this argument, which leads the group of all that it started. */
function leaderWith(argument: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const told = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const [, group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) . \d+ /s, '_ ')
        .split(' ');
      if (told.includes(argument) && group === pid) return Number(pid);
    } catch {
      // It ended meanwhile.
    }
  }
  throw new Error(`no process was started with ${argument}`);
}

/** Arguments of a Chromium whose microphone says a tone, and which asks nobody. */
export async function startTalkingBrowser(
  voice: Sound,
  {
    mayUseMicrophone = true,
    more = [],
  }: { readonly mayUseMicrophone?: boolean; readonly more?: readonly string[] } = {},
): Promise<TalkingBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-phone-page-'));
  const tone = join(folder, 'voice.wav');
  writeWav(tone, sine(HZ[voice], 60_000));
  const microphone = `--use-file-for-fake-audio-capture=${tone}`;
  const chromium = await startBrowser([
    ...(mayUseMicrophone ? ['--use-fake-ui-for-media-stream'] : ['--deny-permission-prompts']),
    '--use-fake-device-for-media-stream',
    microphone,
    '--allow-loopback-in-peer-connection',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    ...more,
  ]);
  const leader = leaderWith(microphone);
  const sleep = () => void process.kill(-leader, 'SIGSTOP');
  const wake = () => void process.kill(-leader, 'SIGCONT');
  const close = async () => {
    wake();
    await chromium.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { chromium, close, sleep, wake };
}

export class PhonePage {
  readonly page: Page;
  readonly faults: readonly string[];
  readonly #show: () => string;

  private constructor({ page, faults }: WatchedPage, show: () => string) {
    this.page = page;
    this.faults = faults;
    this.#show = show;
  }

  /** The console at `http`, signed in as that person, if one is given; `scripts` run in each page before its own. */
  static async open(
    chromium: Chromium,
    http: string,
    person: Browser | undefined,
    {
      show = () => '',
      path = '/calls',
      scripts = [],
    }: { readonly show?: () => string; readonly path?: string; readonly scripts?: readonly string[] } = {},
  ): Promise<PhonePage> {
    const watched = await openPage(chromium, { locale: 'zh-CN' });
    const context = watched.page.context();
    for (const script of [EARS, ...scripts]) await context.addInitScript(script);
    if (person) {
      const [name, value] = person.cookie.split('=') as [string, string];
      await context.addCookies([{ name, value, url: http }]);
    }
    const opened = new PhonePage(watched, show);
    await opened.page.goto(`${http}${path}`);
    return opened;
  }

  /** Another tab of the same browser. */
  async another(path = '/calls'): Promise<PhonePage> {
    const page = await (this.page.context() as BrowserContext).newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(new URL(path, this.page.url()).href);
    return new PhonePage({ page, faults: [] }, this.#show);
  }

  get bar() {
    return this.page.getByRole('region', { name: '话务条' });
  }

  button(name: string) {
    return this.bar.getByRole('button', { name, exact: true });
  }

  /** Waits until the own state is that. */
  async isIn(state: string, limitMs = 15_000): Promise<void> {
    const shown = this.bar.locator('.pb-state-button').filter({ hasText: state });
    await shown.waitFor({ timeout: limitMs }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.#show()}`);
    });
  }

  /** A call that rings in the page: an engine on a busy machine refuses some (503), and a carrier tries again. */
  rungBy(dial: () => Promise<SoftphoneCall>): Promise<SoftphoneCall> {
    const letIn = async () => {
      const calling = await dial();
      const isDecided = async () => calling.state === 'over' || (await this.button('接听').isVisible());
      await until('the call rings, or is refused', isDecided, { limitMs: 20_000, show: this.#show });
      return calling.state === 'over' ? undefined : calling;
    };
    return until('a call rings', letIn, { limitMs: 60_000 });
  }

  /** Calls that the phone of this browser has, whichever tab owns it. */
  phoneCalls(agent: string): Promise<readonly { readonly id: string; readonly state: string }[]> {
    return this.page.evaluate(`new Promise((done) => {
      const channel = new BroadcastChannel('pbx400.phone.${agent}');
      channel.onmessage = ({ data }) => {
        if (data.kind !== 'sight') return;
        channel.close();
        done(data.sight.calls);
      };
      channel.postMessage({ kind: 'look' });
    })`);
  }

  async signOut(): Promise<void> {
    await this.bar.locator('.pb-state-button').click();
    await this.page.getByRole('menuitem', { name: '签出' }).click();
    await this.button('签入').waitFor();
  }

  /** At the phone in the page. */
  async signIn(): Promise<void> {
    await this.bar.getByText('网页话机', { exact: true }).click();
    await this.button('签入').click();
  }

  /** Waits until the page hears that tone; nothing: silence. */
  async hears(sound: Sound | undefined, limitMs = 15_000): Promise<void> {
    let last = 0;
    const hz = sound === undefined ? 0 : HZ[sound];
    await until(
      `the page hears ${sound ?? 'nothing'}`,
      async () => {
        last = await this.page.evaluate<number>('loudest()');
        return Math.abs(last - hz) < 20;
      },
      { limitMs, show: () => `${last} Hz\n${this.#show()}` },
    );
  }
}

export { personOn };
