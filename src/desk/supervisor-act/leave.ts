import { DeskError } from '../desk-error.ts';
import { supervisorAct } from './supervisor-act.ts';

/** The supervisor follows nobody any more, and his phone hangs up. */
export const leave = supervisorAct({
  title: { en: 'end the supervision', zh: '结束监听' },
  takesPart: true,
  do: (chief, _, supervisions) => {
    const by = chief.seated();
    const supervision = supervisions.of(by);
    if (!supervision) throw new DeskError('wrong-state', `agent ${by.id} supervises nobody`);
    const { of, heard } = supervision;
    supervision.end();
    return { agent: of.id, callId: heard?.id };
  },
});
