import type { Cdr } from '../cdr/cdr.ts';
import { queueOf, trunkOf, waitOf } from '../cdr/cdr-filter.ts';
import { dispositionOf, noteOf } from '../cdr/noted.ts';

/** A column of the table of calls: what it is called in the API and by people, and what a call has there. */
interface CallColumn {
  readonly name: string;
  readonly zh: string;
  readonly of: (cdr: Cdr, timeOf: (ms: number) => string) => unknown;
}

const at = (ms: number | null, timeOf: (ms: number) => string) => (ms === null ? null : timeOf(ms));

/** The table of calls (话单). */
export const CALL_COLUMNS: readonly CallColumn[] = [
  { name: 'startedAt', zh: '开始时间', of: ({ startedAt }, timeOf) => timeOf(startedAt) },
  { name: 'answeredAt', zh: '应答时间', of: ({ answeredAt }, timeOf) => at(answeredAt, timeOf) },
  { name: 'endedAt', zh: '结束时间', of: ({ endedAt }, timeOf) => timeOf(endedAt) },
  { name: 'direction', zh: '呼叫方向', of: ({ direction }) => direction },
  { name: 'caller', zh: '主叫号码', of: ({ caller }) => caller },
  { name: 'called', zh: '被叫号码', of: ({ called }) => called },
  { name: 'area', zh: '归属地', of: ({ area }) => area },
  { name: 'hotline', zh: '热线', of: ({ hotline }) => hotline },
  { name: 'queue', zh: '队列', of: queueOf },
  { name: 'agent', zh: '工号', of: ({ agent }) => agent },
  { name: 'trunk', zh: '中继', of: trunkOf },
  { name: 'outcome', zh: '呼叫结果', of: ({ outcome }) => outcome },
  { name: 'cause', zh: '结束原因', of: ({ cause }) => cause },
  { name: 'endedBy', zh: '挂机方', of: ({ endedBy }) => endedBy },
  { name: 'durationMs', zh: '总时长(毫秒)', of: ({ durationMs }) => durationMs },
  { name: 'waitMs', zh: '等待时长(毫秒)', of: waitOf },
  { name: 'talkMs', zh: '通话时长(毫秒)', of: ({ talkMs }) => talkMs },
  { name: 'score', zh: '满意度', of: ({ surveyDigit }) => surveyDigit },
  { name: 'recordings', zh: '录音数', of: ({ recordings }) => recordings.length },
  { name: 'disposition', zh: '话后小结', of: dispositionOf },
  { name: 'note', zh: '备注', of: noteOf },
  { name: 'flaggedBy', zh: '标记人', of: ({ flag }) => flag?.by ?? null },
  { name: 'flaggedAt', zh: '标记时间', of: ({ flag }, timeOf) => at(flag?.at ?? null, timeOf) },
  { name: 'flagReason', zh: '标记原因', of: ({ flag }) => flag?.reason ?? null },
  { name: 'id', zh: '通话标识', of: ({ callId }) => callId },
];

/** `2026-10-01 08:00:00` in a time zone, as Excel takes it for a time. */
export function timeIn(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (ms) => format.format(ms);
}
