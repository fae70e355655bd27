import { AutoComplete, Input, Modal, Radio } from 'antd';
import { useId, useState } from 'react';
import { useSay } from '../../../i18n/language.tsx';
import { type DayWish, HOURS } from './day-change.ts';
import { dateText } from './day-text.ts';
import { calendarWords } from './words.ts';

interface DialogProps {
  readonly date: string;
  readonly wish: DayWish;
  /** Names of the calendar's periods. */
  readonly periods: readonly string[];
  readonly close: () => void;
  readonly decide: (wish: DayWish) => void;
}

const KINDS = [
  ['rule', 'byRule'],
  ['off', 'off'],
  ['special', 'special'],
] as const;

/** What a day of the company is: off, with other hours, or what the week makes of it. */
export function DayDialog({ date, wish, periods, close, decide }: DialogProps) {
  const say = useSay(calendarWords);
  const id = useId();
  const [kind, setKind] = useState(wish.kind);
  const [reason, setReason] = useState(wish.kind === 'rule' ? '' : wish.reason);
  const [period, setPeriod] = useState(wish.kind === 'special' ? wish.period : (periods[0] ?? 'open'));
  const [hours, setHours] = useState(wish.kind === 'special' ? wish.hours : '09:00-18:00');
  const isGood = kind !== 'special' || (HOURS.test(hours) && period.trim() !== '');
  const apply = () => {
    if (kind === 'rule') decide({ kind });
    else if (kind === 'off') decide({ kind, reason });
    else decide({ kind, period: period.trim(), hours: hours.trim(), reason });
  };
  return (
    <Modal
      open
      width={440}
      title={dateText(date, say)}
      okText={say('apply')}
      cancelText={say('cancel')}
      okButtonProps={{ disabled: !isGood }}
      onOk={apply}
      onCancel={close}
    >
      <div className="day-form">
        <Radio.Group
          className="day-form-kinds"
          aria-label={say('rule')}
          value={kind}
          onChange={({ target }) => setKind(target.value as DayWish['kind'])}
          options={KINDS.map(([value, word]) => ({ value, label: say(word) }))}
        />
        {kind === 'special' && (
          <>
            <label htmlFor={`${id}-period`}>
              <span>{say('period')}</span>
              <AutoComplete
                id={`${id}-period`}
                value={period}
                onChange={setPeriod}
                options={periods.map((value) => ({ value }))}
              />
            </label>
            <label htmlFor={`${id}-hours`}>
              <span>{say('hours')}</span>
              <Input
                id={`${id}-hours`}
                value={hours}
                status={HOURS.test(hours) ? '' : 'error'}
                maxLength={200}
                onChange={({ target }) => setHours(target.value)}
              />
              <span className="faint small">{say(HOURS.test(hours) ? 'hoursHint' : 'wrongHours')}</span>
            </label>
          </>
        )}
        {kind !== 'rule' && (
          <label htmlFor={`${id}-reason`}>
            <span>{say('reason')}</span>
            <Input
              id={`${id}-reason`}
              value={reason}
              maxLength={64}
              onChange={({ target }) => setReason(target.value)}
            />
            <span className="faint small">{say('reasonHint')}</span>
          </label>
        )}
      </div>
    </Modal>
  );
}
