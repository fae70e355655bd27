import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import { Button, Modal } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { loudestOf } from '../../../client/softphone/microphone.ts';
import { PhoneError } from '../../../client/softphone/softphone.ts';
import { ApiError } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { percent } from '../../kit/format.ts';
import { Pill } from '../../kit/status-pill.tsx';
import type { Desk } from '../desk-provider.tsx';
import { ringOut } from './ringer.ts';
import { barWords, checkWords } from './words.ts';

const LISTENED_MS = 1500;
const LOOPED_MS = 5000;
const PLAYED_MS = 1600;

type Result = { readonly state: 'waits' | 'runs' | 'ok' | 'failed'; readonly text: string };
type Step = 'microphone' | 'connection' | 'loop';
type Results = Readonly<Record<Step, Result>>;

const WAITS: Result = { state: 'waits', text: '' };
const ALL_WAIT: Results = { microphone: WAITS, connection: WAITS, loop: WAITS };

const LOOKS = {
  waits: { tone: 'grey', icon: <ClockCircleOutlined /> },
  runs: { tone: 'blue', icon: <SyncOutlined /> },
  ok: { tone: 'green', icon: <CheckCircleOutlined /> },
  failed: { tone: 'red', icon: <CloseCircleOutlined /> },
} as const;

interface Props {
  readonly desk: Desk;
  readonly close: () => void;
}

/** Microphone, speaker, connection and the way to the PBX, proved before anybody is rung (签入前检查). */
export function PhoneCheck({ desk, close }: Props) {
  const say = useSay(checkWords);
  const { phone, acts } = desk;
  const { results, run } = useCheck(desk);
  const stopTone = useRef<() => void>(undefined);
  useEffect(() => () => stopTone.current?.(), []);
  const play = () => {
    stopTone.current?.();
    const stop = ringOut(phone.sight.devices.speaker);
    const timer = setTimeout(stop, PLAYED_MS);
    stopTone.current = () => {
      clearTimeout(timer);
      stop();
      stopTone.current = undefined;
    };
  };
  const isRunning = Object.values(results).some(({ state }) => state === 'runs');
  const isFine = Object.values(results).every(({ state }) => state === 'ok');
  const cancel = () => {
    phone.disarm();
    close();
  };
  const signIn = () => {
    close();
    void acts.signIn();
  };
  return (
    <Modal
      open
      title={say('title')}
      width={480}
      onCancel={cancel}
      footer={[
        <Button key="again" disabled={isRunning} onClick={run}>
          {say('again')}
        </Button>,
        <Button key="in" type="primary" disabled={!isFine} onClick={signIn}>
          {say('signIn')}
        </Button>,
      ]}
    >
      <ul className="pb-check">
        <Line title={say('microphone')} result={results.microphone} />
        <li>
          <span className="pb-check-head">
            {say('speaker')}
            <Button size="small" onClick={play}>
              {say('speakerPlay')}
            </Button>
          </span>
          <span className="small faint">{say('speakerHint')}</span>
        </li>
        <Line title={say('connection')} result={results.connection} />
        <Line title={say('loop')} result={results.loop} />
      </ul>
    </Modal>
  );
}

function Line({ title, result: { state, text } }: { readonly title: string; readonly result: Result }) {
  const say = useSay(checkWords);
  return (
    <li>
      <span className="pb-check-head">
        {title}
        <Pill {...LOOKS[state]}>{say(state)}</Pill>
      </span>
      <span className="small faint" role="status">
        {text}
      </span>
    </li>
  );
}

/** Runs the steps one after the other; what follows one that failed waits. */
function useCheck({ phone, row }: Desk) {
  const say = useSay(checkWords);
  const sayBar = useSay(barWords);
  const [results, setResults] = useState<Results>(ALL_WAIT);
  const latest = useRef({ phone, row, say, sayBar });
  latest.current = { phone, row, say, sayBar };
  const run = useCallback(async () => {
    setResults(ALL_WAIT);
    const set = (step: Step, result: Result) => setResults((before) => ({ ...before, [step]: result }));
    const step = async (name: Step, does: () => Promise<string>): Promise<boolean> => {
      set(name, { state: 'runs', text: '' });
      try {
        set(name, { state: 'ok', text: await does() });
        return true;
      } catch (error) {
        set(name, { state: 'failed', text: whyOf(error, latest.current) });
        return false;
      }
    };
    const { devices } = latest.current.phone.sight;
    const isHeard = await step('microphone', async () => {
      if ((await loudestOf(devices.microphone, LISTENED_MS)) < QUIET) throw new Silent();
      return latest.current.say('microphoneOk');
    });
    if (!isHeard) return;
    const isThere = await step('connection', async () => {
      await latest.current.phone.arm();
      return latest.current.say('connectionOk');
    });
    if (!isThere) return;
    await step('loop', async () => {
      const code = latest.current.row.echoCode;
      if (code === null) return latest.current.say('loopOff');
      const { roundTripMs, loss, jitterMs, mos } = await latest.current.phone.tab!.loop(code, LOOPED_MS);
      return latest.current.say('loopOk', {
        rtt: roundTripMs === undefined ? sayBar('unknown') : Math.round(roundTripMs),
        loss: percent(loss),
        jitter: Math.round(jitterMs),
        mos: mos.toFixed(1),
      });
    });
  }, [sayBar]);
  // Once, when it is opened.
  const isBegun = useRef(false);
  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    void run();
  }, [run]);
  return { results, run: () => void run() };
}

/** Less is the noise of a quiet room. */
const QUIET = 0.003;
class Silent extends Error {}

function whyOf(
  error: unknown,
  {
    say,
    sayBar,
  }: {
    readonly say: (key: 'microphoneSilent') => string;
    readonly sayBar: (key: 'trouble-refused') => string;
  },
): string {
  if (error instanceof Silent) return say('microphoneSilent');
  if (error instanceof PhoneError) return sayBar(`trouble-${error.code}` as 'trouble-refused');
  if (error instanceof ApiError) return error.title || sayBar('trouble-unreachable' as 'trouble-refused');
  return sayBar('trouble-not-now' as 'trouble-refused');
}
