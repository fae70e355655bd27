import Type from 'typebox';
import { wish } from '../wish.ts';
import { agentAct } from './agent-act.ts';
import { keptResult, reasonField } from './fields.ts';

type Away = 'busy' | 'break' | 'meeting' | 'training';

/** A state in which he is offered nothing, with a reason (小休原因, 示忙原因). */
const away = (name: Away, en: string, zh: string) =>
  agentAct({
    title: { en, zh },
    of: 'agent',
    args: { reason: Type.Optional(reasonField) },
    result: keptResult,
    do: (at, { reason }) => wish(at, name, reason),
  });

const wishing = (name: 'ready' | 'sign-out', en: string, zh: string) =>
  agentAct({ title: { en, zh }, of: 'agent', result: keptResult, do: (at) => wish(at, name) });

/** The states that an agent asks for; in a call each is kept for its end. */
export const WISHES = {
  'sign-out': wishing('sign-out', 'sign out', '签出'),
  ready: wishing('ready', 'ready', '就绪'),
  busy: away('busy', 'busy', '示忙'),
  break: away('break', 'break', '小休'),
  meeting: away('meeting', 'meeting', '会议'),
  training: away('training', 'training', '培训'),
};
