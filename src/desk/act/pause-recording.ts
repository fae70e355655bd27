import { agentAct } from './agent-act.ts';

/** Leaves out what is said until `resume-recording`, such as a card's number. */
export const pauseRecording = agentAct({
  title: { en: 'pause the recording', zh: '暂停录音' },
  of: 'talk',
  do: (at) => at.talking().talk.recording.pause(),
});
