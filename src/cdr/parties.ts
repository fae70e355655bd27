import type { CallFacts } from '../call/call-events.ts';
import type { CdrSegment, CdrTarget } from './cdr.ts';
import type { Mutable } from './mutable.ts';
import { partsOf } from './target-parts.ts';

type Target = Mutable<CdrTarget>;

const NEW = {
  kind: null,
  reason: null,
  by: null,
  fromCall: null,
  queue: null,
  trunk: null,
  consultedMs: null,
  connectedMs: null,
  endMs: null,
  talkMs: 0,
  holdMs: 0,
  consultMs: 0,
  wrapUpMs: null,
  disposition: null,
  note: null,
  endedBy: null,
} as const;

/**
 * Who was rung for a call and who took part in it. Facts name people; a name means who came last by it and is still there.
 * All times count from the arrival of the call.
 */
export class Parties {
  readonly #targets: Target[] = [];
  /** Have answered and not left. */
  #present: Target[] = [];

  rung(fact: CallFacts['rung'], atMs: number, queue: string | null): void {
    const { target, outcome, ringMs, kind, reason, by, trunk } = fact;
    const rung: Target = {
      target,
      outcome,
      ringMs,
      ...NEW,
      kind: kind ?? null,
      reason: reason ?? null,
      by: this.#placeOf(by),
      queue,
      trunk: trunk ?? null,
      startMs: Math.max(0, atMs - ringMs),
    };
    if (outcome === 'answered') this.#enter(rung);
    else {
      rung.endMs = atMs;
      this.#targets.push(rung);
    }
  }

  joined(fact: CallFacts['joined'], atMs: number, queue: string | null): void {
    const { target, kind, reason, by, fromCall } = fact;
    const how = { reason, by: this.#placeOf(by), fromCall: fromCall ?? null };
    this.#enter({ ...this.#unrung(target, atMs), kind, ...how, queue });
  }

  consulted({ target, kind }: CallFacts['consulted'], atMs: number, queue: string | null): void {
    this.#seated(target, kind, atMs, queue).consultedMs ??= atMs;
  }

  connected({ target, kind }: CallFacts['connected'], atMs: number, queue: string | null): void {
    this.#seated(target, kind, atMs, queue).connectedMs ??= atMs;
  }

  left({ target, by }: CallFacts['disconnected'], atMs: number): void {
    const who = this.#named(target);
    if (!who) return;
    who.endMs = atMs;
    who.endedBy = by;
    this.#present = this.#present.filter((other) => other !== who);
  }

  /** The call is over, and with it everybody's part. */
  end(atMs: number, segments: readonly CdrSegment[]): readonly CdrTarget[] {
    for (const target of this.#present) {
      const tookPart = target.connectedMs !== null || target.consultedMs !== null;
      target.endMs = tookPart ? atMs : target.startMs! + target.ringMs;
    }
    for (const target of this.#targets) {
      for (const { kind, fromMs, untilMs } of partsOf(target, segments)) {
        if (kind === 'talk') target.talkMs! += untilMs - fromMs;
        if (kind === 'hold') target.holdMs! += untilMs - fromMs;
        if (kind === 'consult') target.consultMs! += untilMs - fromMs;
      }
    }
    return this.#targets;
  }

  #enter(target: Target): void {
    this.#targets.push(target);
    this.#present.push(target);
  }

  /** Who gets a place in the talk: who was rung or came in by that name, else somebody of whom nothing is known. */
  #seated(name: string, kind: CdrTarget['kind'], atMs: number, queue: string | null): Target {
    const known = this.#named(name);
    if (known) {
      known.kind ??= kind;
      return known;
    }
    const seated = { ...this.#unrung(name, atMs), kind, queue };
    this.#enter(seated);
    return seated;
  }

  #unrung(target: string, atMs: number): Target {
    return { target, outcome: 'answered', ringMs: 0, ...NEW, startMs: atMs };
  }

  #named(name: string): Target | undefined {
    return this.#present.findLast(({ target }) => target === name);
  }

  #placeOf(name: string | undefined): number | null {
    const place = name
      ? this.#targets.findLastIndex(({ target, endMs }) => target === name && endMs === null)
      : -1;
    return place < 0 ? null : place;
  }
}
