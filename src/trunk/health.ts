import type { SipEdge } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import { isSignOfLife, type ProbeLog } from './probe-log.ts';
import type { RequestTraces, TrunkFailures } from './trunk-failures.ts';

/** A trunk that is down gets no calls but single ones that try it. */
export type HealthState = 'up' | 'down';

/** How a peer is, and why. Times are the wall clock's, in ms. */
export interface HealthStatus {
  readonly state: HealthState;
  /** What brought it into this state, and when; undefined: it has been up since the start. */
  readonly why: string | undefined;
  readonly sinceMs: number | undefined;
  /** From when on a call may try it; undefined: it is up. */
  readonly nextTryMs: number | undefined;
}

/** How a call out went, as far as it tells of the peer's life; `unknown`: it was given up before that. */
export type Delivery = 'delivered' | 'failed' | 'unknown';

/** Who is probed how often, and how many probes, or calls, in a row count. */
export interface HealthOptions {
  readonly uri: string;
  /** Over an outbound proxy. */
  readonly routeSet?: readonly string[] | undefined;
  /** 0: no probes, only calls tell. */
  readonly probeMs: number;
  readonly failures: number;
  readonly successes: number;
}

/** What a peer is asked with, and who is told. */
export interface HealthParts {
  readonly edge: SipEdge;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  /** Whose it is, for {@link traces}. */
  readonly tenantId: string;
  readonly log: Pick<ProbeLog, 'add'>;
  readonly failures: Pick<TrunkFailures, 'add'>;
  readonly traces: RequestTraces | undefined;
  readonly onChange: (state: HealthState, why: string) => void;
  /** One call goes out to a peer that is down. */
  readonly onTrial: () => void;
}

/** Between two calls that try a peer that is down: a third of the time that it has been away, within these. */
const TRIAL_PAUSE_MS = { least: 5_000, most: 60_000 } as const;

/**
 * Whether a peer is alive: by OPTIONS, and by the calls that go to it. The state changes only after several of a kind in
 * a row say the same (hysteresis), so that one lost packet moves no traffic. Any answer but 408 and 503 to OPTIONS is
 * a sign of life; a delivered call outweighs all OPTIONS that stay unanswered, as many carriers answer none.
 *
 * ```
 * up --probes or calls lost in a row--> down --a trial call delivered; probes answered in a row; by hand--> up
 *                                       (half-open: single calls, after a pause that grows from 5 s to 60 s)
 * ```
 *
 * A peer that was lost by its calls while it answered OPTIONS comes back by a call only.
 */
