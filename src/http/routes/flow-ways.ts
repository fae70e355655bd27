import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Clock } from '../../shared/clock.ts';
import { companyOf, type Given, isoTime, route } from '../route.ts';

const ways = Type.Object(
  {
    from: isoTime('calls that began then or later'),
    calls: Type.Integer({ description: 'that were looked at' }),
    isCut: Type.Boolean({ description: 'there are more: these are the newest' }),
    ways: Type.Array(
      Type.Object({
        steps: Type.Array(Type.String({ description: 'as `path` of a call has them; numbers masked' })),
        calls: Type.Integer({ description: 'that took it' }),
      }),
      { description: 'the most frequent first' },
    ),
    others: Type.Integer({ description: 'calls that took ways beyond the first 400' }),
  },
  {
    examples: [
      {
        from: '2026-10-05T02:00:00.000Z',
        calls: 1203,
        isCut: false,
        ways: [{ steps: ['menu → 1', 'queue sales', 'queue sales → served'], calls: 810 }],
        others: 0,
      },
    ],
  },
);
const params = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'main number' }),
});
const query = Type.Object(
  { days: Type.Integer({ minimum: 1, maximum: 31, default: 7 }) },
  { additionalProperties: false },
);

export type FlowWays = Given<Static<typeof ways>>;

/** What the route needs of calls of the past; it throws PbxError with what stands against it. */
export interface FlowWayBoard {
  /** Of the calls to a hotline that began then or later, ms since 1970. */
  ways(tenant: string, hotline: string, from: number): Promise<Omit<FlowWays, 'from'>>;
}

const DAY_MS = 24 * 3600_000;

/** Ways that the calls of a hotline took (热力图): how many went where in its flow. */
export const flowWayRoutes: FastifyPluginCallbackTypebox<{ board: FlowWayBoard; clock: Clock }> = (
  app,
  { board, clock },
  done,
) => {
  app.get(
    '/flows/:id/ways',
    route(
      {
        access: { permission: 'hotline:read', reach: 'tenant' },
        tag: 'hotlines',
        summary: 'Which ways the calls of a hotline took in the last days, and how many took each',
        description: 'Read from the records by a thread beside the calls, 20,000 at most.',
        errors: ['too-many-simulations', 'deadline'],
      },
      { params, querystring: query, response: { 200: ways } },
    ),
    async (request) => {
      const from = clock.now() - request.query.days * DAY_MS;
      const found = await board.ways(companyOf(request), request.params.id, from);
      return { from: new Date(from).toISOString(), ...found };
    },
  );
  done();
};
