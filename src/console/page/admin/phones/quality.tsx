import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ask } from '../../../api/ask.ts';
import { useSession } from '../../../api/session.tsx';
import type { CallPage } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { percent, phoneNumber, shortTime } from '../../../kit/format.ts';
import { Failed, Loading } from '../../../kit/states.tsx';
import { soundedAt } from './sounded.ts';
import { phoneWords } from './words.ts';

/** Shorter words are not searched for. */
const SEARCHED = 4;
const CALLS = 50;
const SHOWN = 10;

interface QualityProps {
  readonly extension: string;
  readonly agents: readonly string[];
}

export function Quality({ extension, agents }: QualityProps) {
  const say = useSay(phoneWords);
  const { company, zone } = useSession();
  const calls = useQuery({
    queryKey: ['calls', 'of-extension', company, extension],
    queryFn: ({ signal }) =>
      ask<CallPage>('/calls', {
        query: {
          ...(extension.length >= SEARCHED ? { q: extension } : { caller: extension }),
          limit: CALLS,
        },
        signal,
      }),
  });
  if (calls.isPending) return <Loading lines={3} />;
  if (calls.isError) return <Failed error={calls.error} retry={() => void calls.refetch()} />;
  const rows = soundedAt(calls.data.items, extension, agents).slice(0, SHOWN);
  if (rows.length === 0) return <p className="faint">{say('qualityNone')}</p>;
  const scored = rows.flatMap(({ of: { mos } }) => (mos === null ? [] : [mos]));
  const [lost, received] = [
    rows.reduce((sum, { of }) => sum + of.lost, 0),
    rows.reduce((sum, { of }) => sum + of.received, 0),
  ];
  const told = { n: rows.length, loss: percent(lost / Math.max(1, lost + received)) };
  const mean = scored.reduce((sum, mos) => sum + mos, 0) / scored.length;
  return (
    <>
      <p>
        {scored.length > 0 ? say('qualityMean', { ...told, mos: mean.toFixed(1) }) : say('qualityLoss', told)}
      </p>
      <div className="plain-scroll">
        <table className="plain-table phones-table">
          <thead>
            <tr>
              <th>{say('at')}</th>
              <th>{say('with')}</th>
              <th>{say('codec')}</th>
              <th className="number">{say('mos')}</th>
              <th className="number">{say('loss')}</th>
              <th className="number">{say('jitter')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ call, of: { leg, codec, mos, lost: gone, received: came, jitterMs } }) => {
              const time = shortTime(call.startedAt, zone, Date.now());
              return (
                <tr key={`${call.id} ${leg}`}>
                  <td>
                    <Link to={`/calls/${call.id}`}>{time}</Link>
                  </td>
                  <td>{phoneNumber(leg === 'caller' ? call.called : call.caller)}</td>
                  <td>{codec ?? say('dash')}</td>
                  <td className="number">{mos?.toFixed(1) ?? say('dash')}</td>
                  <td className="number">{percent(gone / Math.max(1, gone + came))}</td>
                  <td className="number">{say('ms', { n: Math.round(jitterMs) })}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
