import Type from 'typebox';
import { callField } from '../act/fields.ts';
import { DeskError } from '../desk-error.ts';
import { mustSupervise } from '../supervised.ts';
import { queueOf } from '../waiting-in.ts';
import { supervisorAct } from './supervisor-act.ts';

/** Who waits, by his call, is more or less important from now on: a level counts as five minutes of waiting. */
export const prioritiseCaller = supervisorAct({
  title: { en: "change a waiting caller's priority", zh: '调整优先级' },
  args: { call: callField, priority: Type.Integer({ minimum: 0, maximum: 9, examples: [2] }) },
  do: (by, { call: id, priority }) => {
    const { parts, tenant } = by;
    const queue = queueOf(by, by.callOf(id));
    mustSupervise(by, queue);
    if (!parts.acd.prioritise(tenant, id, { priority, by: by.id }))
      throw new DeskError('nothing-rings', `call ${id} waits no longer`);
    return { callId: id, details: { queue, priority } };
  },
});
