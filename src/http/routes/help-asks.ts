import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static, type TProperties } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { isoTime, listOf, orNull, route } from '../route.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const object = <Fields extends TProperties>(fields: Fields) => Type.Object(fields);

/** What is shown of an ask, at the agent's desk as in the live view. */
export const helpFields = {
  help: text('id of what he asks'),
  at: isoTime('when he asked'),
  text: text('his words; empty: none'),
  callId: orNull(text('the call that he is in; null: he asks outside of calls')),
  helpers: Type.Array(
    object({
      by: text('work number of who has come'),
      at: isoTime(),
      mode: Type.Enum(['listen', 'whisper', 'barge'], { description: 'how he took part first' }),
    }),
  ),
  answers: Type.Array(
    object({ by: text('work number of who answers, or his name'), at: isoTime(), text: text() }),
  ),
};

const helpRow = Type.Object(
  {
    tenant: text(),
    agent: text('work number (工号)'),
    name: text(),
    queue: orNull(object({ name: text(), title: text() })),
    ...helpFields,
  },
  {
    examples: [
      {
        tenant: 'demo',
        agent: '8001',
        name: '王芳',
        queue: { name: 'sales', title: 'sales' },
        help: 'Zr0Yh3A4mXm2cT5b1kq8wJ',
        at: '2026-10-10T04:00:00.000Z',
        text: 'the caller wants a refund',
        callId: '4mXm2cT5b1kq8wJzR0Yh3A',
        helpers: [{ by: '8009', at: '2026-10-10T04:00:20.000Z', mode: 'listen' }],
        answers: [{ by: '8009', at: '2026-10-10T04:00:10.000Z', text: 'I am coming' }],
      },
    ],
  },
);
export type HelpRow = Static<typeof helpRow>;

/** What the routes need of the desks. */
export interface HelpBoard {
  /** Those of the scope, who has asked first in front. */
  asks(scope: Scope): readonly HelpRow[];
}

/** Agents who ask for help now. Acts on them are a supervisor's: `POST /supervision/answer-help`, `/end-help`, `/monitor`. */
export const helpRoutes: FastifyPluginCallbackTypebox<{ board: HelpBoard }> = (app, { board }, done) => {
  app.get(
    '/live/help',
    route(
      {
        access: { permission: 'agent:read', reach: 'own' },
        tag: 'agents',
        summary: 'Agents who ask for help now, and who has come (求助)',
      },
      { response: { 200: listOf(helpRow) } },
    ),
    ({ scope }) => ({ items: board.asks(scope), next: null }),
  );
  done();
};
