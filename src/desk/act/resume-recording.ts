import { agentAct } from './agent-act.ts';

export const resumeRecording = agentAct({
  title: { en: 'resume the recording', zh: '恢复录音' },
  of: 'talk',
  do: (at) => at.talking().talk.recording.resume(),
});
