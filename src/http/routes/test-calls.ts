import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { RequestError } from '../errors.ts';
import { companyOf, route } from '../route.ts';
import { ownAgent } from './acts.ts';

/** Whose phone tries which hotline, and who asks. */
export interface TestCallRequest {
  readonly tenant: string;
  /** A number that leads to it. */
  readonly hotline: string;
  /** Undefined: what takes the calls. */
  readonly version: number | 'draft' | undefined;
  /** Undefined: the number of the extension. */
  readonly caller: string | undefined;
  /** Undefined: where the agent sits. */
  readonly extension: string | undefined;
  /** Who asks, where he is an agent of the company. */
  readonly agent: string | undefined;
  readonly by: string;
  readonly address: string | undefined;
}

export interface TestCallBoard {
  /**
   * Begins it. Throws PbxError `not-found`: there is no such hotline, version or extension; `closed` while no calls are taken;
   * `version-state`, `change-refused`: what cannot take a call.
   */
  begin(request: TestCallRequest): Promise<{ readonly id: string; readonly extension: string }>;
}

const body = Type.Object(
  {
    hotline: Type.String({ pattern: '^\\d{3,20}$', description: 'a number that leads to it' }),
    version: Type.Optional(
      Type.Union([Type.Literal('draft'), Type.Integer({ minimum: 1 })], {
        description: 'the draft as it is saved, or a version; left out: what takes the calls',
      }),
    ),
    caller: Type.Optional(
      Type.String({
        pattern: '^(\\+?\\d{1,20})?$',
        description: "who calls, for the hotline; '' withholds it; left out: the extension",
      }),
    ),
    extension: Type.Optional(
      Type.String({
        pattern: '^\\d{1,20}$',
        description: 'whose phone is the caller; left out: where who asks sits as an agent (坐席)',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ hotline: '4001234567', caller: '13800138000' }] },
);
const begun = Type.Object(
  { id: Type.String({ description: 'of the call' }), extension: Type.String({ description: 'what rings' }) },
  { examples: [{ id: '4mXm2cT5b1kq8wJzR0Yh3A', extension: '8001' }] },
);

/** Hotlines are tried by a real call (试拨). */
export const testCallRoutes: FastifyPluginCallbackTypebox<{ board: TestCallBoard }> = (
  app,
  { board },
  done,
) => {
  app.post(
    '/test-calls',
    route(
      {
        access: { permission: 'call:create', reach: 'tenant' },
        tag: 'hotlines',
        summary: 'A phone of the company tries a hotline as its caller (试拨)',
        description:
          'Rings the phone; who answers is in the hotline as a caller from outside is, with the number that is asked: menus, queues and mailboxes are the real ones. Answers as soon as the call has begun; how it goes is in its record, under that id: `internal`, so that it counts in no figure of callers. Nothing goes out on a trunk but what the flow itself dials.',
        errors: ['not-found', 'closed', 'store', 'version-state', 'change-refused'],
        isIdempotent: true,
      },
      { body, response: { 201: begun } },
    ),
    async (request, reply) => {
      const tenant = companyOf(request);
      const { principal } = request;
      const { hotline, version, caller, extension } = request.body;
      const agent = ownAgent(principal, tenant);
      if (extension === undefined && agent === undefined)
        throw new RequestError('not-found', `${principal.name} is no agent: name the extension of a phone`);
      const asked = { tenant, hotline, version, caller, extension, agent };
      const begun = await board.begin({ ...asked, by: principal.name, address: principal.address });
      return reply.code(201).send(begun);
    },
  );
  done();
};
