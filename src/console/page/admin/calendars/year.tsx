import LeftOutlined from '@ant-design/icons/es/icons/LeftOutlined';
import RightOutlined from '@ant-design/icons/es/icons/RightOutlined';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { ApiError, ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { CalendarYear } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { dateOf } from '../../../kit/format.ts';
import { Failed, Loading } from '../../../kit/states.tsx';
import { rulesOf, wishOf, withDay } from './day-change.ts';
import { DayDialog } from './day-dialog.tsx';
import { DayWords } from './day-words.tsx';
import { Month } from './month.tsx';
import { calendarWords } from './words.ts';
import './calendars.css';

const KINDS = ['holiday', 'make-up', 'day-off', 'dated'] as const;
/** From here on people are told that the holidays of the next year are not known. */
const REMIND_MONTH = 10;

/** A calendar over the year (年历): holidays, make-up days, days off and hours as calls find them, edited by the day. */
export default function Year({ entity, entityKey, value, change, mayChange }: EntityTabProps) {
  const say = useSay(calendarWords);
  const { zone, company } = useSession();
  const mayImport = useMay('holidays:update');
  const today = dateOf(Date.now(), zone);
  const thisYear = Number(today.slice(0, 4));
  const [year, setYear] = useState(thisYear);
  const [chosen, setChosen] = useState(today);
  const [open, setOpen] = useState<string>();
  const rules = useMemo(() => {
    const { periods, timeZone, holidays } = value;
    return { periods, ...(typeof timeZone === 'string' && { timeZone }), holidays, ...rulesOf(value) };
  }, [value]);
  const saved = useMemo(() => rulesOf(entity), [entity]);
  const days = useQuery({
    queryKey: [...ENTITIES, 'calendar-days', company, entityKey, year, rules],
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) =>
      ask<CalendarYear>(`/calendars/${encodeURIComponent(entityKey)}/days`, {
        method: 'POST',
        body: { year, rules },
        signal,
      }),
  });
  const byDate = useMemo(() => new Map(days.data?.days.map((day) => [day.date, day])), [days.data]);
  const isChanged = useCallback(
    (date: string) => JSON.stringify(wishOf(saved, date)) !== JSON.stringify(wishOf(rules, date)),
    [saved, rules],
  );
  const turn = (to: number) => {
    setYear(to);
    setChosen(to === thisYear ? today : `${to}-01-01`);
  };
  const go = useCallback((date: string) => {
    setChosen(date);
    setYear(Number(date.slice(0, 4)));
  }, []);
  if (days.isPending) return <Loading lines={10} />;
  if (days.isError && days.error instanceof ApiError && days.error.code === 'change-refused')
    return <Alert type="warning" showIcon title={say('refused')} />;
  if (days.isError) return <Failed error={days.error} retry={() => void days.refetch()} />;
  const known = days.data;
  const missing = known.usesHolidays && known.year === year && !known.isYearKnown;
  const isLate = Number(today.slice(5, 7)) >= REMIND_MONTH && known.knownTo <= thisYear;
  const toImport = mayImport && (
    <Link to="/admin/public-holidays">
      <Button size="small">{say('toImport')}</Button>
    </Link>
  );
  const current = byDate.get(chosen);
  return (
    <div className="year">
      <div className="year-head">
        <Button icon={<LeftOutlined />} aria-label={say('before')} onClick={() => turn(year - 1)} />
        <h2 aria-live="polite">{say('year', { year })}</h2>
        <Button icon={<RightOutlined />} aria-label={say('behind')} onClick={() => turn(year + 1)} />
        {year !== thisYear && <Button onClick={() => turn(thisYear)}>{say('thisYear')}</Button>}
        <ul className="year-legend" aria-label={say('legend')}>
          {KINDS.map((kind) => (
            <li key={kind}>
              <span className={`year-sample day-${kind}`} aria-hidden>
                {say(`${kind}Mark`)}
              </span>
              {say(kind)}
            </li>
          ))}
          <li>
            <span className="year-sample day-open" aria-hidden>
              8
            </span>
            {say('openDay')}
          </li>
          <li>
            <span className="year-sample day-shut" aria-hidden>
              8
            </span>
            {say('closedDay')}
          </li>
        </ul>
      </div>
      {missing && (
        <Alert
          type="warning"
          showIcon
          title={say('missing', { year })}
          {...(toImport && { action: toImport })}
        />
      )}
      {!missing && known.usesHolidays && isLate && (
        <Alert
          type="info"
          showIcon
          title={say('missingNext', { year: thisYear + 1 })}
          {...(toImport && { action: toImport })}
        />
      )}
      <DayWords
        date={chosen}
        day={current}
        isChanged={isChanged(chosen)}
        switches={(value['switches'] ?? []) as readonly string[]}
        {...(mayChange && { edit: () => setOpen(chosen) })}
      />
      <div className="year-months">
        {Array.from({ length: 12 }, (_, at) => (
          <Month
            // biome-ignore lint/suspicious/noArrayIndexKey: months are in their places
            key={at}
            year={year}
            month={at + 1}
            days={byDate}
            chosen={chosen}
            today={today}
            isChanged={isChanged}
            go={go}
            {...(mayChange && { open: setOpen })}
          />
        ))}
      </div>
      <p className="faint small year-foot">
        {say('keys')} {!known.usesHolidays && say('notUsed')} {say(mayChange ? 'unsaved' : 'ofFile')}
      </p>
      {open && (
        <DayDialog
          date={open}
          wish={wishOf(rules, open)}
          periods={Object.keys((value['periods'] ?? {}) as object)}
          close={() => setOpen(undefined)}
          decide={(wish) => {
            change({ ...value, ...withDay(rulesOf(value), open, wish) });
            setOpen(undefined);
          }}
        />
      )}
    </div>
  );
}
