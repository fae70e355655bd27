import { type Kept, wish } from '../wish.ts';
import type { AgentAct, Nothing } from './agent-act.ts';

type Away = 'busy' | 'break' | 'meeting' | 'training';

/** A state in which he is offered nothing, with a reason (小休原因, 示忙原因). */
const away = (name: Away, en: string, zh: string): AgentAct<{ readonly reason?: string }, Kept> => ({
  title: { en, zh },
  do: (at, { reason }) => wish(at, name, reason),
});

const wishing = (name: 'ready' | 'sign-out', en: string, zh: string): AgentAct<Nothing, Kept> => ({
  title: { en, zh },
  do: (at) => wish(at, name),
});

/** The states that an agent asks for; in a call each is kept for its end. */
export const WISHES = {
  'sign-out': wishing('sign-out', 'sign out', '签出'),
  ready: wishing('ready', 'ready', '就绪'),
  busy: away('busy', 'busy', '示忙'),
  break: away('break', 'break', '小休'),
  meeting: away('meeting', 'meeting', '会议'),
  training: away('training', 'training', '培训'),
};
