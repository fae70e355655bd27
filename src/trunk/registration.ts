import type { EdgeCredentials, EdgeResponse, EdgeRoute, SipEdge } from '../edge/edge.ts';
import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { proxyOf } from './route-of.ts';
import type { RequestTraces, TrunkFailures } from './trunk-failures.ts';

/**
 * ```
 * idle -> registering -> registered -> (refresh at 80 %) registering ...
 *                     -> waiting (back-off 5 s, doubled up to 5 min) -> registering
 * ```
 */
export type RegistrationState = 'idle' | 'registering' | 'registered' | 'waiting';

/** What a registrar said, and when by the wall clock in ms. */
export interface RegistrarAnswer {
  readonly at: number;
  /** Undefined: nothing. */
  readonly status: number | undefined;
  readonly reason: string;
  /** Until when it keeps our Contact; undefined: it does not. */
  readonly untilMs: number | undefined;
}

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 300_000;
/** Part of the granted time after which the registration is refreshed. */
const REFRESH_AT = 0.8;
/** A carrier that is silent does not hold up the end for longer. */
const SIGN_OFF_MS = 2_000;
/** Longest interval that a carrier may demand by 423. */
const MAX_EXPIRES_MS = 86_400_000;

/** What a registration is kept with. */
export interface RegistrationParts {
  readonly edge: SipEdge;
  readonly clock: Clock;
  readonly log: Logger;
  readonly failures: Pick<TrunkFailures, 'add'>;
  readonly traces?: RequestTraces | undefined;
}

/** Keeps a trunk registered with its carrier (RFC 3261 10.2). */
export class Registration {
  readonly #register: NonNullable<TrunkConfig['register']>;
  readonly #credentials: EdgeCredentials;
  readonly #registrar: string;
  readonly #edge: SipEdge;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #callId: string;
  readonly #tenantId: string;
  readonly #proxy: Pick<EdgeRoute, 'routeSet'>;
  readonly #failures: RegistrationParts['failures'];
  readonly #traces: RequestTraces | undefined;
  #state: RegistrationState = 'idle';
  #serviceRoute: readonly string[] = [];
  #retryMs = FIRST_RETRY_MS;
  #expiresMs: number;
  #timer: Timer | undefined;
  #closed = false;
  #lastAnswer: RegistrarAnswer | undefined;

