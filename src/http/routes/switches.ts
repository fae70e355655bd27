import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Scope } from '../../shared/scope.ts';
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
  /** All switches of the scope that some hotline or queue looks at. */
  switches(scope: Scope): readonly SwitchRow[];
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
  const right = (action: 'read' | 'update') => ({
    config: { access: { permission: `switch:${action}`, reach: 'tenant' } as const },
  });
  app.get('/switches', right('read'), async ({ scope }) => ({ switches: board.switches(scope) }));
  app.put('/switches/:tenant/:name', { ...right('update'), schema: { params, body } }, async (request) => {
    const { tenant, name } = request.params;
    const find = () =>
      board.switches(request.scope).find((each) => each.tenant === tenant && each.name === name);
    if (!find()) throw new RequestError('not-found', `no hotline of ${tenant} looks at a switch ${name}`);
    board.turn(tenant, name, request.body.on, parseTime('until', request.body.until));
    return find();
  });
  done();
};
