import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { useLanguage, useSay } from '../../../i18n/language.tsx';
import { dayAfter } from '../../../kit/format.ts';
import type { DayRow } from './day-text.ts';
import { dateText, kindText, slotsText, WEEKDAYS, weekdayOf } from './day-text.ts';
import { calendarWords } from './words.ts';

interface MonthProps {
  readonly year: number;
  readonly month: number;
  readonly days: ReadonlyMap<string, DayRow>;
  readonly chosen: string;
  readonly today: string;
  readonly isChanged: (date: string) => boolean;
  readonly go: (date: string) => void;
  /** Left out: it may only be looked at. */
  readonly open?: (date: string) => void;
}

const two = (value: number) => String(value).padStart(2, '0');

/** The same day of another month, or its last. */
function monthsAway(date: string, months: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return `${first.toISOString().slice(0, 8)}${two(Math.min(day, last))}`;
}

/** A month of days, each with its mark; one of the year has the focus. */
export const Month = memo(function Month(props: MonthProps) {
  const { year, month, days, chosen, today, isChanged, go, open } = props;
  const say = useSay(calendarWords);
  const { language } = useLanguage();
  const table = useRef<HTMLTableElement>(null);
  const first = `${year}-${two(month)}-01`;
  const before = weekdayOf(first);
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const weeks = Array.from({ length: Math.ceil((before + count) / 7) }, (_, week) =>
    WEEKDAYS.map((_day, at) => week * 7 + at - before + 1),
  );
  const isOfMonth = chosen.startsWith(first.slice(0, 8));
  useEffect(() => {
    // Whoever moves by keys is followed into the month that he comes to.
    if (!isOfMonth || !document.activeElement?.closest('.year-months')) return;
    table.current?.querySelector<HTMLElement>(`[data-date="${chosen}"]`)?.focus();
  }, [chosen, isOfMonth]);
  const keyDown = (event: KeyboardEvent, date: string) => {
    const steps: Readonly<Record<string, string>> = {
      ArrowLeft: dayAfter(date, -1),
      ArrowRight: dayAfter(date, 1),
      ArrowUp: dayAfter(date, -7),
      ArrowDown: dayAfter(date, 7),
      PageUp: monthsAway(date, -1),
      PageDown: monthsAway(date, 1),
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  return (
    <table className="month" ref={table}>
      <caption>{say('month', { month })}</caption>
      <thead>
        <tr>
          {WEEKDAYS.map((day) => (
            <th key={day} scope="col" abbr={say(day)}>
              {say(`${day}Short`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[6]}>
            {week.map((number, at) => {
              if (number < 1 || number > count) return <td key={WEEKDAYS[at]} />;
              const date = `${first.slice(0, 8)}${two(number)}`;
              const day = days.get(date);
              const kind = day?.kind ?? 'ordinary';
              const look = kind === 'ordinary' ? '' : ` day-${kind}`;
              const shut = day && day.slots.length === 0 ? ' day-shut' : ' day-open';
              const more = `${isChanged(date) ? ' is-changed' : ''}${date === today ? ' is-today' : ''}`;
              const told = day
                ? `${kindText(day, say, language === 'en')}${say('comma')}${slotsText(day, say)}`
                : '';
              return (
                <td key={WEEKDAYS[at]}>
                  <button
                    type="button"
                    className={`day${look}${shut}${more}${date === chosen ? ' is-chosen' : ''}`}
                    data-date={date}
                    {...(kind !== 'ordinary' && { 'data-mark': say(`${kind}Mark`) })}
                    tabIndex={date === chosen ? 0 : -1}
                    aria-label={[
                      dateText(date, say),
                      told,
                      ...(isChanged(date) ? [say('changedMark')] : []),
                    ].join(say('comma'))}
                    {...(date === today && { 'aria-current': 'date' as const })}
                    onFocus={() => go(date)}
                    onClick={() => open?.(date)}
                    onKeyDown={(event) => keyDown(event, date)}
                  >
                    {number}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
});
