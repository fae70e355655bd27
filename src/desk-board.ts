/** What an agent's own screen shows of him and of the calls that he has in hand (话务条), for the API. */
import type { Acd } from './acd/acd.ts';
import type { AgentNow } from './acd/agent-now.ts';
import type { Call } from './call/call.ts';
import type { Calls } from './call/calls.ts';
import type { Leg } from './call/leg.ts';
import { parkedBy } from './call/park.ts';
import type { Talk } from './call/talk.ts';
import type { Cdr } from './cdr/cdr.ts';
import type { CdrReader } from './cdr/cdr-query.ts';
import { customerOf } from './cdr/customer-of.ts';
import { lastAgentOf } from './cdr/last-agent.ts';
import type { RunningCalls } from './cdr/running-calls.ts';
import type { Desk } from './desk/desk.ts';
import { helpShown } from './help-board.ts';
import type { CallInHand, DeskBoard, DeskRow } from './http/routes/desks.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { Clock } from './shared/clock.ts';
import { maskedNumber, type ShowNumber, textShown, wholeNumber } from './shared/masked-number.ts';
import { Scope } from './shared/scope.ts';
import type { WorkspaceStore } from './workspace/workspace-store.ts';

export interface DeskBoardParts {
  readonly pbx: {
    readonly acd: Pick<Acd, 'agent' | 'seatOf' | 'queues' | 'wrapUpOf' | 'isReachable'>;
    readonly desk: Pick<Desk, 'helpOf'>;
    readonly calls: Pick<Calls, 'legsOf' | 'talkOf' | 'callOf' | 'get' | 'ofTenant'>;
    readonly running: Pick<RunningCalls, 'record'>;
  };
  readonly provisioning: Provisioned;
  /** What is known of callers from before. */
  readonly cdrs: Pick<CdrReader, 'totals' | 'query'>;
  /** What agents have written of calls. */
  readonly drafts: WorkspaceStore['drafts'];
  readonly clock: Clock;
}

type History = CallInHand['history'];
type HandOver = CallInHand['handOver'];

/** Calls of the same number in so long are counted. */
const COUNTED_MS = 24 * 3_600_000;
/** Who talked with him last within that. */
const LAST_AGENT_MS = 30 * COUNTED_MS;

const iso = (at: number) => new Date(at).toISOString();

