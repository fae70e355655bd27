/** What operators see of agents and queues, by HTTP and by the control socket. */
import type { Acd } from './acd/acd.ts';
import type { AgentNow } from './acd/agent-now.ts';
import { type AgentState, isOnCall } from './acd/core/agent.ts';
import type { PassedOver } from './acd/core/assignment.ts';
import type { Cdr } from './cdr/cdr.ts';
import type { AcdBoard, AgentRow, QueueNowRow, QueueRow, WaitingRow } from './http/routes/live.ts';
import type { CounterReader } from './metric/counter-query.ts';
import {
  agentsToday,
  NOTHING_OF_AGENT,
  NOTHING_OF_QUEUE,
  queuesToday,
  recentOf,
  todayOf,
} from './metric/today.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { Clock } from './shared/clock.ts';
import { maskedNumber } from './shared/masked-number.ts';
import { Scope } from './shared/scope.ts';
import type { BoardNow } from './wallboard/figures.ts';

export interface AcdBoardParts {
  readonly acd: Pick<Acd, 'agents' | 'queues' | 'line' | 'passedOver'>;
  /** Who calls, in a call that has not ended. */
  readonly callerOf: (callId: string) => Pick<Cdr, 'caller' | 'area'> | undefined;
  readonly counters: CounterReader;
  readonly provisioning: Provisioned;
  readonly clock: Clock;
  /** In whose days today is counted. */
  readonly timeZone: string;
}

/** Requests at the control socket. `tenant`: left out, of all companies. */
export interface AcdRequest extends ControlRequest {
  readonly ask: 'agents' | 'queues';
  readonly tenant?: string | undefined;
}

