import { mute as muteIn } from '../../call/mute.ts';
import type { AgentAct } from './agent-act.ts';

export const unmute: AgentAct = {
  title: { en: 'unmute', zh: '取消静音' },
  do: (at) => {
    const { talk, leg } = at.talking();
    muteIn(talk, leg, { in: false });
  },
};
