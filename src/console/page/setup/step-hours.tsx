import { Button, Checkbox, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { StepForm, StepHead } from './step-form.tsx';
import type { CalendarEntity, StepProps } from './steps.ts';
import { setupWords } from './words.ts';

const DAYS = ['mon-fri', 'mon-sat', 'mon-sun'] as const;

interface Asked {
  readonly days: (typeof DAYS)[number];
  readonly from: string;
  readonly to: string;
  readonly holidays: boolean;
  readonly daysOff?: string;
}

const DATES = /^([\s,，、]*\d{4}-\d{2}-\d{2}(\/\d{4}-\d{2}-\d{2})?(?=$|[\s,，、]))*[\s,，、]*$/;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const TILL = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** When the company is open: days, hours, public holidays and its own days off. */
export function HoursStep({ setup: { calendars }, next, renew }: StepProps) {
  const say = useSay(setupWords);
  const [isAdding, setAdding] = useState(false);
  if (calendars.length > 0 && !isAdding)
    return (
      <>
        <StepHead title={say('hours')} text={say('hoursAre')} />
        <ul className="setup-list">
          {calendars.map((calendar) => (
            <li key={calendar.name}>
              <strong>{calendar.name}</strong> <HoursText calendar={calendar} />
            </li>
          ))}
        </ul>
        <div className="setup-acts">
          <Button type="primary" onClick={next}>
            {say('on')}
          </Button>
          <Button onClick={() => setAdding(true)}>{say('anotherCalendar')}</Button>
        </div>
      </>
    );
  return (
    <StepForm<Asked>
      title={say('hours')}
      text={say('hoursText')}
      initial={{ days: 'mon-fri', from: '09:00', to: '18:00', holidays: true }}
      fieldOf={{ daysOff: '/daysOff', from: '/periods' }}
      save={async ({ days, from, to, holidays, daysOff = '' }) => {
        const taken = new Set(calendars.map(({ name }) => name));
        const name = ['office', ...Array.from({ length: 99 }, (_, index) => `office-${index + 2}`)].find(
          (each) => !taken.has(each),
        );
        await ask('/calendars', {
          method: 'POST',
          body: {
            name,
            periods: { open: { [days]: `${from}-${to}` } },
            holidays: holidays ? 'CN' : 'none',
            daysOff: daysOff.split(/[\s,，、]+/).filter((day) => day !== ''),
          },
        });
        await renew();
      }}
      saved={next}
      more={<Button onClick={next}>{say('alwaysOpen')}</Button>}
    >
      <Form.Item name="days" label={say('days')}>
        <Radio.Group options={DAYS.map((days) => ({ value: days, label: say(`days-${days}`) }))} />
      </Form.Item>
      <div className="setup-row">
        <Form.Item
          name="from"
          label={say('from')}
          rules={[{ required: true, pattern: CLOCK, message: say('clock') }]}
        >
          <Input className="setup-short" maxLength={5} />
        </Form.Item>
        <Form.Item
          name="to"
          label={say('to')}
          rules={[{ required: true, pattern: TILL, message: say('clock') }]}
        >
          <Input className="setup-short" maxLength={5} />
        </Form.Item>
      </div>
      <Form.Item name="holidays" valuePropName="checked" extra={say('holidaysHint')}>
        <Checkbox>{say('holidays')}</Checkbox>
      </Form.Item>
      <Form.Item
        name="daysOff"
        label={say('daysOff')}
        extra={say('daysOffHint')}
        rules={[{ pattern: DATES, message: say('dayWrong') }]}
      >
        <Input placeholder="2027-01-29, 2027-02-01/2027-02-05" maxLength={1000} spellCheck={false} />
      </Form.Item>
    </StepForm>
  );
}

function HoursText({ calendar: { periods, holidays, daysOff } }: { readonly calendar: CalendarEntity }) {
  const say = useSay(setupWords);
  const week = Object.entries(periods['open'] ?? {}).map(([days, hours]) => {
    const known = DAYS.find((each) => each === days);
    return `${known ? say(`days-${known}`) : days} ${hours}`;
  });
  const parts = [
    ...week,
    ...(holidays === 'CN' ? [say('withHolidays')] : []),
    ...(daysOff.length > 0 ? [say('withDaysOff', { n: daysOff.length })] : []),
  ];
  return <span className="faint">{parts.join(' · ')}</span>;
}