export function acdBoard({
  acd,
  callerOf,
  counters,
  provisioning,
  clock,
  timeZone,
}: AcdBoardParts): AcdBoard {
  /** What today was like, or another time, of each company that has some of them. */
  async function ofToday<Today>(
    all: readonly { readonly tenant: string }[],
    read: (counters: CounterReader, today: ReturnType<typeof todayOf>) => Promise<ReadonlyMap<string, Today>>,
    time = todayOf,
  ): Promise<(tenant: string, name: string) => Today | undefined> {
    const tenants = [...new Set(all.map(({ tenant }) => tenant))];
    const days = await Promise.all(
      tenants.map((tenant) => read(counters, time(tenant, clock.now(), timeZone))),
    );
    const byTenant = new Map(tenants.map((tenant, place) => [tenant, days[place]!]));
    return (tenant, name) => byTenant.get(tenant)?.get(name);
  }
  const agentsOf = (scope: Scope) =>
    acd.agents().filter(({ tenant, agent }) => scope.includesAgent(tenant, agent));
  /** All of a company, or those that agents serve who are seen. */
  const queuesOf = (scope: Scope) =>
    acd
      .queues()
      .filter(({ tenant, agents: ids }) =>
        scope.reached ? ids.some((agent) => scope.includesAgent(tenant, agent)) : scope.includes(tenant),
      );
  const agents: AcdBoard['agents'] = async (scope) => {
    const today = await ofToday(agentsOf(scope), agentsToday);
    const queues = queuesByAgent(queuesOf(scope));
    return agentsOf(scope).map((now) => ({
      ...agentRow(now, queues.get(keyOf(now.tenant, now.agent)) ?? []),
      name: provisioning.snapshot.get('agent', now.tenant, now.agent)?.name ?? '',
      today: today(now.tenant, now.agent) ?? NOTHING_OF_AGENT,
    }));
  };
  const queues: AcdBoard['queues'] = async (scope) => {
    const [today, recent] = await Promise.all([
      ofToday(queuesOf(scope), queuesToday),
      ofToday(queuesOf(scope), queuesToday, recentOf),
    ]);
    const since = new Date(recentOf('', clock.now(), timeZone).from).toISOString();
    const states = new Map(acd.agents().map((now) => [keyOf(now.tenant, now.agent), now.state]));
    return queuesOf(scope).map((now) => {
      const { tenant: owner, queue, waiting, waitsSince, isPeak, agents: ids } = now;
      return {
        tenant: owner,
        name: queue,
        title: provisioning.snapshot.get('queue', owner, queue)?.title ?? '',
        waiting,
        longestWaitMs: waitsSince === undefined ? null : Math.max(0, clock.now() - waitsSince),
        waitsSince: waitsSince === undefined ? null : new Date(waitsSince).toISOString(),
        isPeak,
        peak: peakOf(now),
        agents: countStates(ids.map((agent) => states.get(keyOf(owner, agent)) ?? 'signed-out')),
        today: today(owner, queue) ?? NOTHING_OF_QUEUE,
        recent: { since, ...(recent(owner, queue) ?? NOTHING_OF_QUEUE) },
      };
    });
  };
  const peakOf = ({ tenant, queue, peakUntil }: ReturnType<Acd['queues']>[number]): QueueRow['peak'] => {
    const peak = provisioning.snapshot.get('queue', tenant, queue)?.peak;
    if (!peak) return null;
    return {
      until: peakUntil === undefined ? null : new Date(peakUntil).toISOString(),
      agents: [...peak.agents],
      wrapUpMs: peak.wrapUpMs ?? null,
      announcement: peak.announcement ?? null,
      callback: peak.callback ?? null,
    };
  };
  const callerOfLine = (now: ReturnType<Acd['line']>[number], show: (number: string) => string) => {
    const { callId, position, since, priority, standsIn, expectedWaitMs, isOffered } = now;
    const { caller = '', area = null } = callerOf(callId) ?? {};
    return {
      ...{ callId, caller: show(caller), area, position, priority, isOffered, isCallback: standsIn },
      since: new Date(since).toISOString(),
      waitMs: Math.max(0, clock.now() - since),
      expectedWaitMs: expectedWaitMs ?? null,
    };
  };
  const callersIn = (scope: Scope, tenant: string, queue: string): QueueNowRow['callers'] => {
    const show = showsTo(scope);
    return acd.line(tenant, queue).map((now) => {
      const { callId, position } = now;
      const over = position > EXPLAINED ? [] : acd.passedOver(tenant, queue, callId);
      return { ...callerOfLine(now, show), why: over.filter(namedTo(scope, tenant)).map(whyRow) };
    });
  };
  const callers: AcdBoard['callers'] = (scope) => {
    const show = showsTo(scope);
    let compared = 0;
    return queuesOf(scope).flatMap(({ tenant, queue, agents: ids }) =>
      acd.line(tenant, queue).map((now): WaitingRow => {
        const { callId, position } = now;
        const isExplained = position <= EXPLAINED && (position === 1 || compared < COMPARED);
        if (isExplained) compared += ids.length;
        const over = isExplained ? acd.passedOver(tenant, queue, callId) : undefined;
        return { tenant, queue, ...callerOfLine(now, show), ...whyNobody(over, namedTo(scope, tenant)) };
      }),
    );
  };
  return {
    agents,
    queues,
    callers,
    queue: async (scope, tenant, name) => {
      const found = (await queues(scope)).find((each) => each.tenant === tenant && each.name === name);
      if (!found) return undefined;
      return { ...found, callers: callersIn(scope, tenant, name) };
    },
  };
}

/** So many of a line are told why nobody takes them: those behind wait for them, and each is compared with all agents. */
const EXPLAINED = 20;
/** Over all queues so many agents are compared, and the first of each line: it takes about a microsecond each. */
const COMPARED = 2000;
/** So many who are passed over are named. */
const NAMED = 5;

const showsTo = (scope: Scope) => (scope.seesNumbers ? (number: string) => number : maskedNumber);

/** Agents whom a scope does not reach are counted among those who take nobody, and not named. */
const namedTo =
  (scope: Scope, tenant: string) =>
  ({ agent }: PassedOver): boolean =>
    scope.includesAgent(tenant, agent);

