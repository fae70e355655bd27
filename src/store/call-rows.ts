/** What a call leaves in tables of its own beside its record: what people search, filter and sum up by. */
import type { CallOutcome, Cdr } from '../cdr/cdr.ts';
import { stateOfMessage } from '../cdr/message-state.ts';
import type { ProjectedTable, Value } from './projected-table.ts';

/** A table with rows of each call. */
export interface CallTable extends ProjectedTable {
  rows(cdr: Cdr): readonly (readonly Value[])[];
}

const CALL = [
  ['started_at', 'integer'],
  ['call_id', 'text'],
] as const;
const PART = [...CALL, ['no', 'integer'], ['tenant_id', 'text']] as const;
const keyOf = ({ startedAt, callId }: Cdr): readonly Value[] => [startedAt, callId];
const partOf = (cdr: Cdr, no: number): readonly Value[] => [...keyOf(cdr), no, cdr.tenantId];

const CALL_TARGETS: CallTable = {
  name: 'call_target',
  key: ['started_at', 'call_id', 'no'],
  again: 'stays',
  columns: [
    ...PART,
    ...(['target', 'outcome', 'kind', 'reason'] as const).map((name) => [name, 'text'] as const),
    ['by_no', 'integer'],
    ...(['from_call', 'queue', 'trunk', 'ended_by'] as const).map((name) => [name, 'text'] as const),
    ...(['start_ms', 'ring_ms', 'consulted_ms', 'connected_ms', 'end_ms'] as const).map(
      (name) => [name, 'integer'] as const,
    ),
    ...(['talk_ms', 'hold_ms', 'consult_ms', 'wrap_up_ms'] as const).map(
      (name) => [name, 'integer'] as const,
    ),
  ],
  rows: (cdr) =>
    cdr.targets.map((target, no) => {
      const { outcome, kind, reason, by, fromCall, queue, trunk, endedBy } = target;
      const { startMs, ringMs, consultedMs, connectedMs, endMs, talkMs, holdMs, consultMs, wrapUpMs } =
        target;
      return [
        ...partOf(cdr, no),
        ...[target.target, outcome, kind, reason, by, fromCall, queue, trunk, endedBy],
        ...[startMs, ringMs, consultedMs, connectedMs, endMs, talkMs, holdMs, consultMs, wrapUpMs],
      ];
    }),
};

const CALL_ASKS: CallTable = {
  name: 'call_ask',
  key: ['started_at', 'call_id', 'no'],
  again: 'stays',
  columns: [
    ...PART,
    ['queue', 'text'],
    ['priority', 'integer'],
    ['start_ms', 'integer'],
    ['wait_ms', 'integer'],
    ['outcome', 'text'],
    ['ending', 'text'],
    ['agent', 'text'],
    ['previous_no', 'integer'],
  ],
  rows: (cdr) =>
    cdr.asks.map((ask, no) => {
      const { queue, priority, startMs, waitMs, outcome, ending, agent, previous } = ask;
      return [...partOf(cdr, no), queue, priority, startMs, waitMs, outcome, ending, agent, previous];
    }),
};

/** He sought somebody and reached nobody. Who hung up in the menu, or was kept out by a list, did not. */
const MISSED: ReadonlySet<CallOutcome | null> = new Set([
  'abandoned',
  'overflowed_out',
  'callback',
  'voicemail',
  'busy',
]);

/** A call that has its row here is settled by a later one. */
export const MISSED_CALLS: CallTable = {
  name: 'missed_call',
  key: ['started_at', 'call_id'],
  again: 'stays',
  columns: [
    ...CALL,
    ...(['tenant_id', 'caller', 'called', 'hotline', 'queue', 'outcome'] as const).map(
      (name) => [name, 'text'] as const,
    ),
    ['wait_ms', 'integer'],
    ['ended_at', 'integer'],
  ],
  rows: (cdr) => {
    const { tenantId, direction, caller, called, hotline, asks, outcome, endedAt } = cdr;
    const isMissed = MISSED.has(outcome) || (outcome === 'failed' && asks.length > 0);
    if (!isMissed || direction !== 'inbound' || caller === '') return [];
    const waitMs = asks.reduce((sum, ask) => sum + ask.waitMs, 0);
    const queue = asks.at(-1)?.queue ?? null;
    return [[...keyOf(cdr), tenantId, caller, called, hotline, queue, outcome, waitMs, endedAt]];
  },
};

/** A message (语音留言) stands in the record of its call; here it is found by its mailbox and how it stands. */
export const VOICEMAIL_MESSAGES: CallTable = {
  name: 'voicemail_message',
  key: ['started_at', 'call_id'],
  again: 'stays',
  columns: [...CALL, ['tenant_id', 'text'], ['box', 'text'], ['state', 'text'], ['done', 'integer']],
  rows: (cdr) => {
    const { tenantId, voicemail } = cdr;
    if (!voicemail) return [];
    const isDone = (voicemail.handling?.doneAt ?? null) !== null;
    return [[...keyOf(cdr), tenantId, voicemail.box, stateOfMessage(voicemail), isDone ? 1 : 0]];
  },
};

/** Each is written with the record of the call, removed with it, and made anew by a rebuild. */
export const CALL_TABLES: readonly CallTable[] = [CALL_TARGETS, CALL_ASKS, MISSED_CALLS, VOICEMAIL_MESSAGES];

/** Somebody outside has talked with somebody here: the calls that he missed before are settled. */
export interface Reached {
  readonly tenantId: string;
  readonly number: string;
  readonly at: number;
  readonly callId: string;
}

/** Whoever called whom; undefined: the two did not talk. */
export function reachedBy(cdr: Cdr): Reached | undefined {
  const { tenantId, direction, caller, called, startedAt, callId } = cdr;
  const number = direction === 'outbound' ? called : caller;
  const connected = cdr.targets.find(({ connectedMs }) => connectedMs !== null);
  if (direction === 'internal' || number === '' || cdr.outcome !== 'answered' || !connected) return undefined;
  return { tenantId, number, at: startedAt + connected.connectedMs!, callId };
}
