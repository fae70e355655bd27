import type { Calendar } from '../../calendar/calendar.ts';
import { HOLIDAY_FIX, holidayWarning } from '../../calendar/holiday-source.ts';
import { clockText, parseDays, parseHours, WEEKDAYS } from '../../calendar/hours.ts';
import type { ScheduleNode } from '../node/schedule.ts';
import type { Plan } from '../plan/plan.ts';
import type { At } from './report.ts';

const MINUTES_A_WEEK = 7 * 1440;

interface Stretch {
  readonly period: string;
  /** Minutes of the week, Monday 00:00 is 0. */
  readonly from: number;
  readonly to: number;
}

/** Branches of a schedule against the periods of its calendar. */
export function checkSchedule(node: ScheduleNode, plan: Plan, covered: boolean, at: At): void {
  const { rules } = plan.calendar(node.calendar);
  const hasClosed = Object.hasOwn(node.periods, 'closed');
  const dated = Object.values(rules.dates ?? {}).flatMap(Object.keys);
  const yielded = new Set([...Object.keys(rules.periods), ...(rules.switches ?? []), ...dated, 'closed']);
  if (rules.holidays === 'CN') yielded.add('holiday');
  for (const branch of Object.keys(node.periods)) {
    if (yielded.has(branch)) continue;
    const fix = `the calendar's periods are ${[...yielded].join(', ')}`;
    at.below(branch, undefined, ['periods', branch]).warn(
      'unreachable',
      `branch '${branch}' is never taken`,
      fix,
    );
  }
  for (const period of Object.keys(rules.periods)) {
    if (Object.hasOwn(node.periods, period) || period === 'closed') continue;
    at.warn('schedule-gap', `period '${period}' has no branch and counts as closed`, `add ${period}: ...`);
  }
  if (hasClosed || covered) return;
  const gap = firstGap(stretchesOf(rules.periods));
  const exceptions =
    rules.holidays === 'CN' || rules.daysOff?.length || rules.dates || rules.switches?.length;
  if (!gap && !exceptions) return;
  const when = gap ? `${weekText(gap.from)} to ${weekText(gap.to)}` : 'days off';
  at.warn('schedule-gap', `nobody takes calls on ${when}: there is no closed branch`, 'add closed: ...');
}

/** A calendar by itself: overlaps, gaps of a minute, years without decreed holidays. */
export function checkCalendarUse(calendar: Calendar, nowMs: number, top: At): void {
  const at = top.below(`calendars.${calendar.name}`, undefined, ['calendars', calendar.name]);
  const stretches = stretchesOf(calendar.rules.periods);
  for (const [index, first] of stretches.entries()) {
    const second = stretches[index + 1];
    if (!second) break;
    if (second.from < first.to) {
      const until = Math.min(first.to, second.to);
      const both = `${weekText(second.from)}-${clockText(until % 1440 || 1440)}`;
      const which =
        first.period === second.period
          ? `'${first.period}' twice`
          : `'${first.period}' and '${second.period}'`;
      at.warn(
        'schedule-overlap',
        `${which} cover ${both}`,
        'the one written first wins; let one begin where the other ends',
      );
    } else if (second.from - first.to === 1) {
      at.warn(
        'schedule-gap',
        `a minute is left out at ${weekText(first.to)}`,
        `intervals end before their last minute: write ...-${clockText(second.from % 1440 || 1440)}`,
      );
    }
  }
  const message =
    calendar.rules.holidays === 'CN' ? holidayWarning(at.report.names.holidays, nowMs) : undefined;
  if (message !== undefined) at.warn('holidays-unknown', message, HOLIDAY_FIX);
}

/** The weekly hours of all periods in order, without days that depend on the date. */
function stretchesOf(periods: Calendar['rules']['periods']): readonly Stretch[] {
  const stretches = Object.entries(periods).flatMap(([period, weekly]) =>
    Object.entries(weekly).flatMap(([key, hours]) => {
      const days = key === 'daily' ? WEEKDAYS.map((_, day) => day) : (parseDays(key) ?? []);
      return days.flatMap((day) =>
        (parseHours(hours) ?? []).map(({ from, to }) => ({
          period,
          from: day * 1440 + from,
          to: day * 1440 + to,
        })),
      );
    }),
  );
  return stretches.sort((a, b) => a.from - b.from || a.to - b.to);
}

function firstGap(stretches: readonly Stretch[]): { from: number; to: number } | undefined {
  // What runs over Sunday midnight covers the beginning of Monday.
  let until = Math.max(0, ...stretches.map(({ to }) => to - MINUTES_A_WEEK));
  for (const { from, to } of stretches) {
    if (from > until) return { from: until, to: from };
    until = Math.max(until, to);
  }
  return until < MINUTES_A_WEEK ? { from: until, to: MINUTES_A_WEEK } : undefined;
}

function weekText(minutes: number): string {
  const ofWeek = minutes % MINUTES_A_WEEK;
  return `${WEEKDAYS[Math.floor(ofWeek / 1440)]} ${clockText(ofWeek % 1440)}`;
}
