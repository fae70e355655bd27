import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { pageOfRows, pageQuery } from '../page.ts';
import { isoTime, listOf, orNull, route } from '../route.ts';

const disk = Type.Object({
  folder: Type.String({ description: '`data`, `recordings`' }),
  freeBytes: Type.Integer(),
  totalBytes: Type.Integer(),
  low: Type.Boolean({ description: 'nearly full' }),
});

const row = Type.Object(
  {
    id: Type.String(),
    answers: Type.Boolean({
      description: 'it is the one that answers; of the others only id and lease are known',
    }),
    leaseAgeMs: orNull(
      Type.Number({
        description: 'since the database saw it, above 30,000 it is lost; null: the database is its own',
      }),
    ),
    state: orNull(Type.String({ description: 'ok, store-away, journal-full or draining' })),
    version: orNull(Type.String({ description: 'of pbx400' })),
    runtime: orNull(Type.String({ description: 'version of Node' })),
    startedAt: orNull(isoTime()),
    load: orNull(Type.Array(Type.Number(), { description: 'of the machine, over 1, 5 and 15 minutes' })),
    cores: orNull(Type.Integer()),
    memoryBytes: orNull(Type.Integer({ description: 'of the process' })),
    disks: Type.Array(disk),
    calls: orNull(Type.Integer({ description: 'that have not ended' })),
  },
  {
    examples: [
      {
        id: 'n1',
        answers: true,
        leaseAgeMs: 2100,
        state: 'ok',
        version: '0.2.0',
        runtime: 'v24.11.1',
        startedAt: '2026-10-10T12:00:00.000Z',
        load: [0.4, 0.3, 0.2],
        cores: 4,
        memoryBytes: 210_000_000,
        disks: [{ folder: 'data', freeBytes: 50_000_000_000, totalBytes: 100_000_000_000, low: false }],
        calls: 12,
      },
    ],
  },
);

/** A process (节点) among those that share a database. */
export type NodeRow = Static<typeof row>;

export interface NodeBoard {
  nodes(): readonly NodeRow[];
}

/** `GET /nodes`: how this process is, and which others its database sees. */
export const nodeRoutes: FastifyPluginCallbackTypebox<{ board: NodeBoard }> = (app, { board }, done) => {
  app.get(
    '/nodes',
    route(
      {
        access: { permission: 'node:read', reach: 'all' },
        tag: 'system',
        summary: 'Nodes that share the database, and how the one that answers is',
      },
      { querystring: pageQuery, response: { 200: listOf(row) } },
    ),
    async (request) => await pageOfRows(request, board.nodes(), ({ id }) => [id]),
  );
  done();
};
