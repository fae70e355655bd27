import type { Clock, Timer } from '../../shared/clock.ts';
import { PbxError } from '../../shared/errors.ts';
import type { TypedEvents } from '../../shared/events.ts';
import type { MediaEngineEvents, MediaLoad } from '../media.ts';
import { type ChosenServer, chooseServer, loadOf } from '../server-choice.ts';
import type { NgClient } from './ng-client.ts';

/** One rtpengine behind the engine. */
export interface RtpengineServer {
  readonly host: string;
  /** Port of `--listen-ng`. */
  readonly port: number;
  /** Share of the calls, compared with the others; default 1. */
  readonly weight?: number;
  /** More endpoints are not placed here; default unlimited (rtpengine's own port range decides). */
  readonly maxEndpoints?: number;
  /** Its `--recording-dir`, as this machine sees it; without it the server cannot record. */
  readonly recordingFolder?: string;
}

/** An endpoint as the pool sees it. */
export interface Placed {
  /** Its server died. */
  lose(error: Error): void;
}

/** A server with what stands on it. */
export class PooledServer implements ChosenServer {
  readonly config: RtpengineServer;
  readonly name: string;
  readonly endpoints = new Set<Placed>();
  alive = false;
  misses = 0;

  constructor(config: RtpengineServer) {
    this.config = config;
    this.name = `${config.host}:${config.port}`;
  }

  get placed(): number {
    return this.endpoints.size;
  }

  /** Endpoints that still fit. */
  get free(): number {
    return (this.config.maxEndpoints ?? Number.POSITIVE_INFINITY) - this.endpoints.size;
  }

  /** How full it is for its weight; the least full is next. */
  get fill(): number {
    return (this.endpoints.size + 1) / (this.config.weight ?? 1);
  }
}

/** A server that leaves so many pings in a row unanswered is dead. */
const MISSES = 2;

/**
 * Several rtpengines, known by pings alone: who lives, who is next. A dead one takes no new endpoints and loses those it
 * had.
 */
export class RtpenginePool {
  readonly servers: readonly PooledServer[];
  readonly #ng: NgClient;
  readonly #clock: Clock;
  readonly #events: TypedEvents<MediaEngineEvents>;
  #timer: Timer | undefined;

  constructor(
    configs: readonly RtpengineServer[],
    ng: NgClient,
    clock: Clock,
    events: TypedEvents<MediaEngineEvents>,
  ) {
    this.servers = configs.map((config) => new PooledServer(config));
    this.#ng = ng;
    this.#clock = clock;
    this.#events = events;
  }

  /** Pings all, now and every `healthMs`. Throws PbxError `rtpengine-none` when not one answers. */
  async start(healthMs: number): Promise<void> {
    await Promise.all(this.servers.map((server) => this.#ping(server)));
    if (!this.servers.some(({ alive }) => alive)) {
      const names = this.servers.map(({ name }) => name).join(', ');
      throw new PbxError('rtpengine-none', `no rtpengine answers at ${names}: start one with --listen-ng`);
    }
    this.#timer = this.#clock.every(healthMs, () => {
      for (const server of this.servers) void this.#ping(server);
    });
  }

  /** The server for the next endpoint. Throws MediaExhaustedError. */
  pick(near?: PooledServer): PooledServer {
    return chooseServer(this.servers, near);
  }

  load(): MediaLoad {
    return loadOf(this.servers);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  async #ping(server: PooledServer): Promise<void> {
    const error = await this.#ng.command(server.config, 'ping').then(
      () => undefined,
      (reason: Error) => reason,
    );
    if (!error) this.#found(server);
    else if (++server.misses === MISSES && server.alive) this.#lost(server, error);
  }

  #found(server: PooledServer): void {
    const wasLost = !server.alive && server.misses >= MISSES;
    server.alive = true;
    server.misses = 0;
    if (wasLost) this.#events.emit('serverRestored', { server: server.name });
  }

  #lost(server: PooledServer, error: Error): void {
    server.alive = false;
    this.#events.emit('serverLost', { server: server.name, reason: error.message });
    for (const endpoint of [...server.endpoints]) endpoint.lose(error);
  }
}
