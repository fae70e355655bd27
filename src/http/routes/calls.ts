import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { RequestError } from '../errors.ts';

/** Who shall be connected with whom, and who asks. */
export interface CallRequest {
  readonly tenant: string;
  /** Rung first. */
  readonly extension: string;
  /** Called then. */
  readonly number: string;
  /** For the record: `origin.api`. */
  readonly by: string;
}

/** What the route needs of the PBX. */
export interface CallStarter {
  /** Begins a call. Throws PbxError `not-found` when the company has no such extension, `closed` while no calls are taken. */
  originate(request: CallRequest): { readonly id: string };
}

const body = Type.Object(
  {
    tenant: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: "company; left out: the caller's own" }),
    ),
    extension: Type.String({ pattern: '^[0-9]{1,20}$', description: 'extension that is rung first' }),
    // no feature codes: they are for who sits at a phone
    number: Type.String({ pattern: '^\\+?[0-9]{1,20}$', description: 'number that is called then' }),
  },
  { additionalProperties: false },
);

/**
 * `POST /calls` with `{ tenant?, extension, number }` (点击呼叫): rings the extension, then calls the number and connects the
 * two. Answers 201 with `{ id }` as soon as the call has begun; how it goes is in its record, under that id.
 */
export const callRoutes: FastifyPluginCallbackTypebox<{ calls: CallStarter }> = (app, { calls }, done) => {
  const config = { access: { permission: 'call:create', reach: 'tenant' }, isIdempotent: true } as const;
  app.post('/calls', { config, schema: { body } }, async (request, reply) => {
    const { principal, scope, body } = request;
    const { tenant = scope.tenantId } = body;
    if (tenant === undefined) throw new RequestError('bad-request', 'name the company: tenant');
    if (!scope.includes(tenant)) throw new RequestError('not-found', `there is no company ${tenant}`);
    const { id } = calls.originate({ ...body, tenant, by: principal.name });
    return reply.code(201).send({ id });
  });
  done();
};
