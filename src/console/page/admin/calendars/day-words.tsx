import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useLanguage, useSay } from '../../../i18n/language.tsx';
import type { DayRow } from './day-text.ts';
import { dateText, kindText, periodAt, periodText, slotsText } from './day-text.ts';
import { calendarWords } from './words.ts';

interface WordsProps {
  readonly date: string;
  /** Undefined: it is being read. */
  readonly day: DayRow | undefined;
  readonly isChanged: boolean;
  readonly switches: readonly string[];
  readonly edit?: () => void;
}

/** What a day is, and what a time of it means, in words. */
export function DayWords({ date, day, isChanged, switches, edit }: WordsProps) {
  const say = useSay(calendarWords);
  const { language } = useLanguage();
  const id = useId();
  const [time, setTime] = useState('10:00');
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  const at = hours * 60 + minutes;
  return (
    <div className="year-day">
      <p role="status" className="year-day-words">
        <strong>{dateText(date, say)}</strong>{' '}
        {day && `${kindText(day, say, language === 'en')} · ${slotsText(day, say)}`}
        {isChanged && <span className="faint"> · {say('changedMark')}</span>}
      </p>
      <label className="year-day-time" htmlFor={id}>
        <span className="faint small">{say('at')}</span>
        <Input id={id} type="time" value={time} onChange={({ target }) => setTime(target.value)} />
      </label>
      {day && Number.isFinite(at) && (
        <span>{say('atIs', { time, period: periodText(periodAt(day, at), say) })}</span>
      )}
      {switches.length > 0 && (
        <span className="faint small">{say('atSwitches', { names: switches.join(', ') })}</span>
      )}
      <span className="grow" />
      {edit && (
        <Button icon={<EditOutlined />} onClick={edit}>
          {say('rule')}
        </Button>
      )}
    </div>
  );
}
