import type { AgentAct } from './agent-act.ts';

export const resumeRecording: AgentAct = {
  title: { en: 'resume the recording', zh: '恢复录音' },
  do: (at) => at.talking().talk.recording.resume(),
};
