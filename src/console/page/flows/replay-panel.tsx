import PlayCircleOutlined from '@ant-design/icons/es/icons/PlayCircleOutlined';
import { Button, Progress, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../../api/ask.ts';
import { useMay } from '../../api/session.tsx';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { count } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { stepText, whyTextOf } from '../calls/way-text.ts';
import { useVersions } from './flow-queries.ts';
import type { Replay, Replayed, ReplayedCall } from './use-replay.ts';
import { flowWords } from './words.ts';

const LAST = [100, 500, 1000];
/** Calls that are listed at first, and more at each click. */
const SHOWN = 50;

/** The last calls through what is edited, or a version: which branch became which, and which calls go elsewhere (回放). */
export function ReplayPanel({ number, replay }: { readonly number: string; readonly replay: Replay }) {
  const say = useSay(flowWords);
  const { asked, change, begin, cancel, job, isRunning, error, failed, found, isOld } = replay;
  const versions = useVersions(number, true);
  return (
    <div className="replay">
      <div className="replay-fields">
        <label htmlFor="replay-on">{say('replayOn')}</label>
        <Select
          id="replay-on"
          value={asked.version ?? 0}
          disabled={isRunning}
          onChange={(version: number) => change({ ...asked, version: version === 0 ? undefined : version })}
          options={[
            { value: 0, label: say('replayEdited') },
            ...(versions.data ?? []).map(({ version, state }) => ({
              value: version,
              label: `${say('versionNo', { version })} ${say(`state-${state}`)}`,
            })),
          ]}
        />
        <label htmlFor="replay-last">{say('replayLast')}</label>
        <Select
          id="replay-last"
          value={asked.last}
          disabled={isRunning}
          onChange={(last: number) => change({ ...asked, last })}
          options={LAST.map((last) => ({ value: last, label: say('replayCalls', { n: count(last) }) }))}
        />
      </div>
      {isRunning ? (
        <div className="replay-runs" role="status">
          <Progress
            percent={job?.total ? Math.floor((100 * job.done) / job.total) : 0}
            aria-label={say('replay')}
          />
          <span className="faint small">
            {job?.total
              ? say('replayDone', { done: count(job.done), total: count(job.total) })
              : say('replayBegins')}
          </span>
          <Button size="small" disabled={!job} onClick={cancel}>
            {say('replayCancel')}
          </Button>
        </div>
      ) : (
        <Button type="primary" icon={<PlayCircleOutlined />} onClick={begin}>
          {say('replayBegin')}
        </Button>
      )}
      {!isRunning && (error !== undefined || failed) && (
        <p className="tester-fault" role="alert">
          {error instanceof ApiError && error.code === 'change-refused' ? (
            say('testRefused')
          ) : error ? (
            <ProblemText error={error} />
          ) : failed?.state === 'cancelled' ? (
            say('replayCancelled')
          ) : (
            say('replayFailed')
          )}
          {failed?.error && <span className="faint small"> {failed.error}</span>}
        </p>
      )}
      {!isRunning && isOld && (
        <p className="faint small" role="status">
          {say('replayOld')}
        </p>
      )}
      {!isRunning && found && <Found found={found} />}
      {!isRunning && !found && !error && !failed && <p className="faint small">{say('replayFirst')}</p>}
    </div>
  );
}

function Found({ found }: { readonly found: Replayed }) {
  const say = useSay(flowWords);
  const { language } = useLanguage();
  const [chosen, choose] = useState<Replayed['changes'][number]>();
  const counts = [
    ['same', found.same],
    ['otherwise', found.otherwise],
    ['unknown', found.unknown],
    ['failed', found.failed],
  ] as const;
  if (found.calls === 0) return <p className="faint">{say('replayNone')}</p>;
  const node = (step: string) =>
    step === '(arrival)'
      ? say('replayArrival')
      : step === '(end)'
        ? say('replayEnd')
        : stepText(step, language);
  const isOf = ({ change }: ReplayedCall) =>
    chosen === undefined ||
    (change?.at === chosen.at && change.before === chosen.before && change.after === chosen.after);
  const elsewhere = found.items.filter((call) => call.outcome === 'otherwise' && isOf(call));
  return (
    <>
      <dl className="replay-counts">
        {counts
          .filter(([name, n]) => n > 0 || name === 'same' || name === 'otherwise')
          .map(([name, n]) => (
            <div key={name} className={name === 'otherwise' && n > 0 ? 'is-warning' : undefined}>
              <dt>{say(`replay-${name}`)}</dt>
              <dd>{count(n)}</dd>
            </div>
          ))}
      </dl>
      {found.changes.length > 0 && (
        <>
          <h2>{say('replayChanges')}</h2>
          <ul className="replay-changes" aria-label={say('replayChanges')}>
            {found.changes.map((change) => (
              <li key={`${change.at} ${change.before} ${change.after}`}>
                <button
                  type="button"
                  aria-pressed={change === chosen}
                  onClick={() => choose(change === chosen ? undefined : change)}
                >
                  <span className="faint small">{say('replayAt', { step: node(change.at) })}</span>
                  <span>
                    {node(change.before)} → <strong>{node(change.after)}</strong>
                  </span>
                  <span className="replay-n">{say('replayCalls', { n: count(change.calls) })}</span>
                </button>
              </li>
            ))}
          </ul>
          <Elsewhere key={chosen && `${chosen.at} ${chosen.after}`} calls={elsewhere} node={node} />
        </>
      )}
    </>
  );
}

interface ElsewhereProps {
  readonly calls: readonly ReplayedCall[];
  readonly node: (step: string) => string;
}

/** Calls that go elsewhere, the newest first. */
function Elsewhere({ calls, node }: ElsewhereProps) {
  const say = useSay(flowWords);
  const { language } = useLanguage();
  const maySee = useMay('call:read');
  const [most, setMost] = useState(SHOWN);
  return (
    <>
      <h2>{say('replayElsewhere')}</h2>
      <ul className="replay-calls" aria-label={say('replayElsewhere')}>
        {calls
          .toReversed()
          .slice(0, most)
          .map((call) => (
            <li key={call.id ?? `${call.at} ${call.caller}`}>
              <span className="replay-call">
                <Moment at={call.at} isShort />
                <PhoneNumber number={call.caller} />
                {maySee && call.id !== null && (
                  <Link to={`/calls/${encodeURIComponent(call.id)}?range=all`}>{say('replayOpen')}</Link>
                )}
              </span>
              {call.change && (
                <span>
                  {node(call.change.before)} → <strong>{node(call.change.after)}</strong>
                </span>
              )}
              <span className="faint small">{whyTextOf(whyOf(call), language)}</span>
            </li>
          ))}
      </ul>
      {calls.length > most && (
        <Button size="small" onClick={() => setMost(most + SHOWN)}>
          {say('replayMore', { n: count(calls.length - most) })}
        </Button>
      )}
    </>
  );
}

/** Why it goes another way: of the step that it takes there, or of the one before where it ends there. */
function whyOf({ before, after }: ReplayedCall): string {
  const steps = after ?? [];
  const at = steps.findIndex(({ step }, index) => step !== before?.[index]);
  return (steps[at] ?? steps.at(-1))?.why ?? '';
}
