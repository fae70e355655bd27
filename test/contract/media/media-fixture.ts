import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type {
  EndpointOptions,
  MediaCapabilities,
  MediaEndpoint,
  MediaEngine,
} from '../../../src/media/media.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { sleep } from '../../../src/shared/deadline.ts';
import { type PeerOptions, type PeerSdpOptions, RtpPeer } from '../../support/rtp-peer.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

/** An engine that runs, with the time it runs in. */
export interface MediaWorld {
  readonly engine: MediaEngine;
  /** Lets time pass: moves the manual clock, or waits. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until the promise settles. */
  settle<T>(work: Promise<T>): Promise<T>;
  /** Closes the engine and what it runs on; throws when something was left open. */
  close(): Promise<void>;
}

/** One engine that the suite runs against. */
export interface EngineUnderTest {
  readonly name: string;
  readonly capabilities: MediaCapabilities;
  /** Why it cannot run on this machine; the tests are skipped. */
  readonly skip?: string;
  /** Engines of it serve beside each other: parts of the suite that wait for audio may, too. */
  readonly beside?: true;
  open(): Promise<MediaWorld>;
  /** Opens one that has room for two endpoints. */
  openForTwo(): Promise<MediaWorld>;
}

/** The world of an engine that runs on the machine's clock; `closeRest` ends what it ran on. */
export function realTimeWorld(
  engine: MediaEngine,
  closeRest: () => Promise<void> = async () => {},
): MediaWorld {
  return {
    engine,
    pass: (ms) => sleep(systemClock, ms),
    settle: (work) => work,
    close: async () => {
      await engine.close();
      await closeRest();
    },
  };
}

/** A phone and the endpoint that it talks to. */
export interface Party {
  readonly endpoint: MediaEndpoint;
  readonly peer: RtpPeer;
  /** Digits that the endpoint told of. */
  readonly digits: string[];
}

/** Prompts of the suite: each holds one tone. */
export interface Prompts {
  /** 400 Hz, 600 ms. */
  readonly low: string;
  /** 800 Hz, 600 ms. */
  readonly high: string;
  readonly missing: string;
}

/** The engine under test with its parties; `close()` proves that nothing is left open. */
export class MediaFixture {
  readonly world: MediaWorld;
  readonly folder: string;
  readonly prompts: Prompts;
  readonly #audio: boolean;
  readonly #parties: Party[] = [];

  private constructor(world: MediaWorld) {
    this.world = world;
    this.#audio = world.engine.capabilities.audio;
    this.folder = mkdtempSync(join(tmpdir(), 'pbx400-media-'));
    const path = (name: string) => join(this.folder, `${name}.wav`);
    this.prompts = { low: path('low'), high: path('high'), missing: path('missing') };
    writeWav(this.prompts.low, sine(400, 600));
    writeWav(this.prompts.high, sine(800, 600));
  }

  static async open(world: Promise<MediaWorld>): Promise<MediaFixture> {
    return new MediaFixture(await world);
  }

  get engine(): MediaEngine {
    return this.world.engine;
  }

  /** A phone alone, which nobody has called yet. */
  async bare(options: Partial<EndpointOptions> = {}, phone: PeerOptions = {}): Promise<Party> {
    const endpoint = await this.engine.createEndpoint({ callId: 'call-1', ...options });
    const party: Party = { endpoint, peer: await RtpPeer.open(phone), digits: [] };
    endpoint.events.on('digit', ({ digit }) => party.digits.push(digit));
    this.#parties.push(party);
    return party;
  }

  /** A phone that called: its offer is answered and it sends audio, silent until it says something. */
  async caller(options: Partial<EndpointOptions> = {}, sdp: PeerSdpOptions = {}): Promise<Party> {
    const party = await this.bare(options);
    await this.reoffer(party, sdp);
    return party;
  }

  /** A phone that was called: it answers our offer. */
  async callee(options: Partial<EndpointOptions> = {}, sdp: PeerSdpOptions = {}): Promise<Party> {
    const party = await this.bare(options);
    const offer = await party.endpoint.offer();
    await party.endpoint.accept(party.peer.sdp(sdp));
    if (this.#audio) party.peer.connect(offer);
    return party;
  }

  /** The phone offers (again); resolves with our answer. */
  async reoffer(party: Party, sdp: PeerSdpOptions = {}): Promise<string> {
    const answer = await party.endpoint.answer(party.peer.sdp(sdp));
    if (this.#audio) party.peer.connect(answer);
    return answer;
  }

  async close(): Promise<void> {
    for (const { endpoint } of this.#parties) await endpoint.close();
    for (const { peer } of this.#parties) peer.close();
    expect(this.engine.load().endpoints).toBe(0);
    await this.world.close();
    rmSync(this.folder, { recursive: true });
  }
}
