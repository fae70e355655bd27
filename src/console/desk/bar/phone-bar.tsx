import CloseOutlined from '@ant-design/icons/es/icons/CloseOutlined';
import ExclamationCircleOutlined from '@ant-design/icons/es/icons/ExclamationCircleOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import { Button, Popover, Segmented } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { clock, percent } from '../../kit/format.ts';
import { useNow } from '../../kit/moment.tsx';
import { StatusPill } from '../../kit/status-pill.tsx';
import { useKeyActs } from '../../kit/use-keys.ts';
import type { Line, Today } from '../desk-data.ts';
import { type Desk, useDesk } from '../desk-provider.tsx';
import { DirectoryDialog } from '../directory/directory-dialog.tsx';
import { CallControls } from './call-controls.tsx';
import { CallStrip, HandOver } from './call-strip.tsx';
import { PhoneCheck } from './check.tsx';
import { FaultButton } from './fault-button.tsx';
import { DeskFlag, markedInBar } from './flag-button.tsx';
import { HelpButton } from './help-button.tsx';
import { ParkedCallers } from './parked-callers.tsx';
import { DevicesMenu, MicrophoneLevel, NetworkLight } from './sound.tsx';
import { StateMenu } from './state-menu.tsx';
import { useRinging } from './use-ringing.ts';
import { barWords, checkWords } from './words.ts';
import './phone-bar.css';

/** The phone bar (话务条) of who is an agent; of others nothing. */
export function PhoneBar() {
  const desk = useDesk();
  return desk ? <Bar desk={desk} /> : null;
}

function Bar({ desk }: { readonly desk: Desk }) {
  const say = useSay(barWords);
  const { row, call, acts, phone } = desk;
  const [isStateOpen, setStateOpen] = useState(false);
  useRinging(call, phone);
  const isSignedIn = row.state !== 'signed-out';
  const { seek } = desk;
  useKeyActs({
    directory: () => seek('look'),
    ready: isSignedIn ? () => void acts.setState('ready') : undefined,
    break: isSignedIn
      ? () => (row.breakReasons.length === 0 ? void acts.setState('break') : setStateOpen(true))
      : undefined,
  });
  const { quality } = phone.sight;
  const marked = markedInBar(desk);
  return (
    <section className="phone-bar" aria-label={say('bar')}>
      <div className="pb-row">
        {isSignedIn ? (
          <StateMenu desk={desk} isOpen={isStateOpen} setOpen={setStateOpen} />
        ) : (
          <StatusPill state={row.state} />
        )}
        <Seat desk={desk} />
        {(!isSignedIn || lacksPhone(desk)) && <SignIn desk={desk} />}
        {call && <CallStrip call={call} others={row.calls.length - 1} />}
        <span className="pb-space" />
        {call && <CallControls desk={desk} call={call} />}
        {!call && row.parked.length > 0 && <ParkedCallers desk={desk} />}
        {row.wrapUp && !call && <WrapUp desk={desk} wrapUp={row.wrapUp} />}
        {isSignedIn && !call && <Idle desk={desk} dial={() => seek('dial')} />}
        {quality && call && <NetworkLight quality={quality} />}
        {quality && call && <MicrophoneLevel level={quality.microphone} isMuted={call.isMuted} />}
        {marked !== undefined && <DeskFlag key={marked} callId={marked} place="bar" />}
        {isSignedIn && <HelpButton desk={desk} />}
        <DevicesMenu phone={phone} />
        <FaultButton desk={desk} />
      </div>
      {call && <HandOver key={call.callId} call={call} />}
      <Trouble desk={desk} />
      <Refused desk={desk} />
      <Directory desk={desk} />
    </section>
  );
}

function Directory({ desk }: { readonly desk: Desk }) {
  const { seeking, seek, call } = desk;
  if (!seeking) return null;
  const isTalk = call?.phase === 'talking' || call?.phase === 'held';
  const canDo = isTalk ? 'transfer' : call ? 'look' : 'dial';
  const close = () => seek(undefined);
  return <DirectoryDialog desk={desk} seeking={seeking === 'look' ? canDo : seeking} close={close} />;
}

