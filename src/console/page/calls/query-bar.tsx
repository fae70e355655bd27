import FilterOutlined from '@ant-design/icons/es/icons/FilterOutlined';
import FlagFilled from '@ant-design/icons/es/icons/FlagFilled';
import FlagOutlined from '@ant-design/icons/es/icons/FlagOutlined';
import { Badge, Button, Popover, Select } from 'antd';
import { useSay } from '../../i18n/language.tsx';
import { Choice, SearchBox, TextFilter, useFilters } from '../../kit/filters.tsx';
import { flagWords } from '../../kit/flag-words.ts';
import { FIRST_RANGE, isLongEnough, RANGES, rangeOf } from './filter.ts';
import { callsWords, outcomeWords } from './words.ts';

const MORE = ['queue', 'agent', 'hotline'] as const;
const OUTCOMES = [
  'answered',
  'abandoned',
  'unanswered',
  'voicemail',
  'callback',
  'ivr_lost',
  'self_served',
  // Rarer ones.
  'overflowed_out',
  'transferred_out',
  'blocked',
  'busy',
  'failed',
] as const;

/** The box and the filters above the list. */
export function QueryBar() {
  const say = useSay(callsWords);
  const sayOutcome = useSay(outcomeWords);
  const sayFlag = useSay(flagWords);
  const { params, set } = useFilters();
  const range = rangeOf(params);
  const isFlagged = params.get('flagged') === 'true';
  const moreCount = [...MORE, 'recorded'].filter((name) => params.get(name)).length;
  const more = (
    <div className="query-more">
      {MORE.map((name) => (
        <TextFilter key={name} name={name} label={say(name)} />
      ))}
      <Choice
        name="recorded"
        label={say('recorded')}
        options={[
          ['true', say('withRecording')],
          ['false', say('withoutRecording')],
        ]}
      />
    </div>
  );
  return (
    <>
      <SearchBox name="q" label={say('search')} />
      <Select
        className="query-select"
        aria-label={say('range')}
        value={range}
        onChange={(value) =>
          set({ range: value === FIRST_RANGE ? undefined : value, from: undefined, to: undefined })
        }
        options={RANGES.map((value) => ({ value, label: say(value) }))}
      />
      {range === 'custom' && (
        <span className="query-date">
          {(['from', 'to'] as const).map((name) => (
            <input
              key={name}
              type="date"
              aria-label={say(name)}
              value={params.get(name) ?? ''}
              onChange={({ target }) => set({ [name]: target.value })}
            />
          ))}
        </span>
      )}
      <Choice
        name="outcome"
        label={say('outcome')}
        options={OUTCOMES.map((each) => [each, sayOutcome(each)])}
      />
      <Choice
        name="direction"
        label={say('direction')}
        options={(['inbound', 'outbound', 'internal'] as const).map((each) => [each, say(each)])}
      />
      <Button
        icon={isFlagged ? <FlagFilled /> : <FlagOutlined />}
        className={isFlagged ? 'query-on' : ''}
        aria-pressed={isFlagged}
        onClick={() => set({ flagged: isFlagged ? undefined : 'true' })}
      >
        {sayFlag('only')}
      </Button>
      <Popover content={more} trigger="click" placement="bottomRight">
        <Badge count={moreCount} size="small">
          <Button icon={<FilterOutlined />}>{say('more')}</Button>
        </Badge>
      </Popover>
      {!isLongEnough(params.get('q') ?? '') && (
        <span className="query-hint" role="status">
          {say('tooShort')}
        </span>
      )}
    </>
  );
}