export class Health {
  readonly #options: HealthOptions;
  readonly #parts: HealthParts;
  #state: HealthState = 'up';
  #why: string | undefined;
  #sinceMs: number | undefined;
  /** In a row, each of its own: an answer to OPTIONS says nothing of calls. */
  #lostProbes = 0;
  #lostCalls = 0;
  #answeredProbes = 0;
  /** Monotonic times in ms. */
  #firstProbeLostAt = 0;
  #deliveredAt = -1;
  #downSince = 0;
  #nextTrialAt = 0;
  #downBy: 'probes' | 'calls' = 'probes';
  #trialRuns = false;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: HealthOptions, parts: HealthParts) {
    this.#options = options;
    this.#parts = parts;
  }

  get state(): HealthState {
    return this.#state;
  }

  get status(): HealthStatus {
    const waitMs = Math.max(0, this.#nextTrialAt - this.#now());
    return {
      state: this.#state,
      why: this.#why,
      sinceMs: this.#sinceMs,
      nextTryMs: this.#state === 'up' ? undefined : this.#parts.clock.now() + waitMs,
    };
  }

  /** Whether a call may go out now: the peer is up, or it is time to try it. */
  get takesCall(): boolean {
    return this.#state === 'up' || (!this.#trialRuns && this.#now() >= this.#nextTrialAt);
  }

  start(): void {
    if (this.#options.probeMs > 0) this.#timer = this.#parts.clock.after(0, () => void this.#probe());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** A call goes out, after {@link takesCall}. The function takes how it went; the first word counts. */
  callOut(): (went: Delivery) => void {
    const isTrial = this.#state === 'down';
    const placedAt = this.#now();
    if (isTrial) {
      this.#trialRuns = true;
      this.#parts.onTrial();
    }
    let isOpen = true;
    return (went) => {
      if (!isOpen) return;
      isOpen = false;
      if (isTrial) this.#trialRuns = false;
      if (went === 'delivered') this.#delivered();
      // What the peer has said may be lost at our end.
      else if (went === 'failed' && !this.#parts.edge.wasOverloaded(placedAt)) this.#callLost(isTrial);
    };
  }

  /** An operator knows better. */
  setUp(): void {
    this.#lostProbes = 0;
    this.#lostCalls = 0;
    this.#enter('up', 'set up by hand');
  }

  #delivered(): void {
    this.#deliveredAt = this.#now();
    this.#lostCalls = 0;
    this.#enter('up', 'a call was delivered');
  }

  #callLost(isTrial: boolean): void {
    this.#lostCalls++;
    if (this.#state === 'up') {
      const { failures } = this.#options;
      if (this.#lostCalls >= failures) this.#goDown('calls', `${failures} calls in a row got no answer`);
    } else if (isTrial) this.#pause();
  }

  #probed(alive: boolean): void {
    const { failures, successes } = this.#options;
    if (alive) {
      this.#lostProbes = 0;
      if (this.#state === 'up' || this.#downBy === 'calls') return;
      this.#answeredProbes++;
      if (this.#answeredProbes >= successes) this.#enter('up', `${successes} OPTIONS in a row were answered`);
      return;
    }
    this.#answeredProbes = 0;
    // Calls that fail may be why it is down; now it is known to be gone, and its answers are news.
    this.#downBy = 'probes';
    if (this.#lostProbes === 0) this.#firstProbeLostAt = this.#now();
    this.#lostProbes++;
    if (this.#state === 'down' || this.#lostProbes < failures) return;
    if (this.#deliveredAt >= this.#firstProbeLostAt) return;
    this.#goDown('probes', `${failures} OPTIONS in a row got no answer`);
  }

  #goDown(by: 'probes' | 'calls', why: string): void {
    this.#downBy = by;
    this.#answeredProbes = 0;
    this.#downSince = this.#now();
    this.#trialRuns = false;
    this.#pause();
    this.#enter('down', why);
  }

  #pause(): void {
    const { least, most } = TRIAL_PAUSE_MS;
    const awayMs = this.#now() - this.#downSince;
    this.#nextTrialAt = this.#now() + Math.min(Math.max(awayMs / 3, least), most);
  }

  #enter(state: HealthState, why: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#why = why;
    this.#sinceMs = this.#parts.clock.now();
    this.#parts.onChange(state, why);
  }

  #now(): number {
    return this.#parts.clock.monotonic();
  }

  async #probe(): Promise<void> {
    const { uri, probeMs, routeSet } = this.#options;
    const { edge, clock, ids, log, failures, traces, tenantId } = this.#parts;
    const from = { uri: `sip:ping@${uri.slice(uri.indexOf(':') + 1).split(';')[0]}` };
    const askedAt = this.#now();
    const at = clock.now();
    const callId = ids.token();
    traces?.begin(callId, tenantId);
    const answer = await edge
      .request({
        ...{ method: 'OPTIONS', uri, from, callId, timeoutMs: Math.min(probeMs, 5_000) },
        ...(routeSet && { routeSet }),
      })
      .catch(() => undefined);
    const status = answer?.status ?? 0;
    const isAlive = isSignOfLife(status);
    traces?.end(callId, !isAlive && !this.#closed);
    if (this.#closed) return;
    // What the peer has said may be lost at our end.
    if (isAlive || !edge.wasOverloaded(askedAt)) {
      log.add(at, this.#now() - askedAt, status);
      if (!isAlive)
        failures.add({
          ...{ at, kind: 'options', status: answer?.status, reason: answer?.reason ?? '' },
          sipCallId: callId,
        });
      this.#probed(isAlive);
    }
    this.#timer = clock.after(probeMs, () => void this.#probe());
  }
}
