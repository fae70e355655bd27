import type { Static } from 'typebox';
import { answerHelp } from './supervisor-act/answer-help.ts';
import { confirmNuisance } from './supervisor-act/confirm-nuisance.ts';
import { dismissNuisance } from './supervisor-act/dismiss-nuisance.ts';
import { endHelp } from './supervisor-act/end-help.ts';
import { endWrapUpOf } from './supervisor-act/end-wrap-up.ts';
import { force } from './supervisor-act/force.ts';
import { intercept } from './supervisor-act/intercept.ts';
import { leave } from './supervisor-act/leave.ts';
import { message } from './supervisor-act/message.ts';
import { monitor } from './supervisor-act/monitor.ts';
import { moveCaller } from './supervisor-act/move-caller.ts';
import { moveQueues } from './supervisor-act/move-queues.ts';
import { prioritiseCaller } from './supervisor-act/prioritise-caller.ts';
import { takeDown } from './supervisor-act/take-down.ts';

/** All that a supervisor does, by the name that a request for it has. */
export const SUPERVISOR_ACTS = {
  'answer-help': answerHelp,
  'confirm-nuisance': confirmNuisance,
  'dismiss-nuisance': dismissNuisance,
  'end-help': endHelp,
  'end-wrap-up': endWrapUpOf,
  force,
  intercept,
  leave,
  message,
  monitor,
  'move-caller': moveCaller,
  'move-queues': moveQueues,
  'prioritise-caller': prioritiseCaller,
  'take-down': takeDown,
};

type Acts = typeof SUPERVISOR_ACTS;
export type SupervisorActName = keyof Acts;
export type SupervisorArgs<Name extends SupervisorActName> = Static<Acts[Name]['args']>;
