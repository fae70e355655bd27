import { mute as muteIn } from '../../call/mute.ts';
import { agentAct } from './agent-act.ts';

export const unmute = agentAct({
  title: { en: 'unmute', zh: '取消静音' },
  of: 'talk',
  do: (at) => {
    const { talk, leg } = at.talking();
    muteIn(talk, leg, { in: false });
  },
});
