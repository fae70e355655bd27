/** A company's facts as outsiders hear them: each has one public form, so that numbers of the stream have no gap. */
import { messageState } from '../cdr/message-state.ts';
import { type ShowNumber, textShown, wholeNumber } from '../shared/masked-number.ts';
import type { StreamEvent } from '../store/events.ts';
import type { EventType, PublicEvent, PublicFacts } from './event-types.ts';

/** Whose right it takes to hear of it. */
export type EventResource = 'call' | 'queue' | 'agent' | 'entity' | 'job';

/** An event with those who are to hear of it. */
export interface FedEvent {
  /** Of which it was made. */
  readonly fact: StreamEvent;
  readonly event: PublicEvent;
  readonly resource: EventResource;
  /** The narrow ones are enough for who is about one call, queue or agent; the first is that of the whole kind. */
  readonly topics: readonly string[];
}

type Internal<Type extends StreamEvent['type']> = Extract<StreamEvent, { readonly type: Type }>;

/** What is said of an event beside its envelope. */
type Said = {
  readonly [Type in EventType]: {
    readonly type: Type;
    readonly data: PublicFacts[Type];
    readonly resource: EventResource;
    readonly subject: string;
    /** Beside its subject and the subject's kind. */
    readonly also?: readonly string[];
  };
}[EventType];

type Tables = {
  readonly [Type in StreamEvent['type']]: (event: Internal<Type>, show: ShowNumber) => Said;
};

const iso = (at: number) => new Date(at).toISOString();
const orNull = <Value>(value: Value | undefined | ''): Value | null =>
  value === undefined || value === '' ? null : value;

/** About a call, for those who hear of it and of `also`. */
function ofCall<Type extends EventType>(
  type: Type,
  { callId }: { readonly callId: string },
  data: Omit<PublicFacts[Type], 'callId'>,
  ...also: readonly string[]
): Said {
  const said = { type, data: { callId, ...data }, resource: 'call', subject: `calls/${callId}`, also };
  return said as unknown as Said;
}

/** About a queue in which a call is. */
function ofQueue<Type extends EventType>(
  type: Type,
  { callId, queue }: { readonly callId: string; readonly queue: string },
  data: Omit<PublicFacts[Type], 'callId' | 'queue'>,
): Said {
  const said = { type, data: { callId, queue, ...data }, resource: 'queue', subject: `queues/${queue}` };
  return { ...said, also: ['calls', `calls/${callId}`] } as unknown as Said;
}

/** About what a company has set up. */
const ofEntity = <Type extends EventType>(type: Type, kind: string, name: string, data: PublicFacts[Type]) =>
  ({
    type,
    data,
    resource: 'entity',
    subject: `entities/${kind}/${name}`,
    also: [`entities/${kind}`],
  }) as unknown as Said;

/** Who is meant: the number of a line is somebody's. */
const targetOf = <Kind extends string>(
  { target, kind }: { readonly target: string; readonly kind: Kind },
  show: ShowNumber,
) => ({ target: kind === 'line' ? show(target) : target, kind });

const agentTopic = ({ target, kind }: { readonly target: string; readonly kind: string }) =>
  kind === 'agent' ? [`agents/${target}`] : [];

/** The company's own number of a call that comes in is nobody's secret. */
function partiesOf(
  { direction, caller, called }: Pick<Internal<'arrived'>, 'direction' | 'caller' | 'called'>,
  show: ShowNumber,
) {
  return {
    direction,
    caller: direction === 'inbound' ? show(caller) : caller,
    called: direction === 'outbound' ? show(called) : called,
  };
}

