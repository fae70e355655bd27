import { availableParallelism } from 'node:os';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
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
import { createDtlsIdentity, type DtlsIdentity } from './dtls-identity.ts';
import { EmbeddedBridge } from './embedded-bridge.ts';
import { EmbeddedConference } from './embedded-conference.ts';
import { EmbeddedEndpoint, type EndpointHome } from './embedded-endpoint.ts';
import { OwnPorts } from './own-ports.ts';
import { PortPool } from './port-pool.ts';
import { TieLine } from './tie-line.ts';
import { WorkerLink } from './worker-link.ts';

export interface EmbeddedMediaOptions {
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Address that RTP is received on. */
  readonly host: string;
  /** Address that SDP names, when it is another (the outside of a NAT). */
  readonly advertise?: string;
  /** RTP ports, both included; default 20000-29999. */
  readonly portMin?: number;
  readonly portMax?: number;
  /** Worker threads; default one less than there are cores, at least one. */
  readonly workers?: number;
}

const PORT_MIN = 20_000;
const PORT_MAX = 29_999;
/** Ports in use by others that are tried before giving up. */
const BIND_ATTEMPTS = 200;

/**
 * The RTP engine inside this process: endpoints live in worker threads, which own their sockets, files and clock. This
 * thread negotiates, places endpoints and passes events on; no packet reaches it.
 */
export class EmbeddedMediaEngine implements MediaEngine {
  readonly capabilities: MediaCapabilities = {
    audio: true,
    play: true,
    record: true,
    stereoRecord: true,
    conference: true,
    echo: true,
    inbandDigits: true,
    inbandBesideEvents: true,
    busyTone: true,
    silenceDetection: true,
    sendDigits: true,
    packing: true,
    fillsPauses: true,
    srtp: true,
    webrtc: true,
    strictSources: 'all',
  };
  readonly events = new TypedEvents<MediaEngineEvents>();
  readonly #options: EmbeddedMediaOptions;
  readonly #ports: PortPool;
  readonly #endpoints = new Set<EmbeddedEndpoint>();
  readonly #home: EndpointHome;
  #links: WorkerLink[] = [];
  #identity: Promise<DtlsIdentity> | undefined;
  #handles = 0;
  #state: 'new' | 'running' | 'closed' = 'new';

  constructor(options: EmbeddedMediaOptions) {
    this.#options = options;
    const { portMin = PORT_MIN, portMax = PORT_MAX, ids, host, advertise = host } = options;
    this.#ports = new PortPool(portMin, portMax, ids.random);
    this.#home = {
      ownPorts: new OwnPorts([host, advertise], (port) => this.#ports.isTaken(port)),
      nextHandle: () => ++this.#handles,
      identity: () => {
        this.#identity ??= createDtlsIdentity();
        return this.#identity;
      },
      forget: (endpoint) => {
        this.#endpoints.delete(endpoint);
        this.#ports.release(endpoint.place.port);
      },
    };
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    const count = this.#options.workers ?? Math.max(1, availableParallelism() - 1);
    for (let index = 0; index < count; index++) this.#startWorker(index);
  }

  load(): MediaLoad {
    return { endpoints: this.#endpoints.size, free: this.#ports.free };
  }

  async createEndpoint(options: EndpointOptions): Promise<EmbeddedEndpoint> {
    if (this.#state !== 'running') throw new ClosedError('media engine');
    const link = this.#place(options.near);
    const handle = this.#home.nextHandle();
    const port = await this.#open(link, handle, options);
    const address = this.#options.advertise ?? this.#options.host;
    const endpoint = new EmbeddedEndpoint(
      this.#home,
      this.#options.ids.token(),
      { link, handle, address, port },
      options,
    );
    this.#endpoints.add(endpoint);
    return endpoint;
  }

  async bridge(a: MediaEndpoint, b: MediaEndpoint): Promise<MediaBridge> {
    const [first, second] = [a as EmbeddedEndpoint, b as EmbeddedEndpoint];
    if (first.closed || second.closed) throw new ClosedError('media endpoint');
    const [near, far] = [first.place.link, second.place.link];
    const tie = near === far ? undefined : await TieLine.open(this.#home.nextHandle, near, far);
    if (first.closed || second.closed) {
      await tie?.close();
      throw new ClosedError('media endpoint');
    }
    return new EmbeddedBridge(first, second, tie);
  }

  echo(endpoint: MediaEndpoint): Promise<MediaBridge> {
    return this.bridge(endpoint, endpoint);
  }

  async createConference(_callId: string): Promise<MediaConference> {
    if (this.#state !== 'running') throw new ClosedError('media engine');
    return new EmbeddedConference(this.#home.nextHandle);
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    await Promise.all([...this.#endpoints].map((endpoint) => endpoint.close()));
    await Promise.all(this.#links.map((link) => link.close()));
    this.events.clear();
  }

  #startWorker(index: number): void {
    const server = `worker-${index}`;
    this.#links[index] = new WorkerLink({
      onLost: (error) => this.#replaceWorker(index, server, error),
      onFault: (failure) => this.#options.logger.error({ server, failure }, 'fault in a media worker'),
    });
  }

  #replaceWorker(index: number, server: string, error: Error): void {
    this.#options.logger.error({ server, err: error }, 'media worker lost');
    this.events.emit('serverLost', { server, reason: error.message });
    if (this.#state !== 'running') return;
    this.#startWorker(index);
    this.events.emit('serverRestored', { server });
  }

  /** Beside `near`, or in the worker with the fewest endpoints. */
  #place(near: MediaEndpoint | undefined): WorkerLink {
    if (near instanceof EmbeddedEndpoint && !near.closed) return near.place.link;
    return this.#links.reduce((least, link) => (link.endpoints.size < least.endpoints.size ? link : least));
  }

  /** Binds a port pair of the range; ports that others use are tried again later. */
  async #open(link: WorkerLink, handle: number, options: EndpointOptions): Promise<number> {
    for (let attempt = 0; attempt < BIND_ATTEMPTS; attempt++) {
      const port = this.#ports.take();
      if (port === undefined) throw new MediaExhaustedError('all RTP ports are in use');
      try {
        await link.ask({
          do: 'open',
          endpoint: handle,
          host: this.#options.host,
          port,
          signallingAddress: options.signallingAddress,
          rtpTimeoutMs: options.rtpTimeoutMs,
          busyTone: options.busyTone ?? false,
        });
        return port;
      } catch (error) {
        this.#ports.release(port);
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
    throw new MediaExhaustedError(`no free RTP port after ${BIND_ATTEMPTS} attempts`);
  }
}
