import { Button } from 'antd';
import { useState } from 'react';
import { useSession } from '../../../api/session.tsx';
import type { TrunkProbesRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { count, dateTime } from '../../../kit/format.ts';
import { historyWords } from './history-words.ts';

type Quarter = TrunkProbesRow['quarters'][number];

const QUARTER_MS = 900_000;
const BARS = 96;
/** Of the drawing, in its own units. */
const [WIDTH, HEIGHT, BAR] = [BARS * 6, 60, 5];
const PARTS = ['failed', 'late', 'answered'] as const;

/** A bar for each quarter of the last 24 hours: in time, late, not at all. Whoever does not see it reads the table. */
export function ProbeChart({ quarters }: { readonly quarters: readonly Quarter[] }) {
  const say = useSay(historyWords);
  const { zone } = useSession();
  const [isTable, setTable] = useState(false);
  const end = Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS;
  const begin = end - (BARS - 1) * QUARTER_MS;
  const clock = (at: number) => dateTime(at, zone).slice(11, 16);
  return (
    <div className="probe-chart">
      {isTable ? (
        <Table quarters={quarters} />
      ) : (
        <>
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            role="img"
            aria-label={say('chart')}
            preserveAspectRatio="none"
          >
            <line className="probe-ground" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
            {quarters.map((quarter) => {
              const place = Math.round((Date.parse(quarter.at) - begin) / QUARTER_MS);
              return place >= 0 && place < BARS && <Bar key={quarter.at} quarter={quarter} x={place * 6} />;
            })}
          </svg>
          <div className="probe-axis faint small" aria-hidden>
            <span>{clock(begin)}</span>
            <span>{clock(begin + (BARS / 2) * QUARTER_MS)}</span>
            <span>{clock(end + QUARTER_MS)}</span>
          </div>
        </>
      )}
      <div className="probe-legend small">
        {!isTable &&
          [...PARTS].reverse().map((part) => (
            <span key={part}>
              <svg className="probe-mark" viewBox="0 0 10 10" aria-hidden>
                <rect className={`probe-${part}`} width="10" height="10" />
                {part !== 'answered' && <Hatch part={part} x={0} y={0} width={10} height={10} />}
              </svg>
              {say(part)}
            </span>
          ))}
        <Button type="link" size="small" onClick={() => setTable(!isTable)}>
          {say(isTable ? 'asChart' : 'asTable')}
        </Button>
      </div>
    </div>
  );
}

/** What tells late and failed apart besides their colour: a line, or a cross. */
function Hatch(props: {
  readonly part: 'late' | 'failed';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}) {
  const { part, x, y, width, height } = props;
  const down = `M${x} ${y}L${x + width} ${y + height}`;
  const up = `M${x} ${y + height}L${x + width} ${y}`;
  return <path className="probe-hatch" d={part === 'late' ? up : `${up}${down}`} />;
}

function Bar({ quarter, x }: { readonly quarter: Quarter; readonly x: number }) {
  const say = useSay(historyWords);
  const { zone } = useSession();
  const { answered, late, failed } = quarter;
  const all = answered + late + failed;
  let y = HEIGHT;
  return (
    <g>
      <title>{say('bar', { time: dateTime(quarter.at, zone).slice(5, 16), answered, late, failed })}</title>
      {(['answered', 'late', 'failed'] as const).map((part) => {
        const height = (quarter[part] / all) * (HEIGHT - 4);
        if (height === 0) return null;
        y -= height;
        return (
          <g key={part}>
            <rect className={`probe-${part}`} x={x} y={y} width={BAR} height={height} />
            {part !== 'answered' && <Hatch part={part} x={x} y={y} width={BAR} height={height} />}
          </g>
        );
      })}
    </g>
  );
}

function Table({ quarters }: { readonly quarters: readonly Quarter[] }) {
  const say = useSay(historyWords);
  const { zone } = useSession();
  const ms = (value: number | null) => (value === null ? say('none') : count(Math.round(value)));
  return (
    <div className="plain-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{say('quarter')}</th>
            <th className="number">{say('answered')}</th>
            <th className="number">{say('lateShort')}</th>
            <th className="number">{say('failed')}</th>
            <th className="number">{say('average')}</th>
            <th className="number">{say('longest')}</th>
          </tr>
        </thead>
        <tbody>
          {quarters.toReversed().map(({ at, answered, late, failed, averageMs, longestMs }) => (
            <tr key={at}>
              <td>{dateTime(at, zone).slice(5, 16)}</td>
              <td className="number">{count(answered)}</td>
              <td className="number">{count(late)}</td>
              <td className="number">{count(failed)}</td>
              <td className="number">{ms(averageMs)}</td>
              <td className="number">{ms(longestMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