export function deskBoard({ pbx, provisioning, cdrs, drafts, clock }: DeskBoardParts): DeskBoard {
  const { acd, calls, running, desk: desks } = pbx;
  /** Looked up once a call, which drops it when it has ended. */
  const histories = new Map<string, Promise<History>>();

  async function readHistory(tenant: string, caller: string): Promise<History> {
    const now = clock.now();
    const [{ calls: before }, lastAgent] = await Promise.all([
      cdrs.totals({ tenantId: tenant, caller, from: now - COUNTED_MS }, Scope.of(tenant)),
      lastAgentOf(cdrs, tenant, caller, now - LAST_AGENT_MS),
    ]);
    return { calls24h: before + 1, lastAgent: lastAgent ?? null };
  }

  function historyOf(call: Call): Promise<History> {
    const { direction, caller, tenantId } = call.arrival;
    if (direction !== 'inbound' || caller === '') return Promise.resolve(null);
    let known = histories.get(call.id);
    if (!known) {
      // A database that is away or slow keeps nobody from his call.
      known = readHistory(tenantId, caller).catch(() => null);
      histories.set(call.id, known);
      call.events.once('ended', () => histories.delete(call.id));
    }
    return known;
  }

  /** The newest word of a colleague who had the call before him. */
  async function handOverOf({ tenantId, callId, targets, origin }: Cdr, agent: string): Promise<HandOver> {
    const had = new Set(
      targets.filter(({ connectedMs }) => connectedMs !== null).map(({ target }) => target),
    );
    if ('agent' in origin) had.add(origin.agent);
    had.delete(agent);
    if (had.size === 0) return null;
    const written = await drafts(tenantId, callId).catch(() => []);
    const last = written.find((each) => had.has(each.agent) && each.handOver !== '');
    return last ? { agent: last.agent, text: last.handOver } : null;
  }

  /** The legs of his phone, each with the call of his company that it is in. */
  function legsOf(tenant: string, agent: string): readonly (readonly [Leg, Call, Talk | undefined])[] {
    const seat = acd.seatOf(tenant, agent);
    if (!seat) return [];
    return calls.legsOf(tenant, seat).flatMap((leg) => {
      const talk = calls.talkOf(leg.sip) as Talk | undefined;
      const call = talk?.call ?? calls.callOf(leg);
      return call?.arrival.tenantId === tenant ? [[leg, call, talk] as const] : [];
    });
  }

  async function inHand(now: AgentNow, show: ShowNumber): Promise<CallInHand[]> {
    const { tenant, agent } = now;
    const parts = legsOf(tenant, agent).map(
      ([leg, call, talk]) => ({ call, talk, leg, phase: phaseOf(leg, call, talk, now) }) as const,
    );
    const lost = now.state === 'reconnecting' && now.callId ? calls.get(now.callId) : undefined;
    // Lost, he is in no leg of it until he is invited again.
    const found =
      lost && !parts.some(({ call }) => call === lost)
        ? [...parts, { call: lost, talk: undefined, leg: undefined, phase: 'reconnecting' as const }]
        : parts;
    const rows = await Promise.all(
      found.map(async ({ call, talk, leg, phase }) => {
        const before = running.record(call.id, clock.now());
        const [history, handOver] = await Promise.all([historyOf(call), before && handOverOf(before, agent)]);
        const record = running.record(call.id, clock.now());
        if (!record) return undefined;
        return rowOf({ now, call, talk, leg, phase, record, history, handOver: handOver ?? null, show });
      }),
    );
    return rows.filter((row) => row !== undefined);
  }

  function rowOf({ now, call, talk, leg, phase, record, history, handOver, show }: Row): CallInHand {
    const { snapshot } = provisioning;
    const { tenant, agent } = now;
    const { startedAt, hotline, area, carrier, asks, targets, keys, path, segments } = record;
    const ask = asks.at(-1);
    const part = targets.findLast(({ target }) => target === agent);
    const queue = ask?.queue ?? null;
    const config = queue === null ? undefined : snapshot.get('queue', tenant, queue);
    const waits = ask !== undefined && ask.agent === null;
    const segment = segments.at(-1);
    const vip = path.find(({ step }) => step === 'vip');
    return {
      callId: call.id,
      sipCallId: leg?.sip.sipCallId ?? null,
      phase,
      direction: record.direction,
      number: show(otherOf(record, agent, talk, leg)),
      area,
      carrier,
      vip: vip ? textShown(vip.why, show) : null,
      hotline:
        hotline === null
          ? null
          : { number: hotline, title: snapshot.get('hotline', tenant, hotline)?.name ?? hotline },
      queue: queue === null ? null : { name: queue, title: config?.title ?? queue },
      script: config?.script ?? null,
      keys: keys.map(({ digits }) => textShown(digits, show)).join(' '),
      startedAt: iso(startedAt),
      waitingSince: ask ? iso(startedAt + ask.startMs) : null,
      waitMs: ask && !waits ? ask.waitMs : null,
      talkSince: part?.connectedMs != null ? iso(startedAt + part.connectedMs) : null,
      phaseSince: phase === 'ringing' || !segment ? iso(now.since) : iso(startedAt + segment.startMs),
      third: thirdOf(talk, leg, show),
      isMuted: leg?.isMuted ?? false,
      recording: talk?.recording.state ?? 'off',
      history,
      handOver: handOver && { agent: handOver.agent, text: textShown(handOver.text, show) },
    };
  }

  return {
    desk: async (scope, tenant, agent) => {
      const now = acd.agent(tenant, agent);
      const config = provisioning.snapshot.get('agent', tenant, agent);
      if (!now || !config) return undefined;
      const show = scope.seesNumbers ? wholeNumber : maskedNumber;
      const handled = await inHand(now, show);
      // What was looked up took a while.
      const latest = acd.agent(tenant, agent) ?? now;
      const ask = desks.helpOf(tenant, agent);
      const help = ask ? helpShown(ask, show) : null;
      return { ...deskRow(latest, config), help, parked: parkedOf(tenant, agent, show), calls: handled };
    },
  };

  function parkedOf(tenant: string, agent: string, show: ShowNumber): DeskRow['parked'] {
    return parkedBy(calls, tenant, { name: agent, kind: 'agent' }).flatMap(({ call: { id }, parked }) => {
      const record = running.record(id, clock.now());
      if (!record || !parked) return [];
      return [{ slot: parked.slot, callId: id, number: show(customerOf(record)), since: iso(parked.at) }];
    });
  }

  function deskRow(
    now: AgentNow,
    config: { readonly name?: string | undefined; readonly extension: string },
  ) {
    const { tenant, agent, state, reason, by, since, isOverLimit, wish } = now;
    const seat = acd.seatOf(tenant, agent)!;
    const wrapUp = acd.wrapUpOf(tenant, agent);
    const { snapshot } = provisioning;
    const queues = acd.queues().filter((each) => each.tenant === tenant && each.agents.includes(agent));
    return {
      ...{ agent, state, isOverLimit, name: config.name ?? '', extension: config.extension },
      reason: reason ?? null,
      by: by ?? null,
      since: iso(since),
      wish: wish ? { state: wish.state, reason: wish.reason ?? null } : null,
      seat: {
        kind: seat.kind === 'line' ? ('outside' as const) : ('extension' as const),
        number: seat.number,
        isReachable: acd.isReachable(tenant, agent),
      },
      queues: queues.map(({ queue }) => ({
        name: queue,
        title: snapshot.get('queue', tenant, queue)?.title ?? queue,
      })),
      echoCode: snapshot.get('tenant', tenant, tenant)?.codes.echo || null,
      parkCode: snapshot.get('tenant', tenant, tenant)?.codes.park || null,
      wrapUp: wrapUp ? { ...wrapUp, until: iso(wrapUp.until) } : null,
      breakReasons: snapshot
        .of('breakReason', tenant)
        .map(({ name, title, limitMs }) => ({
          name,
          zh: title.zh ?? name,
          en: title.en ?? name,
          limitMs: limitMs ?? null,
        }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    } satisfies Omit<DeskRow, 'calls' | 'help' | 'parked'>;
  }
}

interface Row {
  readonly now: AgentNow;
  readonly call: Call;
  readonly talk: Talk | undefined;
  readonly leg: Leg | undefined;
  readonly phase: CallInHand['phase'];
  readonly record: Cdr;
  readonly history: History;
  readonly handOver: HandOver;
  readonly show: ShowNumber;
}

/** What an agent does by a leg of his phone. */
function phaseOf(leg: Leg, call: Call, talk: Talk | undefined, now: AgentNow): CallInHand['phase'] {
  if (now.state === 'reconnecting' && now.callId === call.id) return 'reconnecting';
  if (talk) return phaseInTalk(leg, talk);
  const { origin } = call.arrival;
  const isHis = 'agent' in origin && origin.agent === now.agent;
  if (leg.sip.direction === 'inbound' || isHis) return 'dialling';
  return leg.sip.state === 'confirmed' ? 'connecting' : 'ringing';
}

function phaseInTalk(leg: Leg, { state, places }: Talk): CallInHand['phase'] {
  const { caller, third } = places;
  switch (state) {
    case 'consulting':
      return leg === third?.leg ? 'asked' : leg === caller.leg ? 'held' : 'consulting';
    case 'alternated':
      return leg === third?.leg ? 'held' : leg === caller.leg ? 'talking' : 'alternated';
    case 'held':
    case 'conference':
      return state;
    default:
      return 'talking';
  }
}

/** Whom he talks with: the customer, but for calls among colleagues. */
function otherOf(
  { direction, caller, called, targets }: Cdr,
  agent: string,
  talk: Talk | undefined,
  leg: Leg | undefined,
): string {
  if (direction === 'inbound') return caller;
  if (direction === 'outbound') return called;
  const { places } = talk ?? {};
  if (places && leg) {
    const other = leg === places.caller.leg ? places.partner : places.caller;
    if (other) return other.who.name;
  }
  return targets.some(({ target }) => target === agent) || called === agent ? caller : called;
}

/** Who is asked or rung for this talk besides, or is in the conference. */
function thirdOf(talk: Talk | undefined, leg: Leg | undefined, show: ShowNumber): CallInHand['third'] {
  if (!talk) return null;
  const { third } = talk.places;
  if (third && third.leg !== leg)
    return { name: third.who.kind === 'line' ? show(third.who.name) : third.who.name, isThere: true };
  const { expected } = talk;
  return expected ? { name: textShown(expected.to, show), isThere: false } : null;
}
