import type { LegEnding } from '../edge/edge.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { Call } from './call.ts';
import type { Destination, Directory } from './destination.ts';
import type { RingTarget } from './rung.ts';

/** Phones that forward to one another ring no more than so many for one target. */
const MAX_FORWARDS = 5;

/** When an extension has its calls forwarded; see {@link CallSettings}. */
export type ForwardWhen = 'always' | 'busy' | 'noAnswer' | 'unreachable';

const WORDS: Readonly<Record<ForwardWhen, string>> = {
  always: 'all calls',
  busy: 'calls while it is busy',
  noAnswer: 'calls that it does not answer',
  unreachable: 'calls while it cannot be reached',
};

/** How a phone's leg ended, or why there is none. */
export interface ForwardedEnding {
  readonly cause: CauseSlug;
  /** Undefined: the phone was not asked. */
  readonly by?: LegEnding['by'];
  /** It had said that it rings. */
  readonly rang?: boolean;
}

/** When a leg that ended so is forwarded; undefined: that is no reason. */
export function forwardWhen({ cause, by, rang }: ForwardedEnding): ForwardWhen | undefined {
  switch (cause) {
    case 'busy':
    case 'rejected':
      return 'busy';
    case 'no-answer':
      return 'noAnswer';
    case 'unavailable':
      // RFC 3261 21.4.18: a phone that says 480 was reached; it is not to be disturbed, or gives its ringing up.
      if (by === 'remote') return rang ? 'noAnswer' : 'busy';
      return 'unreachable';
    case 'unknown-number':
    case 'timeout':
    case 'congestion':
    case 'edge-lost':
      return 'unreachable';
    default:
      return undefined;
  }
}

/** Forwarding (呼叫转移) while targets are rung, by the phone (302) or by what its extension has set: never in circles. */
export class Forwards {
  readonly #call: Call;
  readonly #directory: Directory;
  /** Numbers that a target was forwarded to, its own first. */
  readonly #visited = new Map<RingTarget, Set<string>>();

  constructor(call: Call, directory: Directory) {
    this.#call = call;
    this.#directory = directory;
  }

  /** Whom a phone forwards to that answered 302 with these numbers: as far as its extension may. */
  redirected(target: RingTarget, from: Destination, numbers: readonly string[]): Destination | undefined {
    return from.kind === 'extension' ? this.#first(target, from, numbers, 'the phone forwards') : undefined;
  }

  /** Whom an extension has calls forwarded to then. */
  set(target: RingTarget, from: Destination, when: ForwardWhen): Destination | undefined {
    if (from.kind !== 'extension') return undefined;
    const { [when]: number } = this.#directory.settings(from.number, this.#call.arrival.tenantId);
    return number === '' ? undefined : this.#first(target, from, [number], `${WORDS[when]} are forwarded`);
  }

  #first(
    target: RingTarget,
    from: Destination,
    numbers: readonly string[],
    why: string,
  ): Destination | undefined {
    const visited = this.#visited.get(target) ?? new Set([target.destination.number]);
    this.#visited.set(target, visited);
    const note = (text: string) => this.#call.note('step', { step: `forward ${from.number}`, why: text });
    for (const number of numbers) {
      const to = this.#directory.forward(from.number, number, this.#call.arrival.tenantId);
      if (typeof to === 'string') note(`not to ${number}: ${to}`);
      else if (visited.has(number)) note(`not to ${number}: it was rung already`);
      else if (visited.size > MAX_FORWARDS)
        note(`not to ${number}: ${MAX_FORWARDS} phones forwarded already`);
      else {
        visited.add(number);
        note(`${why} to ${number}`);
        return to;
      }
    }
    return undefined;
  }
}
