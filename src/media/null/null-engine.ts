import type { Clock } from '../../shared/clock.ts';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { MediaAddress } from '../audio-sdp.ts';
import { MediaExhaustedError } from '../errors.ts';
import type {
  EndpointOptions,
  MediaBridge,
  MediaCapabilities,
  MediaConference,
  MediaEndpoint,
  MediaEngine,
  MediaEngineEvents,
  MediaLoad,
} from '../media.ts';
import { wavDurationMs } from '../wav-duration.ts';
import { NullEndpoint, type NullHome } from './null-endpoint.ts';
import { NullBridge, NullConference } from './null-mix.ts';

export interface NullMediaOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Every SDP names this address: in load tests the generator's own, so that media skips the PBX. */
  readonly address?: MediaAddress;
  /** More endpoints at a time throw MediaExhaustedError; default unlimited. */
  readonly maxEndpoints?: number;
  /** What it says that it can do, for tests of how the PBX does without. */
  readonly capabilities?: Partial<MediaCapabilities>;
}

const CAPABILITIES: MediaCapabilities = {
  audio: false,
  play: true,
  record: true,
  stereoRecord: true,
  silenceDetection: false,
  conference: true,
  echo: true,
  inbandDigits: false,
  inbandBesideEvents: false,
  busyTone: true,
  sendDigits: true,
  packing: false,
  fillsPauses: false,
  srtp: false,
  webrtc: false,
  strictSources: 'all',
};

const FIRST_PORT = 20_000;
const PORTS = 20_000;

/**
 * MediaEngine without audio: for the scenario ring, the simulator and load tests of signalling. It negotiates,
 * lets prompts and recordings take their time on the clock and keeps track of who would hear whom.
 */
export class NullMediaEngine implements MediaEngine {
  readonly capabilities: MediaCapabilities;
  readonly events = new TypedEvents<MediaEngineEvents>();
  /** Endpoints that are open, the oldest first. */
  readonly endpoints = new Set<NullEndpoint>();
  readonly #options: NullMediaOptions;
  readonly #home: NullHome;
  readonly #durations = new Map<string, number>();
  readonly #bridges = new Set<NullBridge>();
  readonly #conferences = new Set<NullConference>();
  #created = 0;
  #closed = false;

  constructor(options: NullMediaOptions) {
    this.#options = options;
    this.capabilities = { ...CAPABILITIES, ...options.capabilities };
    this.#home = {
      clock: options.clock,
      fileDuration: (file) => this.#fileDurationMs(file),
      forget: (endpoint) => this.endpoints.delete(endpoint),
    };
  }

  async start(): Promise<void> {}

  load(): MediaLoad {
    const { maxEndpoints = Number.POSITIVE_INFINITY } = this.#options;
    return { endpoints: this.endpoints.size, free: maxEndpoints - this.endpoints.size };
  }

  async createEndpoint(options: EndpointOptions): Promise<NullEndpoint> {
    if (this.#closed) throw new ClosedError('null media engine');
    if (this.load().free <= 0) throw new MediaExhaustedError('all endpoints of the null engine are in use');
    const port = FIRST_PORT + ((this.#created++ * 2) % PORTS);
    const address = this.#options.address ?? { address: '127.0.0.1', port };
    const endpoint = new NullEndpoint(this.#home, this.#options.ids.token(), address, options);
    this.endpoints.add(endpoint);
    return endpoint;
  }

  async bridge(a: MediaEndpoint, b: MediaEndpoint): Promise<MediaBridge> {
    const bridge = new NullBridge(a as NullEndpoint, b as NullEndpoint, (closed) =>
      this.#bridges.delete(closed),
    );
    this.#bridges.add(bridge);
    return bridge;
  }

  echo(endpoint: MediaEndpoint): Promise<MediaBridge> {
    return this.bridge(endpoint, endpoint);
  }

  async createConference(callId: string): Promise<MediaConference> {
    if (this.#closed) throw new ClosedError('null media engine');
    const conference = new NullConference(callId, (closed) => this.#conferences.delete(closed));
    this.#conferences.add(conference);
    return conference;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const conference of [...this.#conferences]) await conference.close();
    for (const endpoint of [...this.endpoints]) await endpoint.close();
    this.events.clear();
  }

  /** Everything that somebody forgot to close: 0 at the end of a test. */
  get open(): number {
    return this.endpoints.size + this.#bridges.size + this.#conferences.size;
  }

  /** The open endpoints of one call, in the order of their creation. */
  endpointsOf(callId: string): NullEndpoint[] {
    return [...this.endpoints].filter((endpoint) => endpoint.options.callId === callId);
  }

  #fileDurationMs(file: string): number {
    const known = this.#durations.get(file);
    if (known !== undefined) return known;
    const durationMs = wavDurationMs(file);
    this.#durations.set(file, durationMs);
    return durationMs;
  }
}
