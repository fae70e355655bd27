import type { Asker, PartyName } from './arrival.ts';
import type { JoinReason } from './call-events.ts';
import type { Leg } from './leg.ts';
import { ring } from './ring.ts';
import type { Talk } from './talk.ts';

/** Somebody who is rung for a talk that goes on meanwhile. */
export interface Summons {
  /** Never rejects. */
  readonly done: Promise<Summoned>;
  readonly who: PartyName;
}

/** `status`: what SIP says for it. */
export type Summoned =
  | { readonly leg: Leg; readonly status: 200 }
  | { readonly leg: undefined; readonly status: number };

const RING_MS = 30_000;

/**
 * Rings a number for a talk: the talk expects who answers, and nobody else until then. `reason` and `by`, who wants it, are for
 * the record. Throws OperationError when somebody is being rung already.
 */
export function summon(talk: Talk, number: string, reason: JoinReason, by: string): Summons {
  const { call } = talk;
  const { directory } = talk.options;
  const who = talk.partyAt(number);
  const stop = new AbortController();
  talk.expect({ to: who.name, abandon: () => stop.abort() });
  const target = { ...who, destination: directory.find(number, call.arrival.tenantId) };
  const done = ring(call, directory, [target], {
    ringMs: RING_MS,
    reason,
    by,
    asker: askerOf(talk),
    signal: stop.signal,
  }).then(
    (result): Summoned => {
      if (result.answered) return { leg: result.leg, status: 200 };
      return { leg: undefined, status: result.outcomes.get(target)!.status };
    },
    (): Summoned => ({ leg: undefined, status: 487 }),
  );
  return { done, who };
}

/** On whose right a talk goes on: the partner's, who transfers and asks, else that of the caller, where either has one. */
function askerOf({ places: { caller, partner } }: Talk): Asker | undefined {
  const askers = [partner, caller].map((member) => member?.leg.asker ?? member?.leg.party);
  return askers.find((asker) => asker?.kind === 'extension');
}

/**
 * Blind transfer (盲转): the caller goes to whom the number leads to, the partner leaves when that one has answered, or
 * before. A number of the tenant's own that is no phone (hotline, queue) takes the caller at once. Resolves with the status
 * of the outcome (RFC 3261 21). Throws OperationError when the talk cannot be transferred now; a transfer that fails leaves
 * it as it was.
 */
export function transfer(talk: Talk, number: string): Promise<number> {
  const { call } = talk;
  const { partner } = talk.places;
  talk.check('join');
  const inside = talk.options.directory.inside(number, call.arrival.tenantId);
  const note = (to: string) =>
    call.note('step', {
      step: 'transfer',
      why: `${partner?.who.name ?? 'parked'}: the caller goes to ${to}`,
    });
  if (inside) {
    note(number);
    talk.goInside(() => inside(call));
    return Promise.resolve(200);
  }
  const brought = bring(talk, number, 'transfer', partner?.who.name);
  note(talk.expected?.to ?? number);
  return brought;
}

/**
 * Rings who shall take the partner's place. Resolves with the status of the outcome. Throws OperationError when somebody is
 * being rung already.
 */
export function bring(talk: Talk, number: string, reason: JoinReason, by = ''): Promise<number> {
  const { done, who } = summon(talk, number, reason, by);
  return done.then(({ leg, status }) => {
    if (leg) void talk.join(leg, who);
    else
      talk.call.note('step', {
        step: 'transfer',
        why: `${who.name} does not take the caller: SIP ${status}`,
      });
    talk.expectNobody();
    return status;
  });
}
