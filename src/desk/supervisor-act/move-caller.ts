import { refusalNow } from '../../acd/wants.ts';
import { callField, queueField } from '../act/fields.ts';
import { DeskError } from '../desk-error.ts';
import { mustSupervise } from '../supervised.ts';
import { queueOf } from '../waiting-in.ts';
import { supervisorAct } from './supervisor-act.ts';

/** Who waits, by his call, waits in another queue of the company from now on, with the time that he has waited. */
export const moveCaller = supervisorAct({
  title: { en: 'move a waiting caller', zh: '调整排队' },
  args: { call: callField, queue: queueField },
  do: (by, { call: id, queue: name }) => {
    const { parts, tenant } = by;
    const call = by.callOf(id);
    const from = queueOf(by, call);
    mustSupervise(by, from);
    const to = parts.provisioning.snapshot.get('queue', tenant, name);
    if (!to) throw new DeskError('no-such-queue', `${tenant} has no queue ${name}`);
    if (name === from) throw new DeskError('bad-request', `call ${id} waits in queue ${name} already`);
    const refusal = refusalNow(parts.acd, to);
    if (refusal) throw new DeskError('not-reached', `queue ${name}: ${refusal.why}`);
    if (!parts.acd.moveCaller(tenant, id, { to: name, by: by.id }))
      throw new DeskError('nothing-rings', `call ${id} waits no longer`);
    return { callId: id, details: { from, queue: name } };
  },
});
