import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import type { Builders, CalendarOf, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import type { NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ScheduleNode {
  readonly type: 'schedule';
  /** Name of a calendar of the hotline, of its company, or a built-in one (`24x7`, `CN-office-hours`), or the rules themselves. */
  readonly calendar: string | CalendarRules;
  /** By period. `holiday` is taken on public holidays outside all periods; both fall back to `closed`. */
  readonly periods: { readonly [period: string]: Flow };
}

declare module './tree.ts' {
  interface Nodes {
    readonly schedule: ScheduleNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Branches by time: `open`, `closed`, `holiday`, and the calendar's own periods and switches. */
    schedule(calendar: CalendarOf<D>, periods: { readonly [period: string]: Flow }): FlowNode;
  }
}

const buildSchedule: Builders<DeclaredNames>['schedule'] = (calendar, periods) =>
  rememberPlace({ type: 'schedule', calendar, periods }, buildSchedule);

export const schedule: NodeKind<ScheduleNode> = {
  word: { en: 'schedule', zh: '时间表' },
  build: buildSchedule,
  fields: { calendar: 'calendar', periods: 'flows' },
  title: ({ calendar }) => `schedule ${typeof calendar === 'string' ? calendar : 'hours'}`,
  decide({ calendar, periods }, { plan, nowMs, switches }) {
    const { period, why } = plan.calendar(calendar).at(nowMs, (name) => switches.isOn(plan.tenant, name));
    const branch = Object.hasOwn(periods, period) ? period : 'closed';
    return { flow: periods[branch], branch, why };
  },
  hasDefault: ({ periods }) => Object.hasOwn(periods, 'closed'),
  uses: ({ calendar }) => ({ calendar }),
};
