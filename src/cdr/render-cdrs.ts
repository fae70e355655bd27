import { originParts } from '../call/arrival.ts';
import { terminalSafe } from '../shared/logger.ts';
import { localTime, type TextColumn, textTable } from '../shared/text-table.ts';
import type { Cdr } from './cdr.ts';
import type { CdrTotals } from './cdr-query.ts';

/** Records as JSON, one a line (ndjson), ending in a line feed unless there are none. */
export function renderJsonLines(cdrs: readonly Cdr[]): string {
  return cdrs.map((cdr) => `${terminalSafe(JSON.stringify(cdr))}\n`).join('');
}

const columns = (timeZone: string): readonly TextColumn<Cdr>[] => [
  { title: 'started', of: (cdr) => localTime(cdr.startedAt, timeZone) },
  { title: 'caller', of: (cdr) => cdr.caller || '(withheld)' },
  { title: 'called', of: (cdr) => cdr.called },
  { title: 'direction', of: (cdr) => cdr.direction },
  { title: 'origin', of: (cdr) => originParts(cdr.origin).join(' ') },
  { title: 'area', of: (cdr) => cdr.area ?? '' },
  { title: 'seconds', of: (cdr) => seconds(cdr.durationMs), alignRight: true },
  { title: 'talk', of: (cdr) => (cdr.talkMs > 0 ? seconds(cdr.talkMs) : ''), alignRight: true },
  { title: 'agent', of: agentsOf },
  { title: 'survey', of: (cdr) => cdr.surveyDigit ?? '' },
  { title: 'outcome', of: (cdr) => cdr.outcome ?? '' },
  { title: 'cause', of: (cdr) => `${cdr.cause} (${cdr.q850})` },
  { title: 'fault', of: (cdr) => cdr.fault ?? '' },
  { title: 'path', of: (cdr) => cdr.path.map(({ step }) => step).join(' > ') },
];

/** Records as a table for the terminal, in the order given, times in `timeZone`. */
export function renderTable(cdrs: readonly Cdr[], timeZone: string): string {
  return textTable(columns(timeZone), cdrs);
}

/** The agents who spoke with the caller, in order; records of 0.1.0 know the last one. */
function agentsOf({ agent, targets }: Cdr): string {
  const spoke = targets.filter(({ kind, connectedMs }) => kind === 'agent' && connectedMs !== null);
  return spoke.length > 0 ? spoke.map(({ target }) => target).join(' > ') : (agent ?? '');
}

/** What records come to, as JSON or in a line. */
export function renderTotals(totals: CdrTotals, asJson = false): string {
  if (asJson) return `${JSON.stringify(totals)}\n`;
  const { calls, answered, durationMs, talkMs } = totals;
  return `${calls} calls, ${answered} answered, ${seconds(durationMs)} s, ${seconds(talkMs)} s of them spoken\n`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
