import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { RequestError } from '../errors.ts';
import { parseTime, timeText } from '../time-text.ts';

/** A switch of a company's hotlines: night mode, an announcement. */
export interface SwitchRow {
  readonly tenant: string;
  readonly name: string;
  readonly on: boolean;
  /** ISO 8601; null: until turned off. */
  readonly until: string | null;
}

/** What the routes need of the dialplans. */
export interface SwitchBoard {
  /** All switches that some hotline or queue looks at. */
  switches(): readonly SwitchRow[];
  turn(tenant: string, name: string, on: boolean, untilMs?: number): void;
}

const params = Type.Object({ tenant: Type.String({ maxLength: 64 }), name: Type.String({ maxLength: 64 }) });
const body = Type.Object(
  { on: Type.Boolean(), until: Type.Optional(Type.String({ maxLength: 40, description: timeText })) },
  { additionalProperties: false },
);

/**
 * `GET /switches`: every switch that a hotline looks at, or that turns a queue's peak mode on. `PUT /switches/:tenant/:name` with `{ on, until? }`
 * turns one; the answer is its new state. A name that no hotline looks at is 404: a mistyped switch that is
 * taken would leave callers where they were.
 */
export const switchRoutes: FastifyPluginCallbackTypebox<{ board: SwitchBoard }> = (app, { board }, done) => {
  app.get('/switches', async () => ({ switches: board.switches() }));
  app.put('/switches/:tenant/:name', { schema: { params, body } }, async (request) => {
    const { tenant, name } = request.params;
    const find = () => board.switches().find((each) => each.tenant === tenant && each.name === name);
    if (!find()) throw new RequestError('not-found', `no hotline of ${tenant} looks at a switch ${name}`);
    board.turn(tenant, name, request.body.on, parseTime('until', request.body.until));
    return find();
  });
  done();
};
