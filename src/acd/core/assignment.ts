import type { AgentOrderFunction } from '../../provisioning/kind/queue.ts';
import { type AgentState, isOnCall } from './agent.ts';
import type { QueueSettings } from './inputs.ts';
import { waitsSince } from './line.ts';
import type { Phones } from './phones.ts';
import { lackOf, needsNow } from './skills.ts';
import type { Agent, Member, Queue, Visit } from './state.ts';
import { STRATEGIES, SURE_STRATEGIES } from './strategy/strategies.ts';
import type { StrategyView } from './strategy/strategy.ts';

/** What a choice looks at besides the queue. */
export interface AssignmentView {
  readonly now: number;
  readonly phones: Pick<Phones, 'isOnCall'>;
  /** Whether a colleague at the same phone is rung, or talks. */
  readonly sharesBusyPhone: (agent: Agent) => boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A function of the company's own, by its name. */
  readonly order: (name: string) => AgentOrderFunction | undefined;
}

/**
 * What hinders an agent, for screens that say it in words of their own: his state, or `own-call`, `phone-busy`, `rung-already`, `helps-later`,
 * `rests`, `lacks-skill`.
 */
export type HindranceCode =
  | Exclude<AgentState, 'ready'>
  | 'own-call'
  | 'phone-busy'
  | 'rung-already'
  | 'helps-later'
  | 'rests'
  | 'lacks-skill';

/** Why an agent is not rung now, in words for the record; `until`: it is over then; `detail`: the reason of his state, or what he lacks. */
interface Hindrance {
  readonly why: string;
  readonly code: HindranceCode;
  readonly detail?: string | undefined;
  readonly until?: number;
}

const WHY: Readonly<Record<Exclude<AgentState, 'wrap-up' | 'ready'>, string>> = {
  'signed-out': 'signed out',
  unreachable: 'phone is not reachable',
  busy: 'busy',
  break: 'on a break',
  meeting: 'in a meeting',
  training: 'in training',
  reserved: 'is being rung',
  ringing: 'is being rung',
  dialling: 'is dialling',
  talking: 'is talking',
  hold: 'is talking',
  consulting: 'is talking',
  conference: 'is talking',
  reconnecting: 'his phone was lost in a talk',
};
const ON_CALL: Hindrance = { why: 'is on a call of his own', code: 'own-call' };
const PHONE_BUSY: Hindrance = { why: 'a colleague is rung, or talks, at his phone', code: 'phone-busy' };
const RUNG_ALREADY: Hindrance = { why: 'was rung for this caller just now', code: 'rung-already' };

const helpsLater = (afterMs: number): Hindrance => ({
  why: `helps after ${afterMs / 1000} s of waiting`,
  code: 'helps-later',
});

/** Undefined: the agent is free. */
function hindranceOf(
  agent: Agent,
  { reservation }: AssignedVisit,
  { now, phones, sharesBusyPhone }: AssignmentView,
): Hindrance | undefined {
  if (reservation?.rung.has(agent)) return RUNG_ALREADY;
  const { state, reason, work, restUntil } = agent;
  if (state === 'wrap-up') return { why: state, code: state, until: agent.wrapUpUntil };
  if (state !== 'ready') {
    if (!work && isOnCall(state)) return ON_CALL;
    const why = WHY[state];
    if (reason === undefined || state === 'signed-out') return { why, code: state };
    return { why: `${why} (${reason})`, code: state, detail: reason };
  }
  if (restUntil > now) return { why: `${missOf(agent)}, rests`, code: 'rests', until: restUntil };
  if (sharesBusyPhone(agent)) return PHONE_BUSY;
  return phones.isOnCall(agent.extension) ? ON_CALL : undefined;
}

function missOf({ restsFor }: Agent): string {
  if (restsFor === 'lost') return 'his phone was lost in a talk';
  return restsFor === 'refused' ? 'refused a call' : 'did not answer';
}

/** `wrap-up 12 s left`, `did not answer, rests 3 s`. */
function inWords({ why, until }: Hindrance, now: number): string {
  if (until === undefined) return why;
  const seconds = Math.ceil(Math.max(0, until - now) / 1000);
  return why === 'wrap-up' ? `${why} ${seconds} s left` : `${why} ${seconds} s`;
}

