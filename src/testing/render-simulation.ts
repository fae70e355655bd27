import { zoneOf } from '../calendar/zone.ts';
import type { Simulation } from './simulate.ts';

/** A simulated call for people: each step with its time and why, what was heard, how it ended. */
export function renderSimulation({ cdr, heard, statuses }: Simulation, timeZone: string): string {
  const at = zoneOf(timeZone).localTime(cdr.startedAt);
  const from = cdr.caller === '' ? 'a withheld number' : cdr.caller;
  const where = [cdr.area, cdr.carrier].filter(Boolean).join(' ');
  const width = Math.max(...cdr.path.map(({ step }) => columns(step)), 0);
  const lines = [
    `${cdr.called} from ${from}${where && ` (${where})`} at ${at} ${timeZone}`,
    ...cdr.path.map(({ step, why, at: stepAt }) => {
      const time = `+${((stepAt - cdr.startedAt) / 1000).toFixed(1)} s`.padStart(9);
      return `${time}  ${step}${' '.repeat(width - columns(step))}  ${why}`;
    }),
    `heard   ${heard.join(', ') || 'nothing'}`,
    `rung    ${cdr.targets.map(({ target, outcome }) => `${target} ${outcome}`).join('; ') || 'nobody'}`,
    `ended   ${cdr.cause} by ${cdr.endedBy} after ${(cdr.durationMs / 1000).toFixed(1)} s, ${endOf(cdr)}`,
    `sip     ${statuses.join(' ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function endOf(cdr: Simulation['cdr']): string {
  const parts = [cdr.answeredAt === null ? 'not answered' : 'answered'];
  if (cdr.agent !== null) parts.push(`agent ${cdr.agent}`);
  if (cdr.surveyDigit !== null) parts.push(`survey ${cdr.surveyDigit}`);
  if (cdr.voicemail) parts.push(`message in ${cdr.voicemail.box}`);
  if (cdr.callback) parts.push(`callback by ${cdr.callback.queue}`);
  return parts.join(', ');
}

/** Width on a terminal: Chinese characters take two columns. */
function columns(text: string): number {
  let width = 0;
  for (const char of text) width += char.codePointAt(0)! > 0x2e7f ? 2 : 1;
  return width;
}
