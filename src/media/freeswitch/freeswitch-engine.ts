import { rm } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import { asError, ClosedError, PbxError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
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
import { openPromptFolder } from '../prompt-folder.ts';
import { FreeswitchBridge } from './freeswitch-bridge.ts';
import { FreeswitchConference } from './freeswitch-conference.ts';
import { type EndpointHome, FreeswitchEndpoint } from './freeswitch-endpoint.ts';
import { FreeswitchPool } from './freeswitch-pool.ts';
import type { FreeswitchConfig, FreeswitchServer } from './freeswitch-server.ts';
import { MediaLeg } from './media-leg.ts';
import { firstSdp } from './negotiation.ts';
import { type SipSide, SrfOnEdge } from './srf-on-edge.ts';
import { bridgeOverTie, type PlaceOn } from './tie.ts';

export interface FreeswitchOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly servers: readonly FreeswitchConfig[];
  /** Calls to the servers go by this edge; it must be started before the first endpoint. */
  readonly sip: SipSide;
  /**
   * Letters, digits, - and _ that mark its channels on the servers: the same after a restart, which ends those that a crash
   * has left, and no other PBX's. Default: a new one.
   */
  readonly owner?: string;
  /** This engine's own folder for rendered prompts, which the servers see under the same path. Default: the system's temporary. */
  readonly exchangeDir?: string;
  /** Period of the health questions. Default 2 s. */
  readonly healthMs?: number;
  /** How long a command may wait for its answer. Default 2 s. */
  readonly commandMs?: number;
}

const CAPABILITIES: MediaCapabilities = {
  audio: true,
  play: true,
  record: true,
  stereoRecord: true,
  silenceDetection: true,
  conference: true,
  echo: false,
  inbandDigits: true,
  inbandBesideEvents: true,
  busyTone: false,
  sendDigits: true,
  packing: false,
  fillsPauses: false,
  srtp: false,
  webrtc: false,
  strictSources: 'none',
};
const STRICT: MediaCapabilities = { ...CAPABILITIES, strictSources: 'all' };

/** MediaEngine on one or several FreeSWITCHes (1.10 or newer), through drachtio-fsmrf. */
export class FreeswitchMediaEngine implements MediaEngine {
  readonly events = new TypedEvents<MediaEngineEvents>();
  readonly #options: FreeswitchOptions;
  readonly #commandMs: number;
  readonly #pool: FreeswitchPool;
  readonly #endpoints = new Set<FreeswitchEndpoint>();
  readonly #placeTie: PlaceOn = (server) => this.#placeOn(server, { callId: 'tie' });
  #home: EndpointHome | undefined;
  #closed = false;

  constructor(options: FreeswitchOptions) {
    this.#options = options;
    this.#commandMs = options.commandMs ?? 2000;
    const { clock, servers, sip, owner = options.ids.token() } = options;
    const srf = new SrfOnEdge(sip, clock, this.#commandMs);
    this.#pool = new FreeswitchPool(servers, { clock, commandMs: this.#commandMs, srf, owner }, this.events);
  }

  /** The same for every server, but for `strictSources`: complete when it has started. */
  static capabilities(refusesStrangers: boolean): MediaCapabilities {
    return refusesStrangers ? STRICT : CAPABILITIES;
  }

  get capabilities(): MediaCapabilities {
    return FreeswitchMediaEngine.capabilities(this.#pool.refusesStrangers);
  }

  /** Throws PbxError `freeswitch-none` when no server can be used. */
  async start(): Promise<void> {
    const { clock, ids, exchangeDir, healthMs = 2000 } = this.#options;
    const folder = await openPromptFolder(exchangeDir);
    const home: EndpointHome = {
      clock,
      ids,
      folder,
      commandMs: this.#commandMs,
      forget: (endpoint) => this.#forget(endpoint),
    };
    this.#home = home;
    try {
      await this.#pool.start(healthMs);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  load(): MediaLoad {
    return this.#pool.load();
  }

  /** A server that does not take the call is passed over for the next. */
  async createEndpoint(options: EndpointOptions): Promise<MediaEndpoint> {
    this.#open();
    const near = (options.near as FreeswitchEndpoint | undefined)?.leg.server;
    const refused = new Map<FreeswitchServer, Error>();
    for (;;) {
      const server = this.#pick(near, refused);
      try {
        return await this.#placeOn(server, options);
      } catch (error) {
        if (this.#closed) throw error;
        refused.set(server, asError(error));
      }
    }
  }

  async bridge(a: MediaEndpoint, b: MediaEndpoint): Promise<MediaBridge> {
    const [first, second] = [a as FreeswitchEndpoint, b as FreeswitchEndpoint];
    if (first.leg.server === second.leg.server) return FreeswitchBridge.open(first, second);
    return bridgeOverTie(first, second, this.#placeTie);
  }

  async echo(): Promise<MediaBridge> {
    throw new PbxError(
      'media-unsupported',
      'FreeSWITCH is not asked for echoes: use an engine with capabilities.echo',
    );
  }

  async createConference(): Promise<MediaConference> {
    const home = this.#open();
    return new FreeswitchConference(`room-${home.ids.token()}`, home.clock, this.#commandMs, this.#placeTie);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const home = this.#home;
    this.#home = undefined;
    await Promise.all([...this.#endpoints].map((endpoint) => endpoint.close()));
    this.#pool.close();
    if (home) await rm(home.folder, { recursive: true, force: true });
    this.events.clear();
  }

  async #placeOn(server: FreeswitchServer, options: EndpointOptions): Promise<FreeswitchEndpoint> {
    const home = this.#open();
    server.placed++;
    try {
      const { leg, answer } = await MediaLeg.open(home, server, firstSdp(server.sipHost));
      const endpoint = new FreeswitchEndpoint(home, leg, answer, options);
      this.#endpoints.add(endpoint);
      if (this.#closed) await endpoint.close();
      return endpoint;
    } catch (error) {
      server.placed--;
      throw error;
    }
  }

  #pick(near: FreeswitchServer | undefined, refused: ReadonlyMap<FreeswitchServer, Error>): FreeswitchServer {
    try {
      return this.#pool.pick(near, new Set(refused.keys()));
    } catch (error) {
      const cause = [...refused.values()].at(-1);
      throw cause
        ? new MediaExhaustedError(`no FreeSWITCH takes a call: ${cause.message}`, { cause })
        : error;
    }
  }

  #open(): EndpointHome {
    if (this.#closed) throw new ClosedError('FreeSWITCH media engine');
    if (!this.#home) throw new PbxError('not-started', 'start() the FreeSWITCH media engine first');
    return this.#home;
  }

  #forget(endpoint: FreeswitchEndpoint): void {
    if (this.#endpoints.delete(endpoint)) endpoint.leg.server.placed--;
  }
}
