import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Radio, Select } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { TODO } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { DeskRow, ScreenRow } from '../../api/types.ts';
import type { Desk } from '../../desk/desk-provider.tsx';
import { useSay } from '../../i18n/language.tsx';
import { clock, dateTime, instantOf } from '../../kit/format.ts';
import { ariaKeys } from '../../kit/keys.ts';
import { useNow } from '../../kit/moment.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { useKeyActs, useKeys } from '../../kit/use-keys.ts';
import { finishWrapUp, sayOfCall } from './finish.ts';
import type { Draft } from './use-draft.ts';
import { deskWords } from './words.ts';

const EXTENSION_MS = 30_000;
const CALL_BACK_MS = 3_600_000;

interface WrapUpProps {
  readonly screen: ScreenRow;
  /** The call has ended for everybody. */
  readonly isOver: boolean;
  readonly desk: Desk;
  readonly draft: Draft;
  /** Undefined: his time for it is over, or there was none. */
  readonly wrapUp: DeskRow['wrapUp'] | undefined;
  /** He has done with the call. */
  readonly closed: () => void;
}

/** What the call came to (话后整理), in the time that the queue gives for it. */
export function WrapUp({ screen, isOver, desk, draft, wrapUp, closed }: WrapUpProps) {
  const say = useSay(deskWords);
  const { zone } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const id = useId();
  const { words, write } = draft;
  const [isCallBack, setCallBack] = useState(false);
  const [at, setAt] = useState(() =>
    dateTime(Date.now() + CALL_BACK_MS, zone)
      .slice(0, 16)
      .replace(' ', 'T'),
  );
  const [about, setAbout] = useState('');
  const isPromised = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<'needDisposition' | 'needTime'>();
  const [error, setError] = useState<unknown>();
  const { queue, callId } = screen;
  const tree = queue?.dispositions ?? [];
  const [hadTime, setHadTime] = useState(false);
  if (wrapUp && !hadTime) setHadTime(true);
  const isRequired = queue?.isDispositionRequired === true;
  // What is said of a call without a wrap-up is said of its record.
  const canFinish = Boolean(wrapUp) || isOver;
  const finish = async () => {
    if (!canFinish || isBusy) return;
    const time = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(at);
    if (isRequired && words.disposition === null) return setWrong('needDisposition');
    if (isCallBack && !time) return setWrong('needTime');
    setWrong(undefined);
    setError(undefined);
    setBusy(true);
    const dueAt = time ? new Date(instantOf(time[1]!, `${time[2]}:00`, zone)).toISOString() : undefined;
    try {
      await draft.save();
      await finishWrapUp({
        callId,
        words,
        isInWrapUp: wrapUp !== undefined && wrapUp !== null,
        isOver,
        ...(isCallBack &&
          !isPromised.current && {
            callBack: {
              dueAt: dueAt!,
              text: about.trim() || words.note.slice(0, 200),
              made: () => {
                isPromised.current = true;
              },
            },
          }),
      });
      message.success(say('finishedCall'));
      closed();
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: TODO });
      void client.invalidateQueries({ queryKey: ['desk'] });
    }
  };
  const keys = useKeys();
  useKeyActs({ finish: () => void finish() });
  useKept({ callId, words, isInWrapUp: Boolean(wrapUp), isBusy });
  return (
    <section className="card desk-part desk-wrap-up" aria-labelledby={`${id}-title`}>
      <div className="desk-head-line">
        <h2 id={`${id}-title`}>{say('wrapUp')}</h2>
        <span className="desk-space" />
        {wrapUp ? (
          <TimeLeft wrapUp={wrapUp} desk={desk} />
        ) : (
          <span className="faint">{say(hadTime ? 'timeOver' : 'noTime')}</span>
        )}
      </div>
      {tree.length > 0 && (
        <div className="desk-field">
          <label htmlFor={`${id}-disposition`}>
            {say('disposition')} {isRequired && <span className="desk-warning small">{say('required')}</span>}
          </label>
          <Select
            id={`${id}-disposition`}
            value={words.disposition}
            onChange={(disposition: string | undefined) => write({ disposition: disposition ?? null })}
            options={leavesOf(tree)}
            showSearch={{ optionFilterProp: 'label' }}
            allowClear
            placeholder={say('dispositionHint')}
            {...(wrong === 'needDisposition' && { status: 'error' as const })}
          />
        </div>
      )}
      {isOver ? (
        <div className="desk-field">
          <span id={`${id}-resolved`}>{say('resolved')}</span>
          <Radio.Group
            aria-labelledby={`${id}-resolved`}
            value={words.resolved}
            onChange={({ target }) => write({ resolved: target.value as boolean })}
            options={[
              { value: true, label: say('yes') },
              { value: false, label: say('no') },
            ]}
          />
        </div>
      ) : (
        <p className="faint small">{say('goesOn')}</p>
      )}
      <div className="desk-field">
        <span id={`${id}-next`}>{say('next')}</span>
        <Radio.Group
          aria-labelledby={`${id}-next`}
          value={isCallBack}
          onChange={({ target }) => setCallBack(target.value as boolean)}
          options={[
            { value: false, label: say('next-none') },
            { value: true, label: say('next-call-back') },
          ]}
        />
      </div>
      {isCallBack && (
        <div className="desk-field desk-call-back">
          <label htmlFor={`${id}-at`}>{say('nextAt')}</label>
          <Input
            id={`${id}-at`}
            type="datetime-local"
            value={at}
            onChange={({ target }) => setAt(target.value)}
            {...(wrong === 'needTime' && { status: 'error' as const })}
          />
          <label htmlFor={`${id}-about`}>{say('nextText')}</label>
          <Input
            id={`${id}-about`}
            maxLength={200}
            value={about}
            onChange={({ target }) => setAbout(target.value)}
          />
        </div>
      )}
      {wrong && (
        <p className="desk-warning" role="alert">
          <WarningOutlined aria-hidden /> {say(wrong)}
        </p>
      )}
      {error !== undefined && (
        <p className="desk-warning" role="alert">
          <WarningOutlined aria-hidden /> <ProblemText error={error} />
        </p>
      )}
      <div className="desk-head-line">
        <Button
          type="primary"
          icon={<CheckCircleOutlined />}
          loading={isBusy}
          disabled={!canFinish}
          onClick={() => void finish()}
          aria-keyshortcuts={ariaKeys(keys.finish)}
        >
          {say('finish')}
        </Button>
        <span className="small faint">
          <kbd>{keys.finish}</kbd>
        </span>
      </div>
    </section>
  );
}

