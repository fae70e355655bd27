import { mute as muteIn } from '../../call/mute.ts';
import type { AgentAct } from './agent-act.ts';

/** What the agent says reaches nobody until `unmute`. */
export const mute: AgentAct = {
  title: { en: 'mute', zh: '静音' },
  do: (at) => {
    const { talk, leg } = at.talking();
    muteIn(talk, leg, { in: true });
  },
};
