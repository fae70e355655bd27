import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import { App, Button } from 'antd';
import { ask } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import type { Desk } from '../desk-provider.tsx';
import { type Seeking, targetOf, type Whom } from './whom.ts';
import { directoryWords } from './words.ts';

type Act = 'transfer' | 'consult' | 'dial';

interface TargetAct {
  readonly act: Act;
  readonly run: () => void;
}

export interface TargetActs {
  /** By Enter: what the directory was opened for. */
  readonly first: TargetAct | undefined;
  /** By Alt+Enter: of giving away and asking the other one. */
  readonly second: TargetAct | undefined;
}

const NONE: TargetActs = { first: undefined, second: undefined };

interface TargetProps {
  readonly desk: Desk;
  readonly seeking: Seeking;
  readonly chosen: Whom | undefined;
  readonly handOver: string;
  readonly close: () => void;
}

/** What can be done with who is chosen, as the call in hand stands. */
export function useTargetActs({ desk, seeking, chosen, handOver, close }: TargetProps): TargetActs {
  const say = useSay(directoryWords);
  const { message } = App.useApp();
  if (!chosen) return NONE;
  const { call, acts, pending } = desk;
  const to = targetOf(chosen);
  const name = chosen.title;
  const keepNote = async () => {
    // It is there before the other's phone rings.
    if (handOver.trim() === '' || !call) return;
    const path = `/calls/${encodeURIComponent(call.callId)}/draft`;
    await ask(path, { method: 'PUT', body: { handOver: handOver.trim() } });
  };
  const transfer = async () => {
    await keepNote();
    const done = to ? await acts.transfer(to) : await acts.survey();
    if (!done) return;
    message.success(say('sentTo', { name }));
    close();
  };
  const consult = async () => {
    if (!to || 'queue' in to) return;
    await keepNote();
    // The bar shows how it goes.
    close();
    if (await acts.consult(to)) message.success(say('asking', { name }));
  };
  const dial = async () => {
    if (to && !('queue' in to) && (await acts.dial(to))) close();
  };
  const isBusy = pending.has('transfer') || pending.has('consult') || pending.has('dial');
  const failed = (error: unknown) => void message.error(<ProblemText error={error} />);
  const as = (act: Act, how: () => Promise<void>): TargetAct => ({
    act,
    run: () => {
      if (!isBusy) void how().catch(failed);
    },
  });
  const canConsult = to !== undefined && !('queue' in to);
  if (call?.phase === 'talking' || call?.phase === 'held') {
    const [giving, asking] = [as('transfer', transfer), canConsult ? as('consult', consult) : undefined];
    return seeking === 'consult' ? { first: asking, second: giving } : { first: giving, second: asking };
  }
  return !call && canConsult ? { first: as('dial', dial), second: undefined } : NONE;
}

interface ActsProps extends TargetProps {
  readonly chosen: Whom;
  readonly acts: TargetActs;
}

const AWAY = new Set(['signed-out', 'unreachable']);

/** The buttons; who is away is left a message, and what is closed calls back. */
export function Acts({ desk, seeking, chosen, acts, handOver, close }: ActsProps) {
  const say = useSay(directoryWords);
  const { message } = App.useApp();
  const { call, pending } = desk;
  const { title: name } = chosen;
  const isAway = chosen.state !== null && AWAY.has(chosen.state);
  const isClosed = chosen.isOpen === false;
  const run = async (path: string, body: object, told: string) => {
    try {
      await ask(path, { method: 'POST', body });
      message.success(told);
      close();
    } catch (error) {
      message.error(<ProblemText error={error} />);
    }
  };
  const of = call && { callId: call.callId };
  const text = handOver.trim();
  const leave = () => {
    if (text === '' && call) return void message.warning(say('messageNeeded'));
    void run('/tasks', { agent: chosen.id, kind: 'message', text, ...of }, say('left', { name }));
  };
  const callBack = (callId: string) =>
    run(`/calls/${encodeURIComponent(callId)}/callback`, { queue: chosen.id }, say('promised', { name }));
  const keepForMe = () =>
    run('/tasks', { kind: 'call-back', text: text || say('ownText', { name }), ...of }, say('ownKept'));
  const buttonOf = (each: TargetAct, isFirst: boolean) => (
    <Button
      key={each.act}
      type={isFirst && !isAway && !isClosed ? 'primary' : 'default'}
      {...(each.act !== 'consult' && { icon: each.act === 'dial' ? <PhoneOutlined /> : <SwapOutlined /> })}
      loading={pending.has(each.act)}
      onClick={each.run}
    >
      {say(each.act === 'consult' && isFirst ? 'consultNow' : each.act)}
    </Button>
  );
  return (
    <>
      {isAway && call && <p className="directory-hint">{say('absent', { name })}</p>}
      {isClosed && call && <p className="directory-hint">{say('closedText', { name })}</p>}
      {seeking === 'consult' && !acts.first && acts.second && (
        <p className="directory-hint">{say('noConsult', { name })}</p>
      )}
      <div className="directory-acts">
        {isAway && call && (
          <Button type="primary" onClick={leave}>
            {say('leave', { name })}
          </Button>
        )}
        {isClosed && call && (
          <>
            <Button type="primary" onClick={() => void callBack(call.callId)}>
              {say('promise')}
            </Button>
            <Button onClick={() => void keepForMe()}>{say('own')}</Button>
          </>
        )}
        {acts.first && buttonOf(acts.first, true)}
        {acts.second && buttonOf(acts.second, false)}
      </div>
    </>
  );
}