/** He is signed in and no phone of his can be rung: the one in the page is offered. */
const lacksPhone = ({ row, phone }: Desk): boolean =>
  row.state === 'unreachable' && row.seat.kind === 'extension' && phone.role === 'off';

/** Where he sits, and how the phone there is. */
function Seat({ desk: { row, phone } }: { readonly desk: Desk }) {
  const say = useSay(barWords);
  const { seat } = row;
  const { kind, role, sight } = phone;
  const isBrowser = kind === 'browser' && seat.kind === 'extension';
  const name =
    seat.kind === 'outside'
      ? say('seat-outside', { number: seat.number })
      : say('seatOf', { number: seat.number, kind: say(`seat-${kind}`) });
  const isUnderWay = sight.state === 'connecting' || sight.state === 'reconnecting';
  return (
    <span className="pb-seat small">
      <span className="pb-seat-who">{say('workNumber', { agent: row.agent })}</span>
      <span className="faint">
        {isBrowser && isUnderWay
          ? say(`phone-${sight.state as 'connecting'}`)
          : isBrowser && role === 'remote'
            ? say('elsewhere')
            : name}
      </span>
    </span>
  );
}

function SignIn({ desk }: { readonly desk: Desk }) {
  const { row, acts, phone, pending } = desk;
  const say = useSay(barWords);
  const sayCheck = useSay(checkWords);
  const [isChecking, setChecking] = useState(false);
  const isSignedIn = row.state !== 'signed-out';
  if (isSignedIn)
    return (
      <span className="pb-sign-in">
        <Button
          type="primary"
          loading={pending.has('signIn')}
          onClick={() => {
            phone.choose('browser');
            void acts.signIn();
          }}
        >
          {say('connectPhone')}
        </Button>
      </span>
    );
  return (
    <span className="pb-sign-in">
      {row.seat.kind === 'extension' && (
        <Segmented
          aria-label={say('choosePhone')}
          value={phone.kind}
          onChange={phone.choose}
          options={[
            { value: 'browser', label: say('seat-browser') },
            { value: 'phone', label: say('seat-phone') },
          ]}
        />
      )}
      <Button type="primary" loading={pending.has('signIn')} onClick={() => void acts.signIn()}>
        {say('signIn')}
      </Button>
      {phone.kind === 'browser' && row.seat.kind === 'extension' && (
        <Button onClick={() => setChecking(true)}>{sayCheck('open')}</Button>
      )}
      {isChecking && <PhoneCheck desk={desk} close={() => setChecking(false)} />}
    </span>
  );
}

function WrapUp({
  desk,
  wrapUp,
}: {
  readonly desk: Desk;
  readonly wrapUp: NonNullable<Desk['row']['wrapUp']>;
}) {
  const say = useSay(barWords);
  const now = useNow();
  const { acts, pending } = desk;
  return (
    <span className="pb-wrap-up">
      <span className="small">
        {say('wrapUpLeft')} <span className="running">{clock(Date.parse(wrapUp.until) - now)}</span>
      </span>
      {wrapUp.needsDisposition && <span className="small faint">{say('needsDisposition')}</span>}
      {wrapUp.extensionsLeft > 0 && (
        <Button loading={pending.has('extendWrapUp')} onClick={() => void acts.extendWrapUp(EXTENSION_MS)}>
          {say('extendWrapUp', { seconds: EXTENSION_MS / 1000 })}
        </Button>
      )}
      <Button
        type="primary"
        disabled={wrapUp.needsDisposition}
        loading={pending.has('endWrapUp')}
        onClick={() => void acts.endWrapUp()}
      >
        {say('endWrapUp')}
      </Button>
    </span>
  );
}
const EXTENSION_MS = 30_000;

