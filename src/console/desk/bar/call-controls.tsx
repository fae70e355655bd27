import AudioMutedOutlined from '@ant-design/icons/es/icons/AudioMutedOutlined';
import AudioOutlined from '@ant-design/icons/es/icons/AudioOutlined';
import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import EllipsisOutlined from '@ant-design/icons/es/icons/EllipsisOutlined';
import PauseOutlined from '@ant-design/icons/es/icons/PauseOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import QuestionCircleOutlined from '@ant-design/icons/es/icons/QuestionCircleOutlined';
import RetweetOutlined from '@ant-design/icons/es/icons/RetweetOutlined';
import RollbackOutlined from '@ant-design/icons/es/icons/RollbackOutlined';
import SwapRightOutlined from '@ant-design/icons/es/icons/SwapRightOutlined';
import TeamOutlined from '@ant-design/icons/es/icons/TeamOutlined';
import { App, Button, Dropdown, Popover } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { CallInHand } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import type { KeyAct } from '../../kit/keys.ts';
import { useKeyActs, useKeys } from '../../kit/use-keys.ts';
import type { Desk } from '../desk-provider.tsx';
import type { Verb } from '../verbs.ts';
import { PlayDialog } from './play-dialog.tsx';
import { playWords } from './play-words.ts';
import { barWords } from './words.ts';

interface Props {
  readonly desk: Desk;
  readonly call: CallInHand;
}

type Word = keyof (typeof barWords)['texts']['en'];

interface Control {
  readonly word: Word;
  readonly icon: ReactNode;
  readonly run: () => void;
  /** Verbs that it is busy with. */
  readonly verbs: readonly Verb[];
  readonly keyAct?: KeyAct;
  readonly look?: 'primary' | 'danger' | 'on';
}

const HANG_UP = <PhoneOutlined className="pb-hang-up" />;

/** What can be done now with the call that is in hand. */
function controlsOf({ desk: { acts, seek }, call }: Props): readonly Control[] {
  const end = (word: Word): Control => ({
    word,
    icon: HANG_UP,
    run: () => void acts.hangUp(),
    verbs: ['hangUp'],
    keyAct: 'hangUp',
    look: 'danger',
  });
  const hold: Control =
    call.phase === 'held'
      ? {
          word: 'unhold',
          icon: <RollbackOutlined />,
          run: () => void acts.unhold(),
          verbs: ['unhold'],
          keyAct: 'hold',
          look: 'on',
        }
      : {
          word: 'hold',
          icon: <PauseOutlined />,
          run: () => void acts.hold(),
          verbs: ['hold'],
          keyAct: 'hold',
        };
  const mute: Control = call.isMuted
    ? {
        word: 'unmute',
        icon: <AudioMutedOutlined />,
        run: () => void acts.unmute(),
        verbs: ['unmute'],
        keyAct: 'mute',
        look: 'on',
      }
    : { word: 'mute', icon: <AudioOutlined />, run: () => void acts.mute(), verbs: ['mute'], keyAct: 'mute' };
  const transfer: Control = {
    word: 'transfer',
    icon: <SwapRightOutlined />,
    run: () => seek('transfer'),
    verbs: ['transfer'],
    keyAct: 'transfer',
  };
  const consult: Control = {
    word: 'consult',
    icon: <QuestionCircleOutlined />,
    run: () => seek('consult'),
    verbs: ['consult'],
    keyAct: 'consult',
  };
  const complete: Control = {
    word: 'complete',
    icon: <CheckOutlined />,
    run: () => void acts.complete(),
    verbs: ['complete'],
    keyAct: 'transfer',
    look: 'primary',
  };
  const confer: Control = {
    word: 'conference',
    icon: <TeamOutlined />,
    run: () => void acts.conference(),
    verbs: ['conference'],
    keyAct: 'conference',
  };
  const swap: Control = {
    word: 'swap',
    icon: <RetweetOutlined />,
    run: () => void acts.swap(),
    verbs: ['swap'],
    keyAct: 'hold',
  };
  const withdraw: Control = {
    word: 'withdraw',
    icon: <RollbackOutlined />,
    run: () => void acts.withdraw(),
    verbs: ['withdraw'],
    keyAct: 'consult',
  };
  switch (call.phase) {
    case 'ringing':
      return [
        {
          word: 'answer',
          icon: <PhoneOutlined />,
          run: () => void acts.answer(),
          verbs: ['answer'],
          keyAct: 'answer',
          look: 'primary',
        },
        end('refuse'),
      ];
    case 'dialling':
    case 'connecting':
      return [end('cancel')];
    case 'reconnecting':
      return [];
    case 'asked':
      return [mute, end('hangUp')];
    case 'consulting':
    case 'alternated': {
      const isThere = call.third?.isThere === true;
      return [...(isThere ? [complete, swap, confer] : []), withdraw, mute, end('hangUp')];
    }
    case 'conference':
      return [complete, mute, withdraw, end('hangUp')];
    case 'held':
      return [hold, transfer, consult, end('hangUp')];
    case 'talking':
      return [hold, mute, transfer, consult, end('hangUp')];
  }
}

