import { originParts } from '../call/arrival.ts';
import type { Cdr } from '../cdr/cdr.ts';
import { queueOf, trunkOf, waitOf } from '../cdr/cdr-filter.ts';
import { dispositionOf, isNoted } from '../cdr/noted.ts';
import { gramText, searchWordsOf } from '../cdr/search-words.ts';
import type { CdrTable } from './cdr-table.ts';
import { storableText } from './storable.ts';
import { storedRecord } from './stored-record.ts';

/** Columns that a record is written with, in the order of {@link cdrValues}. */
export const CDR_COLUMNS = [
  'node_id',
  'tenant_id',
  'call_id',
  'started_at',
  'answered_at',
  'ended_at',
  'direction',
  'origin_kind',
  'origin_name',
  'caller',
  'called',
  'area',
  'carrier',
  'cause',
  'fault',
  'agent',
  'answered_ms',
  'talk_ms',
  'survey_digit',
  'hotline',
  'queue',
  'outcome',
  'trunk',
  'duration_ms',
  'wait_ms',
  'recordings',
  ...(['disposition', 'noted', 'flagged'] as const),
  'search',
  'record',
] as const satisfies readonly (keyof CdrTable)[];

/** One record that the columns refuse would stop the journal of all calls: whatever an event held, it fits. */
export function cdrValues(cdr: Cdr, nodeId: string): (string | number | null)[] {
  const [originKind, originName] = originParts(cdr.origin);
  return [
    nodeId,
    text(cdr.tenantId),
    text(cdr.callId),
    startOf(cdr),
    cdr.answeredAt === null ? null : integer(cdr.answeredAt),
    integer(cdr.endedAt),
    text(cdr.direction),
    text(originKind),
    text(originName),
    text(cdr.caller),
    text(cdr.called),
    optional(cdr.area),
    optional(cdr.carrier),
    text(cdr.cause),
    optional(cdr.fault),
    optional(cdr.agent),
    integer(cdr.answeredMs),
    integer(cdr.talkMs),
    optional(cdr.surveyDigit),
    optional(cdr.hotline),
    optional(queueOf(cdr)),
    optional(cdr.outcome),
    optional(trunkOf(cdr)),
    integer(cdr.durationMs),
    integer(waitOf(cdr)),
    integer(cdr.recordings.length),
    ...notedValues(cdr),
    searchText(cdr),
    storedRecord(cdr),
  ];
}

/** The columns `disposition`, `noted` and `flagged`. */
export function notedValues(cdr: Cdr): readonly [disposition: string | null, noted: number, flagged: number] {
  return [optional(dispositionOf(cdr)), isNoted(cdr) ? 1 : 0, cdr.flag ? 1 : 0];
}

/** The column `search`. */
export function searchText(cdr: Cdr): string {
  return gramText(searchWordsOf(cdr));
}

/** The column `started_at`. */
export function startOf({ startedAt }: Cdr): number {
  return integer(startedAt);
}

const text = (value: unknown): string =>
  storableText(typeof value === 'string' ? value : String(value ?? ''));
const optional = (value: unknown): string | null =>
  value === null || value === undefined ? null : text(value);

function integer(value: unknown): number {
  if (!Number.isFinite(value)) return 0;
  const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
  return Math.min(MAX_SAFE_INTEGER, Math.max(MIN_SAFE_INTEGER, Math.round(value as number)));
}