const TABLES: Tables = {
  arrived: (event, show) =>
    ofCall('call.arrived', event, {
      ...partiesOf(event, show),
      origin: { kind: event.originKind, name: event.originName },
      sipCallId: event.sipCallId,
    }),
  forwarded: (event, show) =>
    ofCall('call.forwarded', event, { number: show(event.number), reason: orNull(event.reason) }),
  located: (event) => ofCall('call.located', event, { area: event.area, carrier: orNull(event.carrier) }),
  routed: (event) => ofCall('call.routed', event, { hotline: event.hotline }),
  barred: (event) => ofCall('call.barred', event, { rule: event.rule }),
  step: (event, show) =>
    ofCall('call.step', event, { step: textShown(event.step, show), why: textShown(event.why, show) }),
  answered: (event) => ofCall('call.answered', event, {}),
  segment: (event, show) =>
    ofCall('call.segment', event, { kind: event.kind, owner: textShown(event.owner, show) }),
  keyed: (event, show) => ofCall('call.keyed', event, { purpose: event.purpose, digits: show(event.digits) }),
  asked: (event) => ofQueue('queue.joined', event, { priority: event.priority }),
  askEnded: (event) => ofQueue('queue.left', event, { ending: event.ending, agent: orNull(event.agent) }),
  abandoned: (event) => ofQueue('queue.abandoned', event, { waitedMs: event.waitedMs }),
  ringing: (event, show) => {
    const { reason, queue, area, hotline, keys, kind, target } = event;
    const shown = { area: orNull(area), hotline: orNull(hotline), keys: textShown(keys, show) };
    const agent = kind === 'agent' ? target : null;
    const data = { ...targetOf(event, show), agent, reason, queue: orNull(queue), ...partiesOf(event, show) };
    const ofLine = queue === '' ? [] : [`queues/${queue}`];
    return ofCall('call.ringing', event, { ...data, ...shown }, ...agentTopic(event), ...ofLine);
  },
  rung: (event, show) => {
    const { outcome, ringMs, reason } = event;
    const data = { ...targetOf(event, show), outcome: textShown(outcome, show), ringMs, reason };
    return ofCall('call.rung', event, data, ...agentTopic(event));
  },
  joined: (event, show) => {
    const data = { ...targetOf(event, show), reason: event.reason, fromCall: orNull(event.fromCall) };
    return ofCall('call.joined', event, data, ...agentTopic(event));
  },
  consulted: (event, show) => ofCall('call.consulted', event, targetOf(event, show), ...agentTopic(event)),
  connected: (event, show) => ofCall('call.connected', event, targetOf(event, show), ...agentTopic(event)),
  disconnected: (event, show) =>
    ofCall(
      'call.disconnected',
      event,
      { target: textShown(event.target, show), by: event.by },
      `agents/${event.target}`,
    ),
  recordingStarted: (event) => ofCall('recording.started', event, {}),
  recordingEnded: (event) =>
    ofCall('recording.ended', event, { durationMs: event.durationMs, bytes: event.bytes }),
  recordingFailed: (event) => ofCall('recording.failed', event, { error: event.error }),
  surveyed: (event) =>
    ofCall('survey.answered', event, {
      survey: event.survey,
      digit: event.digit,
      rating: orNull(event.rating),
    }),
  callbackPromised: (event, show) =>
    ofCall(
      'callback.promised',
      event,
      { queue: event.queue, number: show(event.number) },
      `queues/${event.queue}`,
    ),
  callbackBegun: (event) =>
    ofCall(
      'callback.begun',
      event,
      { queue: event.queue, promisedIn: event.promisedIn },
      `queues/${event.queue}`,
    ),
  voicemailLeft: (event) => ofCall('voicemail.left', event, { box: event.box, durationMs: event.durationMs }),
  quality: (event, show) => {
    const { leg, codec, mos, lost, received, jitterMs } = event;
    const heard = { codec: orNull(codec), mos: orNull(mos), lost, received, jitterMs };
    return ofCall('call.quality', event, { leg: textShown(leg, show), ...heard });
  },
  flagged: (event) => ofCall('call.flagged', event, { did: event.did, by: event.by }),
  ended: (event) => ofCall('call.ended', event, { cause: event.cause, q850: event.q850, by: event.by }),
  agent: (event) => {
    const { agent, state, did, reason, by, callId, queue, disposition } = event;
    const data = {
      ...{ agent, state, did, reason: orNull(reason), by: orNull(by) },
      ...{ callId: orNull(callId), queue: orNull(queue), disposition: orNull(disposition) },
    };
    return { type: 'agent.state', data, resource: 'agent', subject: `agents/${agent}` };
  },
  entity: ({ kind, name: named, id, revision, before, after, by }, show) => {
    // A nuisance caller is named by his number.
    const name = kind === 'nuisance' ? show(named) : named;
    const did = before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
    return ofEntity('entity.changed', kind, name, { kind, name, entity: id, revision, did, by });
  },
  switch: ({ name, isOn, untilMs }) =>
    ofEntity('switch.turned', 'switch', name, {
      name,
      on: isOn,
      until: untilMs === undefined ? null : iso(untilMs),
    }),
  phoneSetting: ({ extension, setting, value }, show) =>
    ofEntity('phone.set', 'extension', extension, {
      extension,
      setting,
      value: value === undefined ? null : textShown(value, show),
    }),
  outsideLimit: ({ extension, did, period, of, limit, by }) =>
    ofEntity('outside-limit.changed', 'outside-limit', extension, {
      extension: orNull(extension),
      ...{ did, period: orNull(period), of: orNull(of), limit: limit ?? null, by: orNull(by) },
    }),
  callback: ({ id, queue, number, callId, lastCallId, state, tries, nextAt, result }, show) => {
    const calls = { callId: orNull(callId), lastCallId: orNull(lastCallId) };
    const data = {
      ...{ callback: id, queue, number: show(number), ...calls, state, tries },
      ...{ nextAt: iso(nextAt), result: textShown(result, show) },
    };
    const also = ['calls', `queues/${queue}`];
    return { type: 'callback.changed', data, resource: 'call', subject: `callbacks/${id}`, also };
  },
  file: (event) =>
    event.deletedAt === undefined
      ? ofCall('recording.moved', event, { bytes: event.bytes ?? null })
      : ofCall('recording.deleted', event, {}),
  message: (event) => {
    const { box, heardBy, doneAt, by } = event;
    const data = { box, state: messageState(event), heardBy: orNull(heardBy), isDone: doneAt !== undefined };
    return ofCall('voicemail.changed', event, { ...data, by: orNull(by) });
  },
  noted: (event) => {
    const { did, by, disposition, resolved } = event;
    if (did === 'flag' || did === 'unflag') return ofCall('call.flagged', event, { did, by });
    const said = { disposition: orNull(disposition), resolved: resolved ?? null };
    return ofCall('call.noted', event, { did, by, ...said });
  },
  missedCall: (event) => {
    const { assignee, ending, by } = event;
    const also = assignee === undefined ? [] : [`agents/${assignee}`];
    return ofCall(
      'call.missed-changed',
      event,
      { assignee: orNull(assignee), ending: orNull(ending), by },
      ...also,
    );
  },
  agentMessage: ({ by, agents, queue, text }, show) => {
    const data = { by, agents, queue: orNull(queue), text: textShown(text, show) };
    const also = agents.map((agent) => `agents/${agent}`);
    return { type: 'agent.message', data, resource: 'agent', subject: 'agents', also };
  },
  agentHelp: ({ help, agent, did, callId, queue, by, text, mode, ending, waitedMs }, show) => {
    const words = { by: orNull(by), text: textShown(text, show), mode: orNull(mode), ending: orNull(ending) };
    const data = { agent, help, did, callId: orNull(callId), queue: orNull(queue), ...words, waitedMs };
    return { type: 'agent.help', data, resource: 'agent', subject: `agents/${agent}` };
  },
  agentTask: ({ task, agent, did, kind, dueAt, isDone, revision }) => ({
    ...{ type: 'agent.task', resource: 'agent', subject: `agents/${agent}` },
    data: { agent, task, did, kind, dueAt: iso(dueAt), isDone, revision },
  }),
  removed: (event) => ofCall('call.removed', event, {}),
  monthRemoved: ({ from, to }) => ({
    ...{ type: 'calls.removed', data: { from: iso(from), to: iso(to) } },
    ...{ resource: 'call', subject: 'calls' },
  }),
  job: ({ job, kind, did, by, done, total, outcome }) => {
    const data = { job, kind, did, by, done: done ?? null, total: total ?? null, outcome: outcome ?? null };
    return { type: 'job.progress', data, resource: 'job', subject: `jobs/${job}` };
  },
  imported: (event) => ofCall('call.imported', event, {}),
  restored: ({ from, to }) => ({
    ...{ type: 'stream.restored', data: { from, to } },
    ...{ resource: 'call', subject: 'calls' },
  }),
};

/** The one public form of a fact. Pure. */
export function publicEvent(fact: StreamEvent, show: ShowNumber = wholeNumber): FedEvent {
  const table = TABLES[fact.type] as (event: StreamEvent, show: ShowNumber) => Said;
  const { type, data, resource, subject, also = [] } = table(fact, show);
  const { seq, tenantId, at } = fact;
  const event = { seq, id: `${tenantId}.${seq}`, type, at: iso(at), subject, data, v: 1 } as PublicEvent;
  const slash = subject.indexOf('/');
  const topics = slash < 0 ? [subject] : [subject.slice(0, slash), subject];
  return { fact, event, resource, topics: also.length === 0 ? topics : [...new Set([...topics, ...also])] };
}
