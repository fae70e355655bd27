import ControlOutlined from '@ant-design/icons/es/icons/ControlOutlined';
import { Button, InputNumber, Popover } from 'antd';
import { memo } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { FIRST_LIMITS, LIMIT_NAMES, type Limit, setLimits, useLimits } from './limits.ts';
import { limitWords } from './setting-words.ts';

const SHARES: ReadonlySet<string> = new Set(['serviceLevel', 'lost']);

/** From when on figures are amber and red; red ones of queues are alarms. Of who looks, at this browser. */
export const LimitsForm = memo(function LimitsForm() {
  const say = useSay(limitWords);
  const limits = useLimits();
  const form = (
    <div className="limits">
      <span />
      <span className="faint small">{say('amber')}</span>
      <span className="faint small">{say('red')}</span>
      {LIMIT_NAMES.map((name) => {
        const factor = SHARES.has(name) ? 100 : 1;
        const set = (place: 0 | 1, value: number | null) => {
          if (value === null) return;
          const next = [...limits[name]] as [number, number];
          next[place] = value / factor;
          setLimits({ ...limits, [name]: next as Limit });
        };
        return [
          <span key={name}>{say(name)}</span>,
          ...([0, 1] as const).map((place) => (
            <InputNumber
              key={`${name}-${place}`}
              size="small"
              min={0}
              max={factor === 100 ? 100 : 36_000}
              value={Math.round(limits[name][place] * factor)}
              aria-label={`${say(name)} ${say(place === 0 ? 'amber' : 'red')}`}
              onChange={(value) => set(place, value)}
            />
          )),
        ];
      })}
      <Button size="small" onClick={() => setLimits(undefined)} disabled={limits === FIRST_LIMITS}>
        {say('asFirst')}
      </Button>
    </div>
  );
  return (
    <Popover content={form} trigger="click" placement="bottomRight" title={say('title')}>
      <Button icon={<ControlOutlined />}>{say('title')}</Button>
    </Popover>
  );
});
