import Type from 'typebox';
import type { Place } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { propose } from '../nuisances.ts';
import { supervisorsOf } from '../supervised.ts';
import { agentAct } from './agent-act.ts';
import { reasonField } from './fields.ts';

/**
 * Ends the call of a caller who is a nuisance, for everybody: the record has the cause `nuisance`, his supervisors an alarm, and the
 * number is proposed for the blacklist. Resolves with whether it is: a number that is withheld, or on it already, is not.
 */
export const nuisance = agentAct({
  title: { en: 'report a nuisance caller', zh: '骚扰' },
  of: 'talk',
  args: { reason: Type.Optional(reasonField) },
  result: Type.Object(
    { isProposed: Type.Boolean({ description: 'for the blacklist' }) },
    { examples: [{ isProposed: true }] },
  ),
  do: async (at, { reason }) => {
    const { parts, tenant, id: agent } = at;
    const place = at.talking();
    const number = numberOf(place);
    const { call, places } = place.talk;
    const { id: callId } = call;
    const report = { tenant, agent, callId, queue: parts.acd.agent(tenant, agent)?.queue, number, reason };
    call.note('step', { step: 'nuisance', why: `${agent}: ${reason ?? 'no reason given'}` });
    call.end('nuisance', place.leg === places.caller.leg ? 'caller' : 'target');
    parts.log.warn({ tenant, agent, callId, queue: report.queue }, 'an agent reports a nuisance caller');
    parts.events.emit('nuisanceReported', { ...report, supervisors: supervisorsOf(at) });
    const audited = {
      tenantId: tenant,
      at: parts.clock.now(),
      by: `agent ${agent}`,
      act: 'nuisance',
      agent,
      callId,
    };
    parts.audit({ ...audited, details: { reason } });
    if (number === '') return { isProposed: false };
    return { isProposed: await propose(at, { number, callId, ...(reason !== undefined && { reason }) }) };
  },
});

/** The caller's, or that of whom the agent called. Throws DeskError where it is a phone of the company. */
function numberOf({ talk, customer }: Place): string {
  const { party } = customer;
  if (party?.kind === 'extension' && party.tenant === talk.call.arrival.tenantId)
    throw new DeskError('bad-request', `${party.number} is a phone of the company, no nuisance caller`);
  return customer === talk.places.caller.leg ? talk.call.arrival.caller : (party?.number ?? '');
}