interface Entry {
  readonly code: string;
  readonly title: string;
  readonly children?: readonly Entry[];
}

/** What has others below it is chosen by one of them: each with the way to it. */
function leavesOf(
  entries: readonly Entry[],
  way: readonly string[] = [],
): { value: string; label: string }[] {
  return entries.flatMap(({ code, title, children = [] }) => {
    const path = [...way, title];
    return children.length > 0 ? leavesOf(children, path) : [{ value: code, label: path.join(' / ') }];
  });
}

function TimeLeft({
  wrapUp,
  desk,
}: {
  readonly wrapUp: NonNullable<DeskRow['wrapUp']>;
  readonly desk: Desk;
}) {
  const say = useSay(deskWords);
  const now = useNow();
  const leftMs = Date.parse(wrapUp.until) - now;
  const isNear = leftMs < 10_000;
  const { extensionsLeft } = wrapUp;
  return (
    <>
      <span className={`desk-timer ${isNear ? 'is-over' : 'is-calm'}`}>
        <span aria-hidden>{isNear ? <WarningOutlined /> : <ClockCircleOutlined />}</span>
        <span className="running">{say('timeLeft', { time: clock(leftMs) })}</span>
      </span>
      {extensionsLeft > 0 && (
        <Button
          size="small"
          loading={desk.pending.has('extendWrapUp')}
          onClick={() => void desk.acts.extendWrapUp(EXTENSION_MS)}
        >
          {say('extend', { seconds: EXTENSION_MS / 1000 })}
        </Button>
      )}
    </>
  );
}

interface Kept {
  readonly callId: string;
  readonly words: Draft['words'];
  readonly isInWrapUp: boolean;
  readonly isBusy: boolean;
}

/** His time is over, or somebody ended it: what he has written is said of the call all the same. */
function useKept({ callId, words, isInWrapUp, isBusy }: Kept): void {
  const before = useRef(isInWrapUp);
  const latest = useRef({ words, isBusy });
  latest.current = { words, isBusy };
  useEffect(() => {
    const isEnded = before.current && !isInWrapUp;
    before.current = isInWrapUp;
    if (!isEnded || latest.current.isBusy) return;
    // It stays on the screen: he may say it again.
    sayOfCall(callId, latest.current.words).catch(() => {});
  }, [callId, isInWrapUp]);
}
