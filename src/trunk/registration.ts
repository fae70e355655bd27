import type { TrunkConfig } from '../config/config.ts';
import type { SipEdge } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';

/**
 * ```
 * idle -> registering -> registered -> (refresh at 80 %) registering ...
 *                     -> waiting (back-off 5 s, doubled up to 5 min) -> registering
 * ```
 */
export type RegistrationState = 'idle' | 'registering' | 'registered' | 'waiting';

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 300_000;
/** Part of the granted time after which the registration is refreshed. */
const REFRESH_AT = 0.8;

/** Keeps a trunk registered with its carrier (RFC 3261 10.2). */
export class Registration {
  readonly #register: NonNullable<TrunkConfig['register']>;
  readonly #registrar: string;
  readonly #edge: SipEdge;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #callId: string;
  #state: RegistrationState = 'idle';
  #retryMs = FIRST_RETRY_MS;
  #timer: Timer | undefined;
  #closed = false;

  constructor(config: TrunkConfig, edge: SipEdge, clock: Clock, log: Logger, callId: string) {
    this.#register = config.register!;
    this.#registrar = this.#register.registrar ?? `sip:${hostOf(config.uri ?? '')}`;
    this.#edge = edge;
    this.#clock = clock;
    this.#log = log.child({ trunk: config.name });
    this.#callId = callId;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  start(): void {
    void this.#send(this.#register.expiresMs);
  }

  /** Takes the binding away (expires 0) and stops. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    if (this.#state === 'registered') await this.#send(0);
  }

  async #send(expiresMs: number): Promise<void> {
    const { username, password, realm } = this.#register;
    const aor = `sip:${username}@${hostOf(this.#registrar)}`;
    const local = this.#edge.addresses[0];
    this.#state = 'registering';
    const answer = await this.#edge
      .request({
        method: 'REGISTER',
        uri: this.#registrar,
        from: { uri: aor },
        to: aor,
        callId: this.#callId,
        headers: {
          Contact: `<sip:${username}@${local?.address}:${local?.port}>`,
          Expires: String(Math.round(expiresMs / 1000)),
        },
        credentials: { username, password, ...(realm === undefined ? {} : { realm }) },
      })
      .catch(() => undefined);
    if (this.#closed) return;
    if (answer && answer.status >= 200 && answer.status < 300) {
      this.#granted(grantedMs(answer.header('expires'), expiresMs));
      return;
    }
    this.#state = 'waiting';
    this.#log.warn({ status: answer?.status }, 'trunk could not be registered');
    this.#timer = this.#clock.after(this.#retryMs, () => void this.#send(this.#register.expiresMs));
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #granted(expiresMs: number): void {
    this.#state = 'registered';
    this.#retryMs = FIRST_RETRY_MS;
    this.#timer = this.#clock.after(expiresMs * REFRESH_AT, () => void this.#send(this.#register.expiresMs));
  }
}

function grantedMs(header: string | undefined, askedMs: number): number {
  const seconds = Number(header);
  return Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds * 1000, askedMs) : askedMs;
}

/** `host:port` of a SIP URI. */
function hostOf(uri: string): string {
  const rest = uri.slice(uri.indexOf(':') + 1);
  return rest.slice(rest.indexOf('@') + 1).split(';')[0]!;
}
