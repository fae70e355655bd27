import type { Clock } from '../../shared/clock.ts';
import type { AppRing } from './app-ring.ts';
import { timeOfDay } from './wire.ts';

/** Who made the message that a record is about. */
export type RecordSource = 'network' | 'application';
/** The server's part in a call that was answered. */
export type RecordRole = 'uac' | 'uas' | 'proxy-uac' | 'proxy-uas';
/** Why a call ended, in the protocol's words. */
export type RecordReason =
  | 'call-rejected'
  | 'call-canceled'
  | 'normal-release'
  | 'system-initiated-termination';

/** Text of the message that a record is about; asked for only when somebody wants the record. */
type Message = () => string;

/**
 * Tells applications what becomes of calls: `srf.on('cdr:attempt')`, `cdr:start`, `cdr:stop`. A record goes to one of those
 * that asked for its kind, in turn, whoever has the call; so a process of its own can collect those of all.
 */
export class CallRecords {
  readonly #clock: Clock;
  readonly #ring: AppRing;

  constructor(clock: Clock, ring: AppRing) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** An INVITE outside of dialogs came in or goes out. */
  attempt(source: RecordSource, message: Message): void {
    this.#tell('cdr:attempt', source, '', message);
  }

  /** The INVITE got its 2xx. */
  start(source: RecordSource, role: RecordRole, message: Message): void {
    this.#tell('cdr:start', source, `|${role}`, message);
  }

  /** The INVITE was refused or given up, or the call was hung up. */
  stop(source: RecordSource, reason: RecordReason, message: Message): void {
    this.#tell('cdr:stop', source, `|${reason}`, message);
  }

  /** What a final response that is no 2xx says of a call. */
  refused(source: RecordSource, status: number, message: Message): void {
    // RFC 3261 15.1.2: 487 is what a CANCEL makes of an INVITE.
    this.stop(source, status === 487 ? 'call-canceled' : 'call-rejected', message);
  }

  #tell(kind: string, source: RecordSource, more: string, message: Message): void {
    const client = this.#ring.pick(kind, '', TURN);
    client?.notify(`${kind}|${source}|${timeOfDay(this.#clock.now())}${more}\r\n${message()}`);
  }
}

/** Records have a turn of their own: they do not decide who gets the next call. No tag has this name. */
const TURN = '|records';
