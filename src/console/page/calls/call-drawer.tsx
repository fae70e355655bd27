import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { ApiError, ask } from '../../api/ask.ts';
import { CALL } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { CallRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { duration, timeOf } from '../../kit/format.ts';
import { Moment, Running } from '../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { Num, Outcome } from './call-facts.tsx';
import { Ladder } from './ladder.tsx';
import { Recordings } from './recordings.tsx';
import { SegmentBar } from './segment-bar.tsx';
import { Asks, Quality, Targets } from './tables.tsx';
import { callsWords, callWords } from './words.ts';

/** All that is known of one call. */
export function CallDrawer({ close }: { readonly close: () => void }) {
  const say = useSay(callWords);
  const sayList = useSay(callsWords);
  const { id = '' } = useParams();
  const call = useQuery({
    queryKey: [...CALL, id],
    queryFn: ({ signal }) => ask<CallRow>(`/calls/${encodeURIComponent(id)}`, { signal }),
  });
  const isGone = call.error instanceof ApiError && call.error.status === 404;
  const title = call.data ? <Head call={call.data} /> : sayList('title');
  return (
    <Drawer open size={760} onClose={close} title={title} destroyOnHidden>
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
      {call.data && <Body call={call.data} />}
    </Drawer>
  );
}

function Head({ call }: { readonly call: CallRow }) {
  const sayList = useSay(callsWords);
  const { direction, caller, area, carrier } = call;
  return (
    <div className="call-head">
      <span className="faint">{sayList(direction)}</span>
      <span className="call-number">
        <Num number={caller} />
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
  const mayListen = useMay('recording:read');
  const maySeeLadder = useMay('ladder:read');
  return (
    <>
      <Facts call={call} />
      {call.segments.length > 0 && (
        <Part title={say('timeline')}>
          <SegmentBar segments={call.segments} />
        </Part>
      )}
      {mayListen && call.recordings.length > 0 && (
        <Part title={say('recordings')}>
          <Recordings callId={call.id} recordings={call.recordings} />
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
        <Part title={say('ladder')}>
          <Ladder callId={call.id} />
        </Part>
      )}
    </>
  );
}

function Facts({ call }: { readonly call: CallRow }) {
  const say = useSay(callWords);
  const sayOf = useSayOf(callWords);
  const sayList = useSay(callsWords);
  const { message } = App.useApp();
  const { startedAt, endedAt, durationMs, talkMs, endedBy, cause, q850, surveyDigit, keys } = call;
  const facts: readonly (readonly [title: string, value: ReactNode] | false)[] = [
    [sayList('called'), <Num key="called" number={call.called} />],
    call.hotline !== null &&
      call.hotline !== call.called && [say('hotline'), <Num key="hotline" number={call.hotline} />],
    [say('started'), <Moment key="started" at={startedAt} />],
    endedAt !== null && [say('ended'), <Moment key="ended" at={endedAt} />],
    [say('duration'), endedAt === null ? <Running key="duration" since={startedAt} /> : duration(durationMs)],
    talkMs > 0 && [say('talk'), duration(talkMs)],
    call.agent !== null && [sayList('agent'), call.agent],
    endedBy !== null && [say('endedBy'), sayOf(`endedBy-${endedBy}`)],
    cause !== null && cause !== 'normal' && [say('cause'), say('causeText', { cause, q850: q850 ?? 0 })],
    surveyDigit !== null && [say('score'), surveyDigit],
    keys.length > 0 && [say('keys'), keys.map(({ digits }) => digits).join(' ')],
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
        .filter((fact) => fact !== false)
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
  const { zone } = useSession();
  return (
    <dl className="way">
      {call.path.map(({ step, why, at }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps stay where they are
        <div key={place} style={{ display: 'contents' }}>
          <dt>{timeOf(at, zone)}</dt>
          <dd>
            {step}
            <p className="faint small">{why}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}
