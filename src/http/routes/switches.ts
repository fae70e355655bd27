import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { type ByWhom, byWhom, reasonField } from '../by-whom.ts';
import { RequestError } from '../errors.ts';
import { pageOfRows, pageQuery } from '../page.ts';
import { companyOf, isoTime, listOf, orNull, type RouteFacts, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

const row = Type.Object(
  {
    tenant: Type.String({ description: 'the company' }),
    name: Type.String(),
    on: Type.Boolean(),
    until: orNull(isoTime('null: until turned off')),
    peakOf: Type.Array(Type.String(), { description: 'queues whose peak mode (高峰应急) it turns on' }),
  },
  { examples: [{ tenant: 'demo', name: 'night', on: true, until: '2026-10-16T00:00:00.000Z', peakOf: [] }] },
);

/** A switch of a company's hotlines and queues: night mode, an announcement, peak mode. */
export type SwitchRow = Static<typeof row>;

/** How one is to stand. */
export interface SwitchWish {
  readonly tenant: string;
  readonly name: string;
  readonly on: boolean;
  /** Milliseconds since 1970; undefined: until turned off. */
  readonly untilMs: number | undefined;
}

/** What the routes need of the dialplans. */
export interface SwitchBoard {
  /** All switches of the scope that some hotline or queue looks at. */
  switches(scope: Scope): readonly SwitchRow[];
  /** Name of the switch of a queue's peak mode; undefined: it has none. */
  peakSwitch(tenant: string, queue: string): string | undefined;
  /** The new state; it is in the audit trail by then. */
  turn(wish: SwitchWish, by: ByWhom): Promise<SwitchRow>;
}

const params = Type.Object({ name: Type.String({ maxLength: 64 }) });
const body = Type.Object(
  {
    on: Type.Boolean(),
    until: Type.Optional(Type.String({ maxLength: 40, description: timeText })),
    reason: reasonField,
  },
  {
    additionalProperties: false,
    examples: [{ on: true, until: '2026-10-16T08:00:00+08:00', reason: 'outage in two townships' }],
  },
);

/**
 * Switches: those that hotlines look at, or that turn a queue's peak mode on. A name that nothing looks at is 404: a mistyped switch that is
 * taken would leave callers where they were.
 */
export const switchRoutes: FastifyPluginCallbackTypebox<{ board: SwitchBoard }> = (app, { board }, done) => {
  const facts = (action: 'read' | 'update', summary: string) =>
    ({
      access: { permission: `switch:${action}`, reach: 'tenant' },
      tag: 'hotlines',
      summary,
    }) satisfies RouteFacts;
  const turn = async (tenant: string, name: string, { on, until, reason }: Static<typeof body>, by: ByWhom) =>
    await board.turn({ tenant, name, on, untilMs: parseTime('until', until) }, { ...by, reason });

  app.get(
    '/switches',
    route(facts('read', 'Switches: night mode, announcements, peak mode'), {
      querystring: pageQuery,
      response: { 200: listOf(row) },
    }),
    async (request) =>
      await pageOfRows(request, board.switches(request.scope), ({ tenant, name }) => [tenant, name]),
  );
  app.put(
    '/switches/:name',
    route(facts('update', 'Turns a switch'), { params, body, response: { 200: row } }),
    async (request) => {
      const [tenant, { name }] = [companyOf(request), request.params];
      if (!board.switches(request.scope).some((each) => each.tenant === tenant && each.name === name))
        throw new RequestError('not-found', `no hotline or queue looks at a switch ${name}`);
      return await turn(tenant, name, request.body, byWhom(request));
    },
  );
  app.put(
    '/queues/:name/peak',
    route(facts('update', "Turns a queue's peak mode (高峰应急) on or off"), {
      params,
      body,
      response: { 200: row },
    }),
    async (request) => {
      const [tenant, { name }] = [companyOf(request), request.params];
      const found = board.peakSwitch(tenant, name);
      if (found === undefined)
        throw new RequestError('not-found', `there is no queue ${name} that has a peak mode`);
      return await turn(tenant, found, request.body, byWhom(request));
    },
  );
  done();
};
