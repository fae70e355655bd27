import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { PbxError } from '../../shared/errors.ts';
import { RequestError } from '../errors.ts';
import { companyOf } from '../route.ts';
import { ownAgent } from './acts.ts';

/** At whose desk: a machine says so. */
export const deskQuery = Type.Object(
  {
    agent: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 15,
        description: 'at whose desk (工号); left out: at that of who asks. For machines with a key only',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The desk of who asks; of a machine, that which it names. Throws RequestError, PbxError. */
export function deskOf(request: FastifyRequest): { readonly tenant: string; readonly agent: string } {
  const tenant = companyOf(request);
  const { principal, scope } = request;
  const { agent: named } = request.query as { readonly agent?: string };
  if (named !== undefined && principal.person)
    throw new RequestError('bad-request', 'agent is for machines: people are the agents that they are');
  const agent = named ?? ownAgent(principal, tenant);
  if (agent === undefined) throw new RequestError('not-found', `${principal.name} is no agent`);
  if (!scope.includesAgent(tenant, agent)) throw new PbxError('no-such-agent', `there is no agent ${agent}`);
  return { tenant, agent };
}
