/** The whole engine on a real media engine and the machine's clock; only SIP is faked. Its parties talk RTP. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallEvent } from '../../src/call/call-events.ts';
import type { Leg } from '../../src/call/leg.ts';
import { takeIn } from '../../src/call/take-in.ts';
import type { Talk } from '../../src/call/talk.ts';
import type { Config } from '../../src/config/config.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import { FakeEdge } from '../../src/edge/fake/fake-edge.ts';
import type { FakeInboundLeg, FakeOutboundLeg } from '../../src/edge/fake/fake-leg.ts';
import type { MediaEngine } from '../../src/media/media.ts';
import { UNKNOWN_AREA } from '../../src/numbering/area.ts';
import { Pbx } from '../../src/pbx.ts';
import { PromptCatalogue } from '../../src/prompt/prompt-catalogue.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { SAMPLE } from './companies.ts';
import { RtpPeer } from './rtp-peer.ts';
import { OPEN_TRUNK, phoneOf } from './talk.ts';
import { until } from './until.ts';
import { sine, writeWav } from './wav-file.ts';

/** What each says, and what prompts sound like: none is a multiple of another. */
export const HZ = { alice: 500, bob: 700, carol: 900, music: 400, prompt: 1100 } as const;

const toBob = async (call: FlowCall) => {
  await call.dial({ targets: [{ kind: 'extension', number: '8001' }] });
};

/** Hotlines that ring bob: at once, once they have answered, and with a tune (彩铃) before the answer. */
const HOTLINES = {
  plain: { number: '4001234567', run: toBob },
  answering: {
    number: '4001234568',
    run: async (call: FlowCall) => {
      await call.answer();
      await toBob(call);
    },
  },
  tune: {
    number: '4001234569',
    run: async (call: FlowCall) => {
      await call.earlyMedia({ ringback: 'hello' });
      await toBob(call);
    },
  },
} as const;

export interface Speaker {
  readonly peer: RtpPeer;
  readonly sip: FakeInboundLeg | FakeOutboundLeg;
}

export class TalkHouse {
  readonly edge = new FakeEdge(systemClock);
  readonly events: CallEvent[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'pbx400-talk-'));
  /** A tone of 1100 Hz. */
  readonly prompt = join(this.folder, 'zh-CN/hello.wav');
  readonly pbx: Pbx;
  readonly #media: MediaEngine;
  readonly #peers: RtpPeer[] = [];

  /** `rtpTimeoutMs`: silence of a party ends its part. */
  constructor(media: MediaEngine, rtpTimeoutMs = 30_000) {
    this.#media = media;
    mkdirSync(join(this.folder, 'zh-CN'));
    writeWav(join(this.folder, 'queue-music.wav'), sine(HZ.music, 2_000));
    writeWav(this.prompt, sine(HZ.prompt, 800));
    const config: Config = { ...SAMPLE, dataDir: this.folder, media: { ...SAMPLE.media, rtpTimeoutMs } };
    this.pbx = new Pbx({
      config,
      provisioning: new Provisioning(OPEN_TRUNK),
      clock: systemClock,
      ids: systemIds,
      log: silentLogger,
      edge: this.edge,
      media,
      journal: { append: (event) => this.events.push(event), durable: () => undefined },
      agentJournal: { append: () => {} },
      prompts: new PromptCatalogue([this.folder], 'zh-CN'),
      hotlines: {
        route: (called) => Object.values(HOTLINES).find(({ number }) => number === called),
        switchCode: () => undefined,
        period: () => undefined,
      },
      areas: { areaOf: () => UNKNOWN_AREA },
      phones: {
        events: new TypedEvents(),
        handle: () => ({ status: 501 }),
        identify: () => undefined,
        routes: (_, number) => [{ uri: `sip:${number}@phone`, from: { uri: 'sip:x@y' } }],
      },
    });
    for (const number of ['8001', '8002']) this.edge.phone(number, { does: 'ring' });
  }

  /** Alice has called and talks with bob, who sits at 8001. */
  async talking(): Promise<{ talk: Talk; alice: Speaker; bob: Speaker }> {
    const alice = await this.#arrives(this.edge, HZ.alice);
    const bob = await this.answers('8001', HZ.bob);
    const talk = await until('a talk', () => this.pbx.calls.talkOf(alice.sip));
    alice.peer.connect(await until('an answer', () => (alice.sip as FakeInboundLeg).answerSdp));
    await Promise.all([alice.peer.hears(HZ.bob), bob.peer.hears(HZ.alice)]);
    return { talk, alice, bob };
  }

  /** Alice calls; bob's phone rings. */
  async ringing(hotline: keyof typeof HOTLINES = 'plain'): Promise<Speaker & { sip: FakeInboundLeg }> {
    const alice = await this.#arrives(this.edge, HZ.alice, hotline);
    await until('8001 rings', () => this.edge.legsTo('8001')[0]);
    return alice;
  }

  /** Who sits at `number` picks up, as soon as it rings. */
  async answers(number: string, hz: number): Promise<Speaker> {
    const sip = await until(`${number} rings`, () => this.edge.legsTo(number)[0], { everyMs: 10 });
    const peer = await this.#peer(hz);
    peer.connect(sip.call.sdp!);
    sip.pickUp(peer.sdp());
    return { peer, sip };
  }

  /** An INVITE of which no call is made. */
  async dials(hz: number): Promise<Speaker & { sip: FakeInboundLeg }> {
    const edge = new FakeEdge(systemClock);
    await edge.start({ onCall: () => {}, onRequest: () => ({ status: 200 }) });
    return this.#arrives(edge, hz);
  }

  /** A phone's leg that was taken into the call of a talk. */
  async takenIn(talk: Talk, number: string, hz: number): Promise<Speaker & { leg: Leg }> {
    const { sip, peer } = await this.dials(hz);
    const leg = await takeIn(talk.call, sip, phoneOf(number), number);
    peer.connect(sip.answerSdp!);
    return { sip, peer, leg: leg! };
  }

  /** Everything closed; throws when an endpoint was left. */
  async close(): Promise<void> {
    await this.pbx.calls.close('normal');
    const { endpoints } = this.#media.load();
    await this.pbx.close();
    for (const peer of this.#peers) peer.close();
    rmSync(this.folder, { recursive: true });
    if (endpoints > 0) throw new Error(`${endpoints} endpoints were left`);
  }

  async #arrives(edge: FakeEdge, hz: number, hotline: keyof typeof HOTLINES = 'plain') {
    const peer = await this.#peer(hz);
    const { number } = HOTLINES[hotline];
    return { peer, sip: edge.arrive({ from: '13800138000', to: number, sdp: peer.sdp() }) };
  }

  async #peer(hz: number): Promise<RtpPeer> {
    const peer = await RtpPeer.open();
    peer.say(hz);
    this.#peers.push(peer);
    return peer;
  }
}
