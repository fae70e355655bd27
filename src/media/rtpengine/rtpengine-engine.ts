import { rm } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import { ClosedError, PbxError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
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
import { DtmfLog } from './dtmf-log.ts';
import { NgClient } from './ng-client.ts';
import { RtpengineBridge } from './rtpengine-bridge.ts';
import { type EndpointHome, RtpengineEndpoint } from './rtpengine-endpoint.ts';
import { RtpenginePool, type RtpengineServer } from './rtpengine-pool.ts';

export interface RtpengineOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly servers: readonly RtpengineServer[];
  /** Where the servers' `--dtmf-log-dest` points. */
  readonly dtmfLog: { readonly host: string; readonly port: number };
  /** This engine's own folder for rendered prompts, which the servers see under the same path. Default: the system's temporary. */
  readonly exchangeDir?: string;
  /** Period of the pings; a server is dead after two without an answer. Default 2 s. */
  readonly healthMs?: number;
  /** How long a command may wait for its answer. Default 1 s. */
  readonly commandMs?: number;
}

interface Running {
  readonly ng: NgClient;
  readonly pool: RtpenginePool;
  readonly log: DtmfLog;
  readonly home: EndpointHome;
}

/** MediaEngine on one or several rtpengine daemons (10.5), through their ng protocol. */
export class RtpengineMediaEngine implements MediaEngine {
  readonly capabilities: MediaCapabilities;
  readonly events = new TypedEvents<MediaEngineEvents>();
  readonly #options: RtpengineOptions;
  readonly #endpoints = new Map<string, RtpengineEndpoint>();
  #running: Running | undefined;
  #closed = false;

  constructor(options: RtpengineOptions) {
    this.#options = options;
    const record = options.servers.every(({ recordingFolder }) => recordingFolder !== undefined);
    this.capabilities = {
      audio: true,
      play: true,
      record,
      stereoRecord: record,
      silenceDetection: false,
      conference: false,
      echo: true,
      inbandDigits: true,
      inbandBesideEvents: false,
      busyTone: false,
      sendDigits: true,
      packing: true,
      fillsPauses: false,
      srtp: true,
      webrtc: true,
      strictSources: 'all',
    };
  }

  /** Throws PbxError `rtpengine-none` when no server answers, and what bind throws for the DTMF log. */
  async start(): Promise<void> {
    const { clock, ids, servers, dtmfLog, exchangeDir, healthMs = 2000, commandMs = 1000 } = this.#options;
    const log = await DtmfLog.open(dtmfLog.host, dtmfLog.port, ({ callId, tag, digit, durationMs }) => {
      if (tag === 'party') this.#endpoints.get(callId)?.pressed(digit, durationMs);
    });
    const ng = await NgClient.open(commandMs);
    const pool = new RtpenginePool(servers, ng, clock, this.events);
    const folder = await openPromptFolder(exchangeDir);
    const home: EndpointHome = { clock, ids, ng, folder, forget: (endpoint) => this.#forget(endpoint) };
    this.#running = { ng, pool, log, home };
    try {
      await pool.start(healthMs);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  load(): MediaLoad {
    return this.#running?.pool.load() ?? { endpoints: 0, free: 0 };
  }

  async createEndpoint(options: EndpointOptions): Promise<MediaEndpoint> {
    const { pool, home } = this.#open();
    const server = pool.pick((options.near as RtpengineEndpoint | undefined)?.server);
    const endpoint = new RtpengineEndpoint(home, server, options);
    server.endpoints.add(endpoint);
    this.#endpoints.set(endpoint.id, endpoint);
    return endpoint;
  }

  async bridge(a: MediaEndpoint, b: MediaEndpoint): Promise<MediaBridge> {
    return RtpengineBridge.open(a as RtpengineEndpoint, b as RtpengineEndpoint);
  }

  echo(endpoint: MediaEndpoint): Promise<MediaBridge> {
    return this.bridge(endpoint, endpoint);
  }

  async createConference(): Promise<MediaConference> {
    throw new PbxError(
      'media-unsupported',
      'rtpengine does not mix: use an engine with capabilities.conference',
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.pool.stop();
    await Promise.all([...this.#endpoints.values()].map((endpoint) => endpoint.close()));
    running.log.close();
    running.ng.close();
    await rm(running.home.folder, { recursive: true, force: true });
    this.events.clear();
  }

  #open(): Running {
    if (this.#closed) throw new ClosedError('rtpengine media engine');
    if (!this.#running) throw new PbxError('not-started', 'start() the rtpengine media engine first');
    return this.#running;
  }

  #forget(endpoint: RtpengineEndpoint): void {
    endpoint.server.endpoints.delete(endpoint);
    this.#endpoints.delete(endpoint.id);
  }
}
