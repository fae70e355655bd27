import AudioOutlined from '@ant-design/icons/es/icons/AudioOutlined';
import LoginOutlined from '@ant-design/icons/es/icons/LoginOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import { Link } from 'react-router';
import { useMay } from '../../api/session.tsx';
import type { CallRow } from '../../api/types.ts';
import type { Desk } from '../../desk/desk-provider.tsx';
import { useSay } from '../../i18n/language.tsx';
import { FlagMark } from '../../kit/call-flag.tsx';
import { count, duration, percent, phoneNumber } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { Failed, Loading } from '../../kit/states.tsx';
import { Outcome } from '../calls/call-facts.tsx';
import { useMyCalls } from './desk-queries.ts';
import { deskWords } from './words.ts';

const DIRECTIONS = { inbound: <LoginOutlined />, outbound: <LogoutOutlined />, internal: <SwapOutlined /> };

/** His calls of today, the newest first. */
export function MyCalls({ desk }: { readonly desk: Desk }) {
  const say = useSay(deskWords);
  const maySee = useMay('call:read');
  const calls = useMyCalls(maySee, desk.row.state);
  if (!maySee) return null;
  const items = calls.data?.items ?? [];
  return (
    <section className="card desk-part desk-my-calls" aria-labelledby="desk-my-calls">
      <div className="desk-head-line">
        <h2 id="desk-my-calls">{say('myCalls')}</h2>
        <span className="faint small">{say('today')}</span>
        <span className="desk-space" />
        <Link className="small" to="/calls">
          {say('allCalls')}
        </Link>
      </div>
      {calls.isPending && <Loading lines={4} />}
      {calls.isError && <Failed error={calls.error} retry={() => void calls.refetch()} />}
      {calls.isSuccess && items.length === 0 && (
        <p className="faint small desk-none">
          <strong>{say('noCalls')}</strong>
          <br />
          {say('noCallsText')}
        </p>
      )}
      <ul className="desk-list">
        {items.map((call) => (
          <MyCall key={call.id} call={call} />
        ))}
      </ul>
    </section>
  );
}

function MyCall({ call }: { readonly call: CallRow }) {
  const say = useSay(deskWords);
  const { id, direction, caller, called, startedAt, talkMs, surveyDigit, recordings, flag } = call;
  const number = direction === 'inbound' ? caller : called;
  const shown = number === '' ? say('withheld') : phoneNumber(number);
  return (
    <li>
      <Link className="desk-my-call" to={`/calls/${encodeURIComponent(id)}`}>
        <span className="faint" role="img" aria-label={say(direction)} title={say(direction)}>
          {DIRECTIONS[direction]}
        </span>
        <span className="desk-my-number">{shown}</span>
        <span className="small faint">
          <Moment at={startedAt} isShort />
        </span>
        <span className="desk-my-result">
          <Outcome call={call} /> {flag && <FlagMark flag={flag} />}
        </span>
        <span className="small faint">
          {recordings.length > 0 && <AudioOutlined aria-hidden />} {talkMs > 0 && duration(talkMs)}
          {surveyDigit !== null && ` · ${say('score', { score: surveyDigit })}`}
        </span>
      </Link>
    </li>
  );
}

/** Figures of his day. */
export function MyDay({ desk: { today, row } }: { readonly desk: Desk }) {
  const say = useSay(deskWords);
  const mayListen = useMay('recording:read');
  if (!today) return null;
  const { answered, missed, talkMs, holdMs, wrapUpMs, rated, satisfied } = today;
  const figures = [
    ['answered', count(answered)],
    ['missed', count(missed)],
    ['talkTime', duration(talkMs)],
    ['aht', answered > 0 ? duration((talkMs + holdMs + wrapUpMs) / answered) : say('none')],
    ['satisfaction', rated > 0 ? percent(satisfied / rated) : say('none')],
  ] as const;
  return (
    <section className="card desk-part" aria-labelledby="desk-day">
      <div className="desk-head-line">
        <h2 id="desk-day">{say('myDay')}</h2>
        <span className="desk-space" />
        {mayListen && (
          <Link className="small" to={`/calls?recorded=true&agent=${encodeURIComponent(row.agent)}`}>
            {say('recordings')}
          </Link>
        )}
      </div>
      <dl className="desk-figures">
        {figures.map(([word, value]) => (
          <div key={word}>
            <dt>{say(word)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