export interface Assignment {
  /** Whom to ring together; empty: nobody is free. */
  readonly members: readonly Member[];
  /** Who was chosen by what, who was passed over and why: `8002 by random; 8001 skipped: wrap-up 12 s left`. */
  readonly why: string;
  /** The same without its times: two that are equal tell a record nothing new. */
  readonly key: string;
}

/** The caller whom agents are chosen for. */
export type AssignedVisit = StrategyView['visit'] & Pick<Visit, 'reservation' | 'joinedAt'>;

/** Chooses whom to ring for `visit`, the caller who waits first in the queue; with a reservation, whom to ring too. Pure. */
export function assign(queue: Queue, visit: AssignedVisit, view: AssignmentView): Assignment {
  const free: Member[] = [];
  let skipped = '';
  let key = '';
  const { tiers } = queue.settings;
  const needs = needsNow(visit, view.now);
  const waitedMs = tiers.length > 0 ? view.now - waitsSince(queue, visit.joinedAt) : 0;
  for (const member of queue.members) {
    const { agent } = member;
    const hindrance = memberHindrance(member, needs, waitedMs, visit, view);
    if (!hindrance) {
      free.push(member);
      continue;
    }
    skipped += `; ${agent.id} skipped: ${inWords(hindrance, view.now)}`;
    key += `; ${agent.id} ${hindrance.why}`;
  }
  if (free.length === 0)
    return { members: free, why: `nobody is free${skipped}`, key: `nobody is free${key}` };
  const { members, by } = choose(queue.settings, free, visit, view);
  const chosen = `${members.map(({ agent }) => agent.id).join(', ')} by ${by}`;
  return { members, why: chosen + skipped, key: chosen + key };
}

/** Undefined: the agent is free for a caller who needs that, in a queue in whose line somebody has waited so long. */
function memberHindrance(
  { agent, afterMs }: Member,
  needs: ReturnType<typeof needsNow>,
  waitedMs: number,
  visit: AssignedVisit,
  view: AssignmentView,
): Hindrance | undefined {
  const lack = lackOf(agent, needs);
  if (lack) {
    const lacking = needs.find((need) => lackOf(agent, [need]) !== undefined);
    return { why: lack, code: 'lacks-skill', detail: lacking?.title };
  }
  return afterMs > waitedMs ? helpsLater(afterMs) : hindranceOf(agent, visit, view);
}

/** An agent who is not rung for a caller now, and why, in words: `wrap-up 12 s left`. */
export interface PassedOver {
  readonly agent: string;
  readonly why: string;
  readonly code: HindranceCode;
  /** The reason of his state, or what he lacks. */
  readonly detail: string | undefined;
  /** When that is over, ms since 1970; undefined: nobody knows. */
  readonly until: number | undefined;
}

/** Who of a queue is not free for a caller who waits there; what {@link assign} would pass over at `now`, without choosing. */
export function passedOver(
  queue: Queue,
  visit: AssignedVisit,
  now: number,
  { phones, sharesBusyPhone, random, order }: AssignmentView,
): readonly PassedOver[] {
  const view = { now, phones, sharesBusyPhone, random, order };
  const needs = needsNow(visit, now);
  const waitedMs = now - waitsSince(queue, visit.joinedAt);
  return queue.members.flatMap((member) => {
    const hindrance = memberHindrance(member, needs, waitedMs, visit, view);
    if (!hindrance) return [];
    const { code, detail, until } = hindrance;
    return [{ agent: member.agent.id, why: inWords(hindrance, now), code, detail, until }];
  });
}

/** Whom the queue's strategy wants rung, or else its fallback; `by`: which of them and why, in words. */
function choose(
  { strategy, fallback, order }: QueueSettings,
  free: readonly Member[],
  visit: AssignedVisit,
  { random, now, order: named }: AssignmentView,
) {
  const view: StrategyView = { random, now, visit, order: order === undefined ? undefined : named(order) };
  const choice = STRATEGIES[strategy](free, view);
  if (typeof choice !== 'string') return { members: onePerPhone(choice), by: strategy };
  return { members: onePerPhone(SURE_STRATEGIES[fallback](free, view)), by: `${fallback}, for ${choice}` };
}

/** Colleagues at one phone cannot be rung together: it would ring twice. */
function onePerPhone(members: readonly Member[]): readonly Member[] {
  if (members.length < 2) return members;
  const phones = new Set<string>();
  return members.filter(({ agent: { extension } }) => phones.size < phones.add(extension).size);
}
