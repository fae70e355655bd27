import { mute as muteIn } from '../../call/mute.ts';
import { agentAct } from './agent-act.ts';

/** What the agent says reaches nobody until `unmute`. */
export const mute = agentAct({
  title: { en: 'mute', zh: '静音' },
  of: 'talk',
  do: (at) => {
    const { talk, leg } = at.talking();
    muteIn(talk, leg, { in: true });
  },
});
