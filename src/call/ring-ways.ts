import type { Asker } from './arrival.ts';
import type { Attempt } from './attempts.ts';
import type { Call } from './call.ts';
import type {
  CallSettings,
  Destination,
  Directory,
  ForwardReason,
  Resolved,
  RingRoute,
} from './destination.ts';
import { Forwards, type ForwardWhen, forwardWhen } from './forwards.ts';
import type { Ending } from './ring-outcomes.ts';
import { asksItself, failureOf, type RingFailure, type RingOptions, type RingTarget } from './rung.ts';

/** What becomes of a target, for the ring that it is in. */
export interface RingWaysListener {
  /** An INVITE is to go there. */
  invite(attempt: Omit<Attempt, 'leg'>, route: RingRoute): void;
  /** There is no way left to it. */
  conclude(target: RingTarget, outcome: RingFailure, why: string, ending: Ending, way?: Resolved): void;
  /** Its extension forwards what it has not answered after so long. */
  awaitAnswer(target: RingTarget, destination: Destination, ringMs: number): void;
}

/** The ways to targets of a ring: where they are, what is set for calls to them, and whom they forward to. */
export class RingWays {
  readonly #call: Call;
  readonly #directory: Directory;
  readonly #options: RingOptions;
  readonly #listener: RingWaysListener;
  readonly #forwards: Forwards;
  /** The extension whose phone is asked to answer by itself. */
  answersAt: string | undefined;

  constructor(call: Call, directory: Directory, options: RingOptions, listener: RingWaysListener) {
    this.#call = call;
    this.#directory = directory;
    this.#options = options;
    this.#listener = listener;
    this.#forwards = new Forwards(call, directory);
  }

  start(
    target: RingTarget,
    destination: Destination,
    asker: Asker | undefined,
    forwarded?: ForwardReason,
  ): void {
    const { arrival } = this.#call;
    const { shows, queue } = this.#options;
    const autoAnswer = this.#options.autoAnswer ?? (destination.number === this.answersAt || undefined);
    const occasion = { asker, queue, autoAnswer, hotline: this.#call.hotline, forwarded };
    const shown = shows === undefined ? arrival : { ...arrival, caller: shows };
    const settings = this.#settingsOf(destination);
    if (settings?.always) {
      const why = 'all calls to it are forwarded, and that leads to nobody';
      return this.otherwise(target, destination, 'always', () =>
        this.#listener.conclude(target, 'unavailable', why, { cause: 'unavailable' }),
      );
    }
    if (settings?.doNotDisturb) {
      return this.otherwise(target, destination, 'busy', () =>
        this.#listener.conclude(target, 'busy', 'do not disturb', { cause: 'busy' }),
      );
    }
    this.follow(target, destination, this.#directory.resolve(destination, shown, occasion));
    if (settings?.noAnswer) this.#listener.awaitAnswer(target, destination, settings.ringMs);
  }

  /** What an extension has set for calls to it; undefined where that does not count: its own phone asked for the call, or was in it. */
  #settingsOf({ kind, number }: Destination): CallSettings | undefined {
    if (kind !== 'extension' || asksItself(this.#options) || number === this.answersAt) return undefined;
    return this.#directory.settings(number, this.#call.arrival.tenantId);
  }

  /**
   * The call goes to whom the destination's extension has it forwarded then, on that one's right; `conclude`, where to nobody. A
   * queue has other agents to ask: what it is offered to is forwarded by choice only, always.
   */
  otherwise(
    target: RingTarget,
    destination: Destination,
    when: ForwardWhen | undefined,
    conclude: () => void,
  ): void {
    const isAsked = this.#settingsOf(destination) && (when === 'always' || this.#options.reason !== 'queue');
    const to = when && isAsked ? this.#forwards.set(target, destination, when) : undefined;
    if (to) this.#forwardTo(target, destination, to, when!);
    else conclude();
  }

  /** Whom its extension has calls forwarded to that it does not answer; undefined: to nobody. */
  afterNoAnswer(target: RingTarget, destination: Destination): (() => void) | undefined {
    const to = this.#forwards.set(target, destination, 'noAnswer');
    return to && (() => this.#forwardTo(target, destination, to, 'noAnswer'));
  }

  /** Its phone has answered 302 with these numbers. False: it may forward to none of them. */
  redirected(target: RingTarget, destination: Destination, numbers: readonly string[]): boolean {
    const to = this.#forwards.redirected(target, destination, numbers);
    if (to) this.#forwardTo(target, destination, to, 'redirected');
    return to !== undefined;
  }

  #forwardTo(target: RingTarget, { number }: Destination, to: Destination, reason: ForwardReason): void {
    this.start(target, to, { tenant: this.#call.arrival.tenantId, kind: 'extension', number }, reason);
  }

  /** The target is rung there; without a route it is concluded, or forwarded. */
  follow(target: RingTarget, destination: Destination, way: Resolved): void {
    if (way.routes.length > 0) {
      for (const route of way.routes) this.#listener.invite({ target, destination, way }, route);
      return;
    }
    const { cause = 'unavailable', bar } = way;
    if (bar) {
      this.#call.log.warn({ target: target.name, rule: bar }, 'a call out was refused');
      this.#call.note('barred', { rule: bar });
    }
    this.otherwise(target, destination, forwardWhen({ cause }), () =>
      this.#listener.conclude(target, failureOf(cause), way.why, { cause }),
    );
  }
}
