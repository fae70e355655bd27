import CloseOutlined from '@ant-design/icons/es/icons/CloseOutlined';
import CrownOutlined from '@ant-design/icons/es/icons/CrownOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import { Button } from 'antd';
import { useState } from 'react';
import type { CallInHand } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { clock, phoneNumber } from '../../kit/format.ts';
import { Running } from '../../kit/moment.tsx';
import { Pill, STATE_LOOKS } from '../../kit/status-pill.tsx';
import { barWords } from './words.ts';

/** As which state of an agent a phase looks. */
const LOOKS: Readonly<Record<CallInHand['phase'], string>> = {
  ringing: 'ringing',
  dialling: 'dialling',
  connecting: 'dialling',
  talking: 'talking',
  held: 'hold',
  consulting: 'consulting',
  alternated: 'consulting',
  asked: 'consulting',
  conference: 'conference',
  reconnecting: 'reconnecting',
};

/** Who is at the other end, and all that helps to greet him. */
export function CallStrip({ call, others }: { readonly call: CallInHand; readonly others: number }) {
  const say = useSay(barWords);
  const { phase, number, third, recording } = call;
  const since =
    phase === 'ringing' || phase === 'dialling' ? call.phaseSince : (call.talkSince ?? call.phaseSince);
  return (
    <section className="pb-call" aria-label={say(`phase-${phase}`)}>
      <span className="pb-call-head">
        <Pill {...STATE_LOOKS[LOOKS[phase]]!}>
          {say(`phase-${phase}`)} <Running since={since} />
        </Pill>
        <strong className="pb-number">{number === '' ? say('withheld') : phoneNumber(number)}</strong>
        {call.vip !== null && (
          <Pill tone="amber" icon={<CrownOutlined />}>
            {say('vip')}
          </Pill>
        )}
        {phase === 'held' && (
          <span className="small pb-hold">
            {say('held')} <Running since={call.phaseSince} />
          </span>
        )}
        {third && (
          <span className="small">
            {say(third.isThere ? 'thirdThere' : 'thirdRings', { name: third.name })}
          </span>
        )}
        {recording === 'paused' && <span className="small pb-hold">{say('recordingPaused')}</span>}
        {others > 0 && <span className="small faint">{say('others', { count: others })}</span>}
      </span>
      <Facts call={call} />
    </section>
  );
}

function Facts({ call }: { readonly call: CallInHand }) {
  const say = useSay(barWords);
  const { area, carrier, hotline, queue, keys, waitingSince, waitMs, history } = call;
  const via =
    hotline && queue ? say('via', { hotline: hotline.title, queue: queue.title }) : (hotline ?? queue)?.title;
  const facts = [
    [area, carrier].filter(Boolean).join(' '),
    via,
    waitMs !== null && say('waitedFor', { time: clock(waitMs) }),
    keys !== '' && say('keys', { keys }),
    history && history.calls24h > 1 && say('nth', { count: history.calls24h }),
    history?.lastAgent && say('lastAgent', { agent: history.lastAgent }),
  ].filter((fact) => typeof fact === 'string' && fact !== '');
  return (
    <span className="pb-facts small faint">
      {waitingSince !== null && waitMs === null && (
        <span>
          {say('waited')} <Running since={waitingSince} />
        </span>
      )}
      {facts.map((fact) => (
        <span key={String(fact)}>{fact}</span>
      ))}
    </span>
  );
}

/** What a colleague says to who takes the caller over: seen before he answers, until he has read it. */
export function HandOver({ call: { handOver, phase } }: { readonly call: CallInHand }) {
  const say = useSay(barWords);
  const [read, setRead] = useState<string>();
  if (!handOver || handOver.text === read) return null;
  return (
    <div className="pb-hand-over" role="status">
      <SwapOutlined aria-hidden />
      <span>
        <strong>{say('handOver', { agent: handOver.agent })}</strong> {handOver.text}
      </span>
      {phase !== 'ringing' && (
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={say('handOverRead')}
          title={say('handOverRead')}
          onClick={() => setRead(handOver.text)}
        />
      )}
    </div>
  );
}