const whyRow = ({ agent, why, code, detail, until }: PassedOver): WaitingRow['why'][number] => ({
  agent,
  why,
  code,
  detail: detail ?? null,
  until: until === undefined ? null : new Date(until).toISOString(),
});

/** Those first who are free first; who is signed out is not looked for. Undefined: he waits for those before him. */
function whyNobody(
  over: readonly PassedOver[] | undefined,
  isNamed: (over: PassedOver) => boolean,
): Pick<WaitingRow, 'why' | 'whyNot'> {
  if (!over) return { why: [], whyNot: null };
  const named = over
    .filter((each) => each.code !== 'signed-out' && isNamed(each))
    .toSorted((a, b) => (a.until ?? Number.MAX_VALUE) - (b.until ?? Number.MAX_VALUE));
  const byCode = Map.groupBy(over, ({ code }) => code);
  return {
    why: named.slice(0, NAMED).map(whyRow),
    whyNot: Object.fromEntries([...byCode].map(([code, { length }]) => [code, length])),
  };
}

/** What `pbx400 agents` and `pbx400 queues` ask, see `provisioning/control/protocol.ts`. */
export function acdAnswers(board: AcdBoard): ControlAnswers {
  return {
    agents: async ({ tenant }: AcdRequest) => ({ agents: await board.agents(scopeOf(tenant)) }),
    queues: async ({ tenant }: AcdRequest) => ({ queues: await board.queues(scopeOf(tenant)) }),
  };
}

const scopeOf = (tenant: string | undefined) => (tenant === undefined ? Scope.all : Scope.of(tenant));

function agentRow(now: AgentNow, queues: readonly string[]): Omit<AgentRow, 'name' | 'today'> {
  const { tenant, agent, state, reason, by, since, isOverLimit, wish, extension, callId, queue } = now;
  return {
    tenant,
    agent,
    state,
    reason: reason ?? null,
    by: by ?? null,
    since: new Date(since).toISOString(),
    isOverLimit,
    wish: wish ? { state: wish.state, reason: wish.reason ?? null } : null,
    extension,
    queues: [...queues],
    callId: callId ?? null,
    queue: queue ?? null,
  };
}

function queuesByAgent(queues: ReturnType<Acd['queues']>): ReadonlyMap<string, readonly string[]> {
  const served = queues.flatMap(({ tenant, queue, agents }) =>
    agents.map((agent) => [keyOf(tenant, agent), queue] as const),
  );
  const byAgent = Map.groupBy(served, ([key]) => key);
  return new Map([...byAgent].map(([key, pairs]) => [key, pairs.map(([, queue]) => queue)]));
}

/** What wallboards show of a company at this moment. */
export function boardNow(acd: Pick<Acd, 'agents' | 'queues'>, tenant: string): BoardNow {
  const agents = acd.agents().filter((each) => each.tenant === tenant);
  return {
    queues: acd.queues().filter((each) => each.tenant === tenant),
    count: (meant) =>
      countStates(agents.flatMap(({ agent, state }) => (!meant || meant.has(agent) ? [state] : []))),
  };
}

export function countStates(states: readonly AgentState[]): QueueRow['agents'] {
  const count = (isMeant: (state: AgentState) => boolean) => states.filter(isMeant).length;
  return {
    signedIn: count((state) => state !== 'signed-out'),
    ready: count((state) => state === 'ready'),
    onCall: count((state) => isOnCall(state) || state === 'reserved' || state === 'reconnecting'),
    wrapUp: count((state) => state === 'wrap-up'),
    away: count((state) => AWAY.has(state)),
    unreachable: count((state) => state === 'unreachable'),
  };
}

const AWAY: ReadonlySet<AgentState> = new Set(['busy', 'break', 'meeting', 'training']);

const keyOf = (tenant: string, name: string) => `${tenant}/${name}`;
