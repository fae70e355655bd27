/** Takes calls of the past through the plans of today and shows which of them would go elsewhere. */
import type { Cdr, CdrKeys } from '../cdr/cdr.ts';
import { NumberLists } from '../numbering/number-list.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';
import type { Answers } from './key-presser.ts';
import { type SimulationOptions, simulate } from './simulate.ts';

/** A call of the past, as far as a replay needs it. */
export interface PastCall {
  /** Of its record; undefined: it has none here. */
  readonly id?: string | undefined;
  readonly at: number;
  readonly caller: string;
  readonly called: string;
  readonly trunk: string | undefined;
  readonly keys: readonly Pick<CdrKeys, 'purpose' | 'digits'>[];
  /** Where it went; undefined when that is not known. */
  readonly route: readonly string[] | undefined;
  /** All steps of its way; undefined when they are not known. */
  readonly steps?: readonly string[] | undefined;
  /** Somebody answered: agents and lines are taken to be free then, and busy otherwise. */
  readonly served: boolean;
  /** The caller hung up so long after the arrival. */
  readonly hungUpAfterMs: number | undefined;
}

export interface Replayed {
  readonly call: PastCall;
  readonly route: readonly string[];
  /** The steps of the new plan with their why. */
  readonly path: Cdr['path'];
  /** Undefined when the old route is not known. */
  readonly same: boolean | undefined;
}

/** Steps that say where a call goes, apart from who happened to be free there. */
const DESTINATION =
  /^(queue|voicemail|extension|transfer|callback|hangup|blacklist|limit|channels|hotline|whitelist)( \S+)?$/;

/** The destinations of a path, in order, each once in a row. `dial` stands for any of its lines. */
export function routeOf(steps: readonly string[]): readonly string[] {
  return steps
    .map((step) => (/^dial \S+$/.test(step) ? 'dial' : step))
    .filter((step) => step === 'dial' || DESTINATION.test(step))
    .filter((step, index, all) => step !== all[index - 1]);
}

/** The call of a record. */
export function pastCallOf(cdr: Cdr): PastCall {
  const steps = cdr.path.map(({ step }) => step);
  return {
    id: cdr.callId,
    at: cdr.startedAt,
    caller: cdr.caller,
    called: cdr.called,
    trunk: 'trunk' in cdr.origin ? cdr.origin.trunk : undefined,
    keys: cdr.keys,
    route: routeOf(steps),
    steps,
    served: cdr.talkMs > 0,
    hungUpAfterMs: cdr.endedBy === 'caller' ? cdr.durationMs : undefined,
  };
}

/** The plans that calls of the past are taken through. */
export type ReplayPlans = Pick<
  SimulationOptions,
  'config' | 'companies' | 'hotlines' | 'orders' | 'fetch' | 'lists'
>;

/** Replays calls one by one. Counters of earlier calls (limits, round-robin) begin anew for each. */
export async function* replay(calls: Iterable<PastCall>, plans: ReplayPlans): AsyncGenerator<Replayed> {
  const lists = plans.lists ?? new NumberLists(plans.companies.all('list'));
  for (const call of calls) yield await replayCall(call, { ...plans, lists });
}

/** Replays one call. */
export async function replayCall(call: PastCall, plans: ReplayPlans): Promise<Replayed> {
  const { cdr } = await simulate({ ...plans, ...callOf(call, plans.companies) });
  const route = routeOf(cdr.path.map(({ step }) => step));
  return { call, route, path: cdr.path, same: call.route && isSame(call.route, route, call) };
}

/** A trunk that is gone meanwhile tells nothing of where its calls would go: they come in on the first one then. */
function trunkOf({ trunk }: PastCall, companies: Snapshot): { trunk?: string } {
  return trunk !== undefined && companies.all('trunk').some(({ name }) => name === trunk) ? { trunk } : {};
}

function callOf(call: PastCall, companies: Snapshot): Omit<SimulationOptions, keyof ReplayPlans> {
  const nobody = Object.fromEntries(companies.all('agent').map(({ id }) => [id, 'no-answer'] as const));
  const lines = Object.fromEntries(
    companies.all('extension').map(({ number }) => [number, 'no-answer'] as const),
  );
  return {
    called: call.called,
    from: call.caller,
    at: call.at,
    answers: answersOf(call),
    ...(call.served ? {} : { agents: nobody, phones: lines }),
    ...trunkOf(call, companies),
    ...(call.hungUpAfterMs !== undefined && { hangUpAfterMs: call.hungUpAfterMs }),
  };
}

/** The keys of the past, each for the question that it answered; a PIN is not kept, zeros stand for it. */
function answersOf(call: PastCall): Answers {
  const left = [...call.keys];
  return ({ purpose, secret, min = 1 }) => {
    if (secret) return '0'.repeat(min);
    const index = left.findIndex((keys) => keys.purpose === '' || keys.purpose === purpose);
    return index < 0 ? '' : left.splice(index, 1)[0]!.digits;
  };
}

/** A caller who hung up may have been a step further, or not so far, as the simulated one is quicker. */
function isSame(before: readonly string[], now: readonly string[], call: PastCall): boolean {
  const shared = Math.min(before.length, now.length);
  const agree = before.slice(0, shared).every((step, index) => step === now[index]);
  return agree && (before.length === now.length || (call.hungUpAfterMs !== undefined && shared > 0));
}
