import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import { SourceLog } from '../../shared/source-log.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import { serverKey } from '../../sip/transaction/matching.ts';
import type { Ban } from '../edge.ts';
import { DEFAULT_ANSWERS } from '../leg/default-answers.ts';
import { retryAfterLine } from '../leg/header-lines.ts';
import type { Refusal } from '../leg/request-checks.ts';
import { Admission, type AdmissionOptions, DEFAULT_ADMISSION, type LoopLoad } from './admission.ts';
import { OverloadSpan } from './overload-span.ts';
import { Protection, type ProtectionOptions, type RequestSource } from './protection.ts';
import { RefusedRequests } from './refused-requests.ts';

/** What an operator may choose. */
export interface GateOptions {
  /** Undefined: everybody is trusted. */
  readonly protection?: ProtectionOptions;
  readonly admission?: AdmissionOptions;
  /** Numbers that phones may call in an emergency, also under overload; their limit by source stays. */
  readonly isEmergency?: (number: string) => boolean;
  /** False while new calls are refused as under overload: what happens to them could be kept nowhere. */
  readonly takesCalls?: () => boolean;
}

/** What a gate stands on. */
export interface GateParts extends LoopLoad {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Whether a request with a To tag belongs to a dialog; without this the tag is believed. */
  readonly isInDialog?: (request: SipRequest) => boolean;
  /** Whether the request has a transaction, whose answer it gets again. */
  readonly isRepetition: (request: SipRequest) => boolean;
  /** New calls are refused from now on, or taken again. */
  readonly onOverload?: (overloaded: boolean) => void;
}

/**
 * Who comes in: drops or refuses what hostile peers send, and new calls while there is too much to do. Asked before
 * anything is made for a request.
 */
export class Gate {
  readonly #parts: GateParts;
  readonly #admission: Admission;
  readonly #protection: Protection | undefined;
  readonly #refused: RefusedRequests;
  readonly #takesCalls: () => boolean;
  readonly #scanners: SourceLog;
  readonly #overload: OverloadSpan;
  /** Who calls in an emergency, and is a phone that is registered: anybody could call such numbers to harm us. */
  readonly #isUrgent: (request: SipRequest, address: string) => boolean;

  constructor(
    parts: GateParts,
    { admission = DEFAULT_ADMISSION, protection, isEmergency, takesCalls = () => true }: GateOptions,
  ) {
    const { clock, logger } = parts;
    const now = () => clock.monotonic();
    this.#parts = parts;
    this.#takesCalls = takesCalls;
    this.#isUrgent = (request, address) =>
      (isEmergency?.(request.requestUri.user ?? '') && protection?.spares?.(address)) ?? false;
    this.#refused = new RefusedRequests(now);
    this.#overload = new OverloadSpan(now);
    this.#scanners = new SourceLog(clock, (source, count) =>
      logger.warn({ source, count }, 'requests of a scanner dropped'),
    );
    this.#admission = new Admission(clock, admission, parts, (overloaded) => {
      logger.warn({ overloaded, ...this.#admission.load }, 'admission of new calls changed');
      this.#overload.note(overloaded);
      parts.onOverload?.(overloaded);
    });
    this.#protection =
      protection &&
      new Protection(
        protection,
        now,
        (address, why) => logger.warn({ address, why }, 'address banned for a while'),
        (address) => this.#scanners.note(address),
      );
  }

  /** Begins to watch the load. */
  start(): void {
    this.#admission.start();
  }

  close(): void {
    this.#admission.close();
    this.#scanners.close();
  }

  /** Whether new calls were refused for the load at some time since then (monotonic, ms). */
  wasOverloaded(sinceMs: number): boolean {
    return this.#overload.touches(sinceMs);
  }

  /** Sources that are not heard now. */
  get bans(): readonly Ban[] {
    return this.#protection?.bans ?? [];
  }

  /** Hears a source again; false: it was not banned. */
  liftBan(address: string): boolean {
    return this.#protection?.lift(address) ?? false;
  }

  /** Whether the source is to get no answer at all: it is banned, or gives itself away as a scanner. */
  drops(request: SipRequest, source: RequestSource): boolean {
    return this.#protection?.drops(request, source) ?? false;
  }

  /** The answer to a request that is not let in, `silence` for none at all; undefined: it is let in. */
  refuses(request: SipRequest, address: string): Refusal | 'silence' | undefined {
    const { method } = request;
    if (method !== 'INVITE' && method !== 'REGISTER') return undefined;
    const isFull = this.#admission.overloaded || !this.#takesCalls();
    const overloaded = method === 'INVITE' && isFull && !this.#isUrgent(request, address);
    if ((!this.#protection && !overloaded && !this.#refused.any) || this.#isInDialog(request))
      return undefined;
    // A repetition is no new request: it is answered as the first one was.
    if (this.#parts.isRepetition(request)) return undefined;
    const wasRefused = this.#refused.any && this.#refused.has(serverKey(request));
    if (!wasRefused && !overloaded && !this.#protection?.exceeds(method, address)) return undefined;
    if (!wasRefused) this.#refused.add(serverKey(request));
    if (this.#protection?.silences(method, address)) return 'silence';
    return { status: DEFAULT_ANSWERS.notNow, headerLines: retryAfterLine(this.#parts.ids.random()) };
  }

  /** A made-up To tag does not pass by the limits: each would cost a transaction, and its 481 eleven datagrams. */
  #isInDialog(request: SipRequest): boolean {
    return request.to.tag !== '' && (this.#parts.isInDialog?.(request) ?? true);
  }
}
