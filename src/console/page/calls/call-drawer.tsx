import ArrowDownOutlined from '@ant-design/icons/es/icons/ArrowDownOutlined';
import ArrowUpOutlined from '@ant-design/icons/es/icons/ArrowUpOutlined';
import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useParams } from 'react-router';
import { ApiError, ask } from '../../api/ask.ts';
import { CALL } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { CallRow } from '../../api/types.ts';
import { useLanguage, useSay, useSayOf } from '../../i18n/language.tsx';
import { FlagButton, FlagMark } from '../../kit/call-flag.tsx';
import { flagWords } from '../../kit/flag-words.ts';
import { duration, timeOf } from '../../kit/format.ts';
import { Moment, Running } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import type { PlayerHandle } from '../../kit/player.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { useKeyActs } from '../../kit/use-keys.ts';
import { Outcome } from './call-facts.tsx';
import { Comments } from './comments.tsx';
import { callWords } from './drawer-words.ts';
import { Ladder } from './ladder/ladder.tsx';
import { ladderWords } from './ladder/words.ts';
import { listenerWords } from './listener-words.ts';
import { Listeners } from './listeners.tsx';
import { Noted } from './noted.tsx';
import { reasonWords } from './reason-words.ts';
import { Recordings } from './recordings.tsx';
import { SegmentBar } from './segment-bar.tsx';
import { Asks, Quality, Targets } from './tables.tsx';
import { stepText, whyTextOf } from './way-text.ts';
import { callsWords } from './words.ts';
import '../../kit/details.css';
import './calls.css';

export interface CallDrawerProps {
  readonly close: () => void;
  /** Opens the call before it in the list, or behind it; undefined: there is none. */
  readonly before?: (() => void) | undefined;
  readonly behind?: (() => void) | undefined;
}

