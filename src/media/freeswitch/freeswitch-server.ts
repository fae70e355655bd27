import type { Clock, Timer } from '../../shared/clock.ts';
import { asError, ClosedError, PbxError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import { ControlConnection } from './control-connection.ts';
import {
  type ChannelSource,
  type ChannelSourceParts,
  type EslEvent,
  type FsmrfEndpoint,
  openChannelSource,
  type Srf,
} from './fsmrf.ts';
import { endChannelsOf, OWNER_HEADER } from './leftover-channels.ts';
import { KEY_HEADER, sipKey } from './sip-key.ts';
import { canRefuseStrangers, STRICT_ANSWER, STRICT_HEADER, STRICT_QUESTION } from './strict-sources.ts';

/** One FreeSWITCH behind the engine. */
export interface FreeswitchConfig {
  /** Of the event socket. */
  readonly host: string;
  readonly port: number;
  /** Of the event socket; there is no default. */
  readonly secret: string;
  /** `host:port` of its SIP profile. Default: what the profile says of itself. */
  readonly sip?: string;
  /** Share of the calls, compared with the others; default 1. */
  readonly weight?: number;
  /** More endpoints are not placed here; default unlimited (its own `max-sessions` decides). */
  readonly maxEndpoints?: number;
}

/** A channel as its server sees it. */
export interface Placed {
  /** An event of its channel. */
  take(event: EslEvent): void;
  /** Its own connection is gone: the server's carries its events. */
  readonly adopted: boolean;
  /** Events may have been missed: asks for what it relies on. */
  reconcile(): void;
  /** The server died. */
  lose(error: Error): void;
}

export interface FreeswitchServerEvents {
  /** A recording ended and its file is closed. A channel's own connection would often end before that is told. */
  recordStopped: { readonly file: string; readonly cause: string };
}

/** Facts of a server, for its pool. */
export interface ServerReports {
  lost(server: FreeswitchServer, error: Error): void;
  restored(server: FreeswitchServer): void;
}

/** What a server needs of its engine. */
export interface FreeswitchServerParts {
  readonly clock: Clock;
  /** How long a command may wait for its answer. */
  readonly commandMs: number;
  /** Calls to the servers. */
  readonly srf: Srf;
  /** Marks our channels. */
  readonly owner: string;
  readonly reports: ServerReports;
}

const RECORD_STOP = 'RECORD_STOP';
/** Of media/freeswitch/conf. */
const PROFILE = 'pbx400';
const PROFILE_LINE = new RegExp(
  `^\\s*${PROFILE}\\s.*sip:mod_sofia@\\d+\\.\\d+\\.\\d+\\.\\d+:\\d+.*RUNNING`,
  'm',
);
/** Events of channels that we use. */
export const CHANNEL_EVENTS = ['DTMF', 'CHANNEL_EXECUTE_COMPLETE', 'CHANNEL_BRIDGE', 'CHANNEL_PARK'];

/**
 * ```
 * down --connected--> up --connection lost--> resuming --connected, same process--> up (channels reconcile)
 *  (leftovers are ended)                        '--------refused or restarted-----> down (channels are lost)
 * ```
 */
type State = 'down' | 'up' | 'resuming';

/** Keeps the connection to one FreeSWITCH open, asks for its health and makes channels. */
export class FreeswitchServer {
  readonly config: FreeswitchConfig;
  readonly name: string;
  readonly events = new TypedEvents<FreeswitchServerEvents>();
  /** By the channel's uuid. */
  readonly legs = new Map<string, Placed>();
  /** Endpoints that have a place here, also while their channel is set up. */
  placed = 0;
  /** Whether it can keep a stranger out of a party's audio; known since it was first connected. */
  refusesStrangers = false;
  readonly #parts: FreeswitchServerParts;
  #state: State = 'down';
  #control: ControlConnection | undefined;
  #source: ChannelSource | undefined;
  /** Tells one run of the program from the next. */
  #coreId: string | undefined;
  #everUp = false;
  #closed = false;
  #connecting = false;
  #asking = false;
  #timer: Timer | undefined;

  constructor(config: FreeswitchConfig, parts: FreeswitchServerParts) {
    this.config = config;
    this.name = `${config.host}:${config.port}`;
    this.#parts = parts;
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

  /** Host of its SIP profile. */
  get sipHost(): string {
    return this.#source?.sip.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') ?? this.config.host;
  }

  /** Connects now, and asks for its health every `healthMs`. Never throws: `alive` tells. */
  async start(healthMs: number): Promise<Error | undefined> {
    this.#timer = this.#parts.clock.every(healthMs, () => void this.#check());
    return this.#connect();
  }

  /** The connection to the server. Throws ClosedError when it is broken. */
  get control(): ControlConnection {
    if (!this.#control || this.#control.closed)
      throw new ClosedError(`event socket of FreeSWITCH ${this.name}`);
    return this.#control;
  }

  /** Runs an API command. Throws what {@link ControlConnection.api} throws. */
  async api(command: string): Promise<string> {
    return this.control.api(command);
  }

  /** A new channel that is sent `sdp`; may never settle. Throws ClosedError, and what {@link Srf.createUAC} throws. */
  async createEndpoint(sdp: string): Promise<FsmrfEndpoint> {
    if (!this.#source) throw new ClosedError(`event socket of FreeSWITCH ${this.name}`);
    return this.#source.createEndpoint(sdp);
  }

  /** The events of a channel whose own connection is gone come over the server's from now on. */
  async adopt(uuid: string): Promise<void> {
    const leg = this.legs.get(uuid);
    if (!leg) return;
    const { control } = this;
    control.follow(uuid, (event) => this.legs.get(uuid)?.take(event));
    await control.filter('Unique-ID', uuid);
    await control.subscribe(CHANNEL_EVENTS);
  }

  /** The channel is over. */
  forget(uuid: string): void {
    if (!this.legs.get(uuid)?.adopted || !this.#control) return void this.legs.delete(uuid);
    this.legs.delete(uuid);
    this.#control.unfilter('Unique-ID', uuid).catch(() => {});
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#disconnect();
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
      const { clock, commandMs, srf, owner } = this.#parts;
      const control = await ControlConnection.open(this.config, clock, commandMs);
      try {
        this.refusesStrangers =
          canRefuseStrangers(await control.api('version short')) &&
          (await control.api(STRICT_QUESTION)) === STRICT_ANSWER;
        const key = { [KEY_HEADER]: sipKey(this.config.secret) };
        await this.#furnish(control, {
          srf,
          profile: PROFILE,
          sip: this.config.sip,
          headers: { ...key, [OWNER_HEADER]: owner, [STRICT_HEADER]: String(this.refusesStrangers) },
          clock,
          limitMs: commandMs,
        });
        return undefined;
      } catch (error) {
        control.close();
        throw error;
      }
    } catch (error) {
      if (this.#state === 'resuming') this.#lost(asError(error));
      return asError(error);
    } finally {
      this.#connecting = false;
    }
  }

  /** A connection becomes the server's: it has the profile, and takes channels. */
  async #furnish(control: ControlConnection, parts: ChannelSourceParts): Promise<void> {
    // fsmrf asks for the same, and throws in its callback when the profile is missing
    if (!PROFILE_LINE.test(await control.api('sofia status'))) {
      throw new PbxError(
        'freeswitch-profile',
        `FreeSWITCH ${this.name} runs no SIP profile ${PROFILE} with an IPv4 address`,
      );
    }
    // we hold none there: what is ours was left by a process that crashed, or could not be ended while it was lost
    if (this.#state === 'down') await endChannelsOf(this.#parts.owner, control);
    // without a filter, those of all channels would come as soon as one is adopted
    await control.filter('Event-Name', RECORD_STOP);
    await control.subscribe([RECORD_STOP]);
    const coreId = await control.api('global_getvar core_uuid');
    const source = await openChannelSource(control.esl, parts);
    if (this.#closed || control.closed) {
      source.close();
      throw new ClosedError(`event socket of FreeSWITCH ${this.name}`);
    }
    this.#control = control;
    this.#source = source;
    control.esl.on(`esl::event::${RECORD_STOP}::*`, (event: EslEvent) => {
      const [file, cause] = [event.getHeader('Record-File-Path'), event.getHeader('Record-Completion-Cause')];
      this.events.emit('recordStopped', { file: file ?? '', cause: cause ?? '' });
    });
    control.events.on('closed', ({ error }) => this.#disconnected(error));
    this.#connected(coreId);
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
    if (wasLost) this.#parts.reports.restored(this);
    else for (const leg of [...this.legs.values()]) leg.reconcile();
  }

  #disconnect(): void {
    const control = this.#control;
    const source = this.#source;
    this.#control = undefined;
    this.#source = undefined;
    control?.close();
    source?.close();
  }

  #disconnected(error: Error): void {
    this.#disconnect();
    if (this.#closed || this.#state !== 'up') return;
    this.#state = 'resuming';
    // one attempt at once: a process that lives takes it, a dead one refuses it
    void this.#connect().then((failure) => {
      if (this.#state === 'resuming') this.#lost(failure ?? error);
    });
  }

  #lost(error: Error): void {
    this.#state = 'down';
    this.#parts.reports.lost(this, error);
    for (const leg of [...this.legs.values()]) leg.lose(error);
  }
}
