import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import type { Cdr } from '../../cdr/cdr.ts';
import { type CdrReader, within } from '../../cdr/cdr-query.ts';
import { PbxError } from '../../shared/errors.ts';
import type { Scope } from '../../shared/scope.ts';
import type { Screens } from '../../workspace/screens.ts';
import { RequestError } from '../errors.ts';
import { idParams, orNull, route } from '../route.ts';
import { ownAgent } from './acts.ts';

const body = Type.Object(
  {
    reason: Type.String({ minLength: 2, maxLength: 200, pattern: '\\S', description: 'for the audit trail' }),
  },
  { additionalProperties: false, examples: [{ reason: 'the caller asked for a parcel to be sent' }] },
);
const numbers = Type.Object(
  {
    caller: Type.String({ description: 'empty: withheld' }),
    called: Type.String(),
    forwardedBy: Type.Array(Type.String()),
    callback: orNull(Type.String({ description: 'where he was promised to be called back' })),
  },
  { examples: [{ caller: '13800138000', called: '4001234567', forwardedBy: [], callback: null }] },
);
export type RevealedNumbers = Static<typeof numbers>;

/** `POST /calls/{id}/reveal`: the numbers of a call that has ended (查看号码), to who reads them masked. */
export const revealRoutes: FastifyPluginCallbackTypebox<{
  auth: Pick<Auth, 'note'>;
  cdrs: CdrReader;
  screens: Pick<Screens, 'inHand'>;
}> = (app, { auth, cdrs, screens }, done) => {
  app.post(
    '/calls/:id/reveal',
    route(
      {
        access: { permission: 'number:reveal', reach: 'own' },
        tag: 'calls',
        summary: 'The numbers of an ended call, or of one in hand, for a reason',
        description:
          'Who has no right to read numbers (`number:read`) is told those of one call. The audit trail has who, of which call, and why.',
      },
      { params: idParams, body, response: { 200: numbers } },
    ),
    async (request) => {
      const { principal, scope, params, body: asked } = request;
      const { id } = params;
      const { reason } = asked;
      const cdr = (await callWith(cdrs, id, scope)) ?? (await inHandOf(request, screens, id));
      if (!cdr) throw new RequestError('not-found', `there is no call ${id} that has ended or is in hand`);
      const { tenantId, caller, called, diversions, callback } = cdr;
      // First the trail: nothing is told that it does not have.
      await auth.note(principal, tenantId, 'reveal', { call: id, reason });
      const forwardedBy = diversions.map(({ number }) => number);
      return { caller, called, forwardedBy, callback: callback?.number ?? null };
    },
  );
  done();
};

/** The call that the agent who asks has in his hands now. */
async function inHandOf(
  { principal, scope }: FastifyRequest,
  screens: Pick<Screens, 'inHand'>,
  id: string,
): Promise<Cdr | undefined> {
  const { tenantId } = scope;
  const agent = tenantId === undefined ? undefined : ownAgent(principal, tenantId);
  if (tenantId === undefined || agent === undefined) return undefined;
  try {
    return await screens.inHand(tenantId, agent, id);
  } catch (error) {
    if (error instanceof PbxError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Whole, of what the scope has. */
async function callWith(cdrs: CdrReader, id: string, scope: Scope): Promise<Cdr | undefined> {
  const { cdrs: found } = await cdrs.query(within({ search: id, limit: 50 }, scope));
  return found.find(({ callId }) => callId === id);
}
