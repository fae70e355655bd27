import type { Clock, Timer } from '../../shared/clock.ts';
import { asError, ClosedError, PbxError } from '../../shared/errors.ts';
import { EventSocket } from './event-socket.ts';

/** One FreeSWITCH behind the engine. */
export interface FreeswitchConfig {
  /** Of the event socket. */
  readonly host: string;
  readonly port: number;
  /** Of the event socket; there is no default. */
  readonly secret: string;
  /** `host:port` of its SIP profile. Default: `host`, port 5080. */
  readonly sip?: string;
  /** Share of the calls, compared with the others; default 1. */
  readonly weight?: number;
  /** More endpoints are not placed here; default unlimited (its own `max-sessions` decides). */
  readonly maxEndpoints?: number;
}

/** A channel as its server sees it. */
export interface Placed {
  /** An event of its channel. */
  take(event: ReadonlyMap<string, string>): void;
  /** Events may have been missed: asks for what it relies on. */
  reconcile(): void;
  /** The server died. */
  lose(error: Error): void;
}

/** Facts of a server, for its pool. */
export interface ServerReports {
  lost(server: FreeswitchServer, error: Error): void;
  restored(server: FreeswitchServer): void;
}

/** Of the profile in media/freeswitch. */
const SIP_PORT = 5080;
const EVENTS = ['DTMF', 'CHANNEL_EXECUTE_COMPLETE', 'CHANNEL_BRIDGE', 'CHANNEL_PARK', 'RECORD_STOP'];

/**
 * ```
 * down --connected--> up --connection lost--> resuming --connected, same process--> up (channels reconcile)
 *                                               '--------refused or restarted-----> down (channels are lost)
 * ```
 */
type State = 'down' | 'up' | 'resuming';

/** Keeps the event socket of one FreeSWITCH open, asks for its health and hands its events to the channels. */
export class FreeswitchServer {
  readonly config: FreeswitchConfig;
  readonly name: string;
  /** By the channel's uuid. */
  readonly legs = new Map<string, Placed>();
  /** Endpoints that have a place here, also while their channel is set up. */
  placed = 0;
  readonly #clock: Clock;
  readonly #commandMs: number;
  readonly #reports: ServerReports;
  #state: State = 'down';
  #socket: EventSocket | undefined;
  /** Tells one run of the program from the next. */
  #coreId: string | undefined;
  #everUp = false;
  #closed = false;
  #connecting = false;
  #asking = false;
  #timer: Timer | undefined;

  constructor(config: FreeswitchConfig, clock: Clock, commandMs: number, reports: ServerReports) {
    this.config = config;
    this.name = `${config.host}:${config.port}`;
    this.#clock = clock;
    this.#commandMs = commandMs;
    this.#reports = reports;
  }

  get alive(): boolean {
    return this.#state === 'up';
  }

  get free(): number {
    return (this.config.maxEndpoints ?? Number.POSITIVE_INFINITY) - this.placed;
  }

  /** How full it is for its weight; the least full is next. */
  get fill(): number {
    return (this.placed + 1) / (this.config.weight ?? 1);
  }

  get sipUri(): string {
    return `sip:pbx400@${this.config.sip ?? `${this.config.host}:${SIP_PORT}`}`;
  }

  /** Host of its SIP profile. */
  get sipHost(): string {
    return this.config.sip?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') ?? this.config.host;
  }

  /** Connects now, and asks for its health every `healthMs`. Never throws: `alive` tells. */
  async start(healthMs: number): Promise<Error | undefined> {
    this.#timer = this.#clock.every(healthMs, () => void this.#check());
    return this.#connect();
  }

  /** Runs an API command. Throws what {@link EventSocket.api} throws. */
  api(command: string): Promise<string> {
    return this.#open().then((socket) => socket.api(command));
  }

  /** Runs an application on a channel. */
  execute(channel: string, application: string, argument?: string, eventId?: string): Promise<void> {
    return this.#open().then((socket) => socket.execute(channel, application, argument, eventId));
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#socket?.close();
  }

  async #open(): Promise<EventSocket> {
    if (!this.#socket || this.#socket.closed)
      throw new ClosedError(`event socket of FreeSWITCH ${this.name}`);
    return this.#socket;
  }

  async #check(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    // an answer that does not come ends the connection by its deadline
    if (this.#state === 'up') await this.api('hostname').catch(() => {});
    else if (this.#state === 'down') await this.#connect();
    this.#asking = false;
  }

  async #connect(): Promise<Error | undefined> {
    if (this.#connecting || this.#closed) return undefined;
    this.#connecting = true;
    try {
      const socket = await EventSocket.open(this.config, this.#clock, this.#commandMs);
      if (this.#closed) {
        socket.close();
        return undefined;
      }
      socket.events.on('event', (event) => this.legs.get(event.get('Unique-ID') ?? '')?.take(event));
      await socket.subscribe(EVENTS);
      const coreId = await socket.api('global_getvar core_uuid');
      this.#socket = socket;
      socket.events.on('closed', ({ error }) => this.#disconnected(error));
      this.#connected(coreId);
      return undefined;
    } catch (error) {
      if (this.#state === 'resuming') this.#lost(asError(error));
      return asError(error);
    } finally {
      this.#connecting = false;
    }
  }

  #connected(coreId: string): void {
    const before = this.#state;
    const restarted = this.#coreId !== undefined && this.#coreId !== coreId;
    if (before === 'resuming' && restarted) {
      this.#lost(new PbxError('freeswitch-restarted', `FreeSWITCH ${this.name} was restarted`));
    }
    this.#coreId = coreId;
    const wasLost = this.#everUp && this.#state === 'down';
    this.#state = 'up';
    this.#everUp = true;
    if (wasLost) this.#reports.restored(this);
    else for (const leg of [...this.legs.values()]) leg.reconcile();
  }

  #disconnected(error: Error): void {
    this.#socket = undefined;
    if (this.#closed || this.#state !== 'up') return;
    this.#state = 'resuming';
    // one attempt at once: a process that lives takes it, a dead one refuses it
    void this.#connect().then((failure) => {
      if (this.#state === 'resuming') this.#lost(failure ?? error);
    });
  }

  #lost(error: Error): void {
    this.#state = 'down';
    this.#reports.lost(this, error);
    for (const leg of [...this.legs.values()]) leg.lose(error);
  }
}
