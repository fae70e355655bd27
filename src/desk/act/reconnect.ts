import { agentAct } from './agent-act.ts';

/** The leg ends as one that died: the caller hears music, and the agent is invited again. */
export const reconnect = agentAct({
  title: { en: 'take the talk back', zh: '重连' },
  description:
    'For a phone that has lost its part without hanging up, as a page that was loaded anew: what would be noticed after a while is said at once. He is rung again, and asked to answer by itself.',
  of: 'talk',
  do: (at) => {
    at.talking().leg.sip.end({ cause: 'media-lost' });
  },
});
