import type { Static } from 'typebox';
import { answer } from './act/answer.ts';
import { complete } from './act/complete.ts';
import { confer } from './act/confer.ts';
import { consult } from './act/consult.ts';
import { dial } from './act/dial.ts';
import { digits } from './act/digits.ts';
import { endWrapUp } from './act/end-wrap-up.ts';
import { extendWrapUp } from './act/extend-wrap-up.ts';
import { hangUp } from './act/hang-up.ts';
import { help } from './act/help.ts';
import { hold } from './act/hold.ts';
import { invite } from './act/invite.ts';
import { mute } from './act/mute.ts';
import { note } from './act/note.ts';
import { nuisance } from './act/nuisance.ts';
import { park } from './act/park.ts';
import { pauseRecording } from './act/pause-recording.ts';
import { pickUp } from './act/pick-up.ts';
import { play } from './act/play.ts';
import { reconnect } from './act/reconnect.ts';
import { resume } from './act/resume.ts';
import { resumeRecording } from './act/resume-recording.ts';
import { signIn } from './act/sign-in.ts';
import { stopPlay } from './act/stop-play.ts';
import { survey } from './act/survey.ts';
import { swap } from './act/swap.ts';
import { takeBack } from './act/take-back.ts';
import { transfer } from './act/transfer.ts';
import { unmute } from './act/unmute.ts';
import { WISHES } from './act/wishes.ts';
import { withdraw } from './act/withdraw.ts';
import { withdrawHelp } from './act/withdraw-help.ts';

/** The states that an agent has himself in, by the name that a request for it has. */
export const STATE_ACTS = { ...WISHES, 'sign-in': signIn };

/** All that an agent does from his desk, by the name that a request for it has. */
export const AGENT_ACTS = {
  ...STATE_ACTS,
  answer,
  complete,
  confer,
  consult,
  dial,
  digits,
  'end-wrap-up': endWrapUp,
  'extend-wrap-up': extendWrapUp,
  'hang-up': hangUp,
  help,
  hold,
  invite,
  mute,
  note,
  nuisance,
  park,
  'pause-recording': pauseRecording,
  'pick-up': pickUp,
  play,
  reconnect,
  resume,
  'resume-recording': resumeRecording,
  'stop-play': stopPlay,
  survey,
  swap,
  'take-back': takeBack,
  transfer,
  unmute,
  withdraw,
  'withdraw-help': withdrawHelp,
};

type Acts = typeof AGENT_ACTS;
export type AgentActName = keyof Acts;
export type AgentArgs<Name extends AgentActName> = Static<Acts[Name]['args']>;
export type AgentResult<Name extends AgentActName> = Static<Acts[Name]['result']>;