export function CallControls(props: Props) {
  const say = useSay(barWords);
  const keys = useKeys();
  const { desk, call } = props;
  const controls = controlsOf(props);
  const isBusy = ({ verbs }: Control) => verbs.some((verb) => desk.pending.has(verb));
  useKeyActs(
    Object.fromEntries(
      controls.flatMap((control) =>
        control.keyAct && !isBusy(control) ? [[control.keyAct, control.run]] : [],
      ),
    ),
  );
  return (
    <div className="pb-controls" role="toolbar" aria-label={say(`phase-${call.phase}`)}>
      {controls.map((control) => {
        const { word, icon, run, keyAct, look } = control;
        const hint = keyAct && keys[keyAct];
        return (
          <Button
            key={word}
            className={look === 'on' ? 'pb-on' : look === 'danger' ? 'pb-danger' : ''}
            type={look === 'primary' || look === 'danger' ? 'primary' : 'default'}
            danger={look === 'danger'}
            icon={icon}
            loading={isBusy(control)}
            onClick={run}
            title={hint ? `${say(word)} (${hint})` : say(word)}
            aria-label={say(word)}
            aria-keyshortcuts={hint}
            {...(look === 'on' && { 'aria-pressed': true })}
          >
            <span className="pb-word">{say(word)}</span>
          </Button>
        );
      })}
      {(call.phase === 'talking' || call.phase === 'held') && <More desk={desk} call={call} />}
    </div>
  );
}

/** What is needed now and then. */
function More({ desk, call }: Pick<Props, 'desk' | 'call'>) {
  const { acts, row, phone } = desk;
  const say = useSay(barWords);
  const sayPlay = useSay(playWords);
  const [isPlay, setPlay] = useState(false);
  const { message } = App.useApp();
  const [isPad, setPad] = useState(false);
  const isTalking = call.phase === 'talking';
  const isQueued = call.queue !== null;
  const items = [
    ...(isTalking ? [{ key: 'digits', label: say('digits'), onClick: () => setPad(true) }] : []),
    { key: 'park', label: say('park'), onClick: () => void park() },
    ...(isTalking ? [{ key: 'play', label: sayPlay('title'), onClick: () => setPlay(true) }] : []),
    ...(isTalking && isQueued
      ? [{ key: 'survey', label: say('survey'), onClick: () => void acts.survey() }]
      : []),
    ...(call.recording === 'on'
      ? [{ key: 'pause', label: say('pauseRecording'), onClick: () => void acts.pauseRecording() }]
      : []),
    ...(call.recording === 'paused'
      ? [{ key: 'resume', label: say('resumeRecording'), onClick: () => void acts.resumeRecording() }]
      : []),
    ...(call.direction === 'inbound'
      ? [{ key: 'nuisance', label: say('nuisance'), danger: true, onClick: () => void nuisance() }]
      : []),
  ];
  async function park() {
    const done = await acts.park();
    if (!done) return;
    const slot = `${row.parkCode ?? ''}${done.answer.slot}`;
    message.success(say(phone.kind === 'browser' ? 'parkedHere' : 'parked', { slot }), 8);
  }
  async function nuisance() {
    if (await acts.nuisance()) message.success(say('nuisanceDone'));
  }
  return (
    <>
      <Popover
        open={isPad}
        onOpenChange={(open) => !open && setPad(false)}
        trigger="click"
        destroyOnHidden
        content={<Pad send={acts.digits} close={() => setPad(false)} />}
      >
        <Dropdown menu={{ items }} trigger={['click']} autoFocus>
          <Button icon={<EllipsisOutlined />} aria-label={say('more')} title={say('more')} />
        </Dropdown>
      </Popover>
      {isPlay && <PlayDialog desk={desk} close={() => setPlay(false)} />}
    </>
  );
}

const DIGITS = '123456789*0#';

/** Keys for whom he talks with, by click or as he types them. */
function Pad({
  send,
  close,
}: {
  readonly send: (digits: string) => Promise<unknown>;
  readonly close: () => void;
}) {
  const say = useSay(barWords);
  // What is typed while others are on their way goes after them: two requests may overtake one another.
  const typed = useRef('');
  const isSending = useRef(false);
  const press = async (digit: string) => {
    typed.current += digit;
    if (isSending.current) return;
    isSending.current = true;
    while (typed.current !== '') {
      const digits = typed.current;
      typed.current = '';
      await send(digits);
    }
    isSending.current = false;
  };
  const pad = useRef<HTMLFieldSetElement>(null);
  // Not its first button, which the Enter that opened it would press.
  useEffect(() => pad.current?.focus(), []);
  return (
    <fieldset
      ref={pad}
      tabIndex={-1}
      className="pb-pad"
      aria-label={say('pad')}
      title={say('pad')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
        else if (event.key.length === 1 && DIGITS.includes(event.key)) void press(event.key);
        else return;
        event.preventDefault();
      }}
    >
      {[...DIGITS].map((digit) => (
        <Button key={digit} onClick={() => void press(digit)}>
          {digit}
        </Button>
      ))}
    </fieldset>
  );
}