/** While nobody calls: who waits, what today was like, calls of one's own. */
function Idle({ desk, dial }: { readonly desk: Desk; readonly dial: () => void }) {
  const say = useSay(barWords);
  const { lines, today, acts, pending } = desk;
  const waits = lines.some(({ waiting }) => waiting > 0);
  return (
    <>
      {lines.length > 0 && <Lines lines={lines} />}
      {today && <TodayFigures today={today} />}
      {waits && (
        <Button
          loading={pending.has('pickUp')}
          onClick={() => void acts.pickUp({ queue: longestOf(lines)!.name })}
        >
          {say('pickUp')}
        </Button>
      )}
      <Button icon={<PhoneOutlined aria-hidden />} loading={pending.has('dial')} onClick={dial}>
        {say('dial')}
      </Button>
    </>
  );
}

const longestOf = (lines: readonly Line[]) =>
  lines
    .filter(({ waiting }) => waiting > 0)
    .toSorted((one, other) => (other.longestWaitMs ?? 0) - (one.longestWaitMs ?? 0))[0];

function Lines({ lines }: { readonly lines: readonly Line[] }) {
  const say = useSay(barWords);
  const [first] = lines;
  const waiting = lines.reduce((sum, line) => sum + line.waiting, 0);
  const longest = longestOf(lines)?.longestWaitMs ?? null;
  const list = (
    <ul className="pb-lines">
      {lines.map((line) => (
        <li key={line.name}>
          <span>{line.title}</span>
          <span className="faint">
            {line.waiting === 0 ? say('nobodyWaits') : say('waiting', { count: line.waiting })}
            {line.longestWaitMs !== null && ` · ${say('longest', { time: clock(line.longestWaitMs) })}`}
          </span>
        </li>
      ))}
    </ul>
  );
  return (
    <Popover trigger={['click']} content={list} title={say('lines')}>
      <button type="button" className="pb-figures" title={say('lines')}>
        <span className="small faint">
          {lines.length === 1 ? first!.title : say('allLines', { queues: lines.length, count: waiting })}
        </span>
        <span className={waiting > 0 ? 'pb-waits' : ''}>
          {waiting === 0 ? say('nobodyWaits') : say('waiting', { count: waiting })}
          {longest !== null && ` · ${say('longest', { time: clock(longest) })}`}
        </span>
      </button>
    </Popover>
  );
}

function TodayFigures({ today }: { readonly today: Today }) {
  const say = useSay(barWords);
  const { answered, missed, talkMs, holdMs, wrapUpMs, rated, satisfied } = today;
  return (
    <span className="pb-figures pb-today">
      <span className="small faint">
        {say('today')}
        {answered > 0 && ` · ${say('aht', { time: clock((talkMs + holdMs + wrapUpMs) / answered) })}`}
      </span>
      <span>
        {say('answered', { count: answered })} · {say('missed', { count: missed })}
        {rated > 0 && ` · ${say('satisfaction', { share: percent(satisfied / rated) })}`}
      </span>
    </span>
  );
}

/** The phone in the page cannot be used: why, and what to do. */
function Trouble({ desk: { row, phone } }: { readonly desk: Desk }) {
  const say = useSay(barWords);
  const { trouble } = phone.sight;
  if (!trouble || phone.kind !== 'browser' || row.state === 'signed-out') return null;
  return (
    <div className="pb-alert" role="alert">
      <ExclamationCircleOutlined aria-hidden />
      <span>{say(`trouble-${trouble}`)}</span>
    </div>
  );
}

/** What the engine refused, in words. */
function Refused({ desk: { refusal, dismiss } }: { readonly desk: Desk }) {
  const say = useSay(barWords);
  if (!refusal) return null;
  const { verb, text, code } = refusal;
  const act = verb in barWords.texts.en ? say(verb as 'hold') : '';
  return (
    <div className="pb-alert" role="alert">
      <ExclamationCircleOutlined aria-hidden />
      <span>
        {act && say('refused', { act })}
        {text} <span className="small">({code})</span>
      </span>
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={say('close')} onClick={dismiss} />
    </div>
  );
}