  constructor(
    config: TrunkConfig,
    { edge, clock, log, failures, traces }: RegistrationParts,
    callId: string,
  ) {
    this.#tenantId = config.tenant;
    this.#proxy = proxyOf(config);
    this.#failures = failures;
    this.#traces = traces;
    this.#register = config.register!;
    this.#credentials = credentialsOf(this.#register);
    this.#expiresMs = this.#register.expiresMs;
    this.#registrar = this.#register.registrar ?? withoutUser(config.uri ?? '');
    this.#edge = edge;
    this.#clock = clock;
    this.#log = log.child({ trunk: config.name });
    this.#callId = callId;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  /** Undefined: none yet. */
  get lastAnswer(): RegistrarAnswer | undefined {
    return this.#lastAnswer;
  }

  /** RFC 3608 5: the way that the carrier wants for our requests, first hop first; empty: straight to its address. */
  get serviceRoute(): readonly string[] {
    return this.#serviceRoute;
  }

  start(): void {
    void this.#send(this.#expiresMs);
  }

  /** Takes the binding away (expires 0) and stops. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    if (this.#state === 'registered') await this.#send(0);
  }

  async #send(expiresMs: number): Promise<void> {
    const { username } = this.#register;
    const aor = `sip:${username}@${hostOf(this.#registrar)}`;
    this.#state = 'registering';
    const at = this.#clock.now();
    this.#traces?.begin(this.#callId, this.#tenantId);
    const answer = await this.#edge
      .request({
        method: 'REGISTER',
        uri: this.#registrar,
        ...this.#proxy,
        from: { uri: aor },
        to: aor,
        callId: this.#callId,
        // The edge adds Contact: only the connection tells which listener, and which advertised address, it is.
        headers: { Expires: String(Math.round(expiresMs / 1000)) },
        credentials: this.#credentials,
        ...(this.#closed && { timeoutMs: SIGN_OFF_MS }),
      })
      .catch(() => undefined);
    const isGranted = answer !== undefined && answer.status >= 200 && answer.status < 300;
    // RFC 3261 10.2.8: one that is too brief is asked for again at once.
    this.#traces?.end(this.#callId, !isGranted && answer?.status !== 423 && !this.#closed);
    if (this.#closed) return;
    if (isGranted) {
      this.#serviceRoute = answer.addresses('service-route').map(({ uri }) => uri);
      const granted = grantedMs(answer, username, expiresMs);
      this.#note(answer, granted);
      this.#granted(granted);
      return;
    }
    this.#note(answer);
    if (answer?.status === 423 && this.#raiseTo(answer.header('min-expires')))
      return this.#send(this.#expiresMs);
    this.#failures.add({
      ...{ at, kind: 'register', status: answer?.status, reason: answer?.reason ?? '' },
      sipCallId: this.#callId,
    });
    this.#state = 'waiting';
    this.#log.warn({ status: answer?.status }, 'trunk could not be registered');
    this.#timer = this.#clock.after(this.#retryMs, () => void this.#send(this.#expiresMs));
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #note(answer: EdgeResponse | undefined, grantedMs?: number): void {
    const at = this.#clock.now();
    this.#lastAnswer = {
      at,
      status: answer?.status,
      reason: answer?.reason ?? '',
      untilMs: grantedMs === undefined ? undefined : at + grantedMs,
    };
  }

  #granted(expiresMs: number): void {
    this.#state = 'registered';
    this.#retryMs = FIRST_RETRY_MS;
    this.#timer = this.#clock.after(expiresMs * REFRESH_AT, () => void this.#send(this.#expiresMs));
  }

  /** RFC 3261 10.2.8: what the carrier wants at least; false when that is no reason to ask again. */
  #raiseTo(minExpires: string | undefined): boolean {
    const wantedMs = Number(minExpires) * 1000;
    if (!(wantedMs > this.#expiresMs && wantedMs <= MAX_EXPIRES_MS)) return false;
    this.#expiresMs = wantedMs;
    return true;
  }
}

/**
 * An account at a carrier. An edge learns the realm of one object once, when none is configured: keep the object, or
 * a stranger's challenge would be the first again. Registrar and calls have one each, as their realms may differ.
 */
export function credentialsOf({
  username,
  password,
  realm,
}: NonNullable<TrunkConfig['register']>): EdgeCredentials {
  return { username, password, ...(realm === undefined ? {} : { realm }) };
}

/**
 * RFC 3261 10.2.4: how long the registrar keeps our Contact: its parameter, else Expires, else what we asked for.
 * Of several Contacts of this user, other machines' perhaps, the first one to end counts.
 */
function grantedMs(answer: EdgeResponse, username: string, askedMs: number): number {
  const ours = answer.addresses('contact').filter(({ user }) => user === username);
  const granted = ours
    .map(({ params }) => secondsOf(params.get('expires')))
    .filter((one) => one !== undefined);
  const seconds = granted.length > 0 ? Math.min(...granted) : secondsOf(answer.header('expires'));
  return seconds === undefined ? askedMs : Math.min(seconds * 1000, askedMs);
}

function secondsOf(text: string | undefined): number | undefined {
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
}

/** RFC 3261 10.2: the registrar's URI names no user. Scheme and transport stay: TLS must not become UDP. */
function withoutUser(uri: string): string {
  return uri.replace(/^(sips?:)[^@]*@/i, '$1');
}

/** `host:port` of a SIP URI. */
function hostOf(uri: string): string {
  const rest = uri.slice(uri.indexOf(':') + 1);
  return rest.slice(rest.indexOf('@') + 1).split(';')[0]!;
}
