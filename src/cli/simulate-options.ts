/** How options of simulations are written. */
import { InvalidArgumentError } from 'commander';
import { DAY_MS, dayOfDate, zoneOf } from '../calendar/zone.ts';
import { AGENT_MOODS, type AgentMood, standOf } from '../testing/agent-stand.ts';

const HOW_TO_WRITE_TIMES = 'Write it as 2026-10-10T10:00 or 2026-10-10T10:00+08:00.';

/** An instant; without an offset it is local time of the zone that the configuration names. */
export function timeOption(text: string): (timeZone: string) => number {
  if (dayOfDate(text.slice(0, 10)) === undefined) throw new InvalidArgumentError(HOW_TO_WRITE_TIMES);
  const withOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const ms = Date.parse(withOffset ? text : `${text}Z`);
  if (Number.isNaN(ms)) throw new InvalidArgumentError(HOW_TO_WRITE_TIMES);
  if (withOffset) return () => ms;
  const day = Math.floor(ms / DAY_MS);
  return (timeZone) => zoneOf(timeZone).instantOf(day, ms - day * DAY_MS);
}

export function numberOption(text: string): string {
  if (/^\+?\d{0,20}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "Write digits, such as 075523456789 or +85212345678; '' withholds the number.",
  );
}

export function listOption(text: string): readonly string[] {
  return text.split(',').map((each) => each.trim());
}

export function moodsOption(text: string): Readonly<Record<string, AgentMood>> {
  return Object.fromEntries(
    listOption(text).map((each) => {
      const [agent = '', mood = ''] = each.split('=');
      if (agent && standOf(mood)) return [agent, mood as AgentMood];
      throw new InvalidArgumentError(`Write 8001=ready; moods: ${AGENT_MOODS.join(', ')}.`);
    }),
  );
}
