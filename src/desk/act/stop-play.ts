import { stopPlaying } from '../../call/play.ts';
import { agentAct } from './agent-act.ts';

/** Ends the prompt that `play` has begun: who heard it is back in the talk. */
export const stopPlay = agentAct({
  title: { en: 'stop the prompt', zh: '停止点播' },
  of: 'talk',
  do: (at) => stopPlaying(at.talking().talk),
});