/** All that is known of one call. */
export function CallDrawer({ close, before, behind }: CallDrawerProps) {
  const say = useSay(callWords);
  const sayList = useSay(callsWords);
  const { id = '' } = useParams();
  const call = useQuery({
    queryKey: [...CALL, id],
    queryFn: ({ signal }) => ask<CallRow>(`/calls/${encodeURIComponent(id)}`, { signal }),
  });
  const isGone = call.error instanceof ApiError && call.error.status === 404;
  const title = call.data ? <Head call={call.data} /> : sayList('title');
  useKeyActs({ previous: () => before?.(), next: () => behind?.() });
  const mayNote = useMay('call:note');
  const flag = call.data && mayNote && <FlagButton callId={id} flag={call.data.flag} place="drawer" />;
  const beside = (before ?? behind) !== undefined && (
    <>
      <Button
        type="text"
        icon={<ArrowUpOutlined />}
        disabled={!before}
        aria-label={say('before')}
        aria-keyshortcuts="k"
        title={`${say('before')} (K)`}
        onClick={before}
      />
      <Button
        type="text"
        icon={<ArrowDownOutlined />}
        disabled={!behind}
        aria-label={say('behind')}
        aria-keyshortcuts="j"
        title={`${say('behind')} (J)`}
        onClick={behind}
      />
    </>
  );
  const extra = (
    <>
      {flag}
      {beside}
    </>
  );
  return (
    <Drawer open size={760} onClose={close} title={title} extra={extra} destroyOnHidden>
      {call.isPending && <Loading lines={14} />}
      {call.isError && !isGone && <Failed error={call.error} retry={() => void call.refetch()} />}
      {isGone && (
        <Empty
          icon={<PhoneOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {call.data && <Body key={id} call={call.data} />}
    </Drawer>
  );
}

/** Numbers of a call that runs are not revealed. */
const idToReveal = ({ id, state }: CallRow) => (state === 'ended' ? id : undefined);

function Head({ call }: { readonly call: CallRow }) {
  const sayList = useSay(callsWords);
  const { direction, caller, area, carrier } = call;
  return (
    <div className="call-head">
      <span className="faint">{sayList(direction)}</span>
      <span className="call-number">
        <PhoneNumber number={caller} callId={idToReveal(call)} />
      </span>
      <span className="faint">{[area, carrier].filter(Boolean).join(' ')}</span>
      <Outcome call={call} />
    </div>
  );
}

/** A part with its title, in which nothing may be. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="call-part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Body({ call }: { readonly call: CallRow }) {
  const say = useSay(callWords);
  const sayLadder = useSay(ladderWords);
  const mayListen = useMay('recording:read');
  const sayListeners = useSay(listenerWords);
  const maySeeListeners = useMay('audit:read');
  const maySeeLadder = useMay('ladder:read');
  const player = useRef<PlayerHandle>(null);
  const [commentAt, setCommentAt] = useState<number>();
  const hasRecordings = mayListen && call.recordings.length > 0;
  return (
    <>
      <Facts call={call} />
      {(hasRecordings || call.segments.length > 0) && (
        <Part title={say(hasRecordings ? 'recordings' : 'timeline')}>
          {hasRecordings && <Recordings call={call} player={player} comment={setCommentAt} />}
          {call.segments.length > 0 && <SegmentBar segments={call.segments} />}
        </Part>
      )}
      <Part title={say('noted')}>
        <Noted call={call} />
      </Part>
      {call.state === 'ended' && (
        <Part title={say('comments')}>
          <Comments
            call={call}
            at={commentAt}
            clearAt={() => setCommentAt(undefined)}
            seek={(ms) => player.current?.seek(ms, true)}
          />
        </Part>
      )}
      {maySeeListeners && call.recordings.length > 0 && (
        <Part title={sayListeners('title')}>
          <Listeners call={call} />
        </Part>
      )}
      {call.path.length > 0 && (
        <Part title={say('path')}>
          <Way call={call} />
        </Part>
      )}
      {call.asks.length > 0 && (
        <Part title={say('queues')}>
          <Asks asks={call.asks} />
        </Part>
      )}
      {call.targets.length > 0 && (
        <Part title={say('rung')}>
          <Targets targets={call.targets} />
        </Part>
      )}
      {call.quality.length > 0 && (
        <Part title={say('quality')}>
          <Quality quality={call.quality} />
        </Part>
      )}
      {maySeeLadder && (
        <Part title={sayLadder('ladder')}>
          <Ladder callId={call.id} isRunning={call.state === 'running'} />
        </Part>
      )}
    </>
  );
}

function Facts({ call }: { readonly call: CallRow }) {
  const say = useSay(callWords);
  const sayOf = useSayOf(callWords);
  const sayReason = useSayOf(reasonWords);
  const sayList = useSay(callsWords);
  const sayFlag = useSay(flagWords);
  const { message } = App.useApp();
  const { startedAt, endedAt, durationMs, talkMs, endedBy, cause, q850, surveyDigit, keys } = call;
  const facts: readonly (readonly [title: string, value: ReactNode] | false | null)[] = [
    [
      sayList('called'),
      <PhoneNumber key="called" number={call.called} callId={idToReveal(call)} as="called" />,
    ],
    call.hotline !== null &&
      call.hotline !== call.called && [say('hotline'), <PhoneNumber key="hotline" number={call.hotline} />],
    [say('started'), <Moment key="started" at={startedAt} />],
    endedAt !== null && [say('ended'), <Moment key="ended" at={endedAt} />],
    [say('duration'), endedAt === null ? <Running key="duration" since={startedAt} /> : duration(durationMs)],
    talkMs > 0 && [say('talk'), duration(talkMs)],
    call.agent !== null && [sayList('agent'), call.agent],
    endedBy !== null && [say('endedBy'), sayOf(`endedBy-${endedBy}`)],
    cause !== null &&
      cause !== 'normal' && [say('cause'), say('causeText', { cause: sayReason(cause), q850: q850 ?? 0 })],
    surveyDigit !== null && [say('score'), surveyDigit],
    keys.length > 0 && [say('keys'), keys.map(({ digits }) => digits).join(' ')],
    call.flag && [
      sayFlag('flagged'),
      <span key="flag">
        <FlagMark flag={call.flag} /> {call.flag.reason}
        <br />
        <span className="faint small">
          {call.flag.by} · <Moment at={call.flag.at} isShort />
        </span>
      </span>,
    ],
    [
      say('id'),
      <span key="id">
        <code>{call.id}</code>{' '}
        <Button
          type="text"
          size="small"
          icon={<CopyOutlined />}
          aria-label={say('copy')}
          onClick={() =>
            void navigator.clipboard?.writeText(call.id).then(() => message.success(say('copied')))
          }
        />
      </span>,
    ],
  ];
  return (
    <dl className="call-facts">
      {facts
        .filter((fact) => fact !== false && fact !== null)
        .map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Way({ call }: { readonly call: CallRow }) {
  const { language } = useLanguage();
  const { zone } = useSession();
  return (
    <dl className="way">
      {call.path.map(({ step, why, at }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps stay where they are
        <div key={place} style={{ display: 'contents' }}>
          <dt>{timeOf(at, zone)}</dt>
          <dd>
            {stepText(step, language)}
            <p className="faint small">{whyTextOf(why, language)}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}
