import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import {
  BOARD_METRIC_IDS,
  BOARD_METRICS,
  BOARD_WINDOWS,
  type BoardLevel,
  type BoardMetricId,
  type BoardWindow,
  type MetricUnit,
} from '../../shared/board-metrics.ts';
import type { WallboardLink } from '../../wallboard/link-store.ts';
import type { ShownTile, Wallboards } from '../../wallboard/wallboards.ts';
import { byWhom } from '../by-whom.ts';
import { companyOf, exampleOf, idParams, isoTime, nothing, orNull, route } from '../route.ts';

const metric = Type.Unsafe<BoardMetricId>({ type: 'string', enum: BOARD_METRIC_IDS });
const window = (more: object = {}) =>
  Type.Unsafe<BoardWindow>({ type: 'string', enum: BOARD_WINDOWS, ...more });
const unit = Type.Unsafe<MetricUnit>({ type: 'string', enum: ['count', 'ms', 'share'] });
const level = Type.Unsafe<BoardLevel>({ type: 'string', enum: ['neutral', 'amber', 'red'] });
const value = orNull(Type.Number({ description: 'in its unit; null: not known, as a rate of no calls' }));

const wishes = Type.Object(
  {
    tiles: Type.Array(
      Type.Object(
        {
          metric,
          queues: Type.Array(Type.String({ maxLength: 64 }), {
            default: [],
            maxItems: 100,
            description: 'of these queues together; none: of the whole company',
          }),
          window: window({ default: 'today', description: 'of what is as it is now, nobody looks at it' }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 60 },
    ),
  },
  {
    additionalProperties: false,
    examples: [{ tiles: [{ metric: 'waiting', queues: [], window: 'today' }] }],
  },
);
const figures = Type.Object(
  { at: isoTime(), values: Type.Array(value, { description: 'in the order of the tiles' }) },
  { examples: [{ at: '2026-10-10T02:00:00.000Z', values: [3] }] },
);
const wall = Type.Object(
  {
    title: Type.String(),
    at: isoTime('when the figures were true'),
    zone: Type.String({ description: 'IANA name of the zone in whose days today is counted' }),
    tiles: Type.Array(
      Type.Object({
        title: orNull(Type.String({ description: 'null: that of the metric' })),
        metric,
        unit,
        scope: Type.Array(Type.String(), { description: 'titles of its queues; none: the whole company' }),
        window: orNull(window({ description: 'null: as it is now' })),
        x: Type.Integer(),
        y: Type.Integer(),
        w: Type.Integer(),
        h: Type.Integer(),
        value,
        level,
      }),
    ),
  },
  {
    examples: [
      {
        title: '客服大厅',
        at: '2026-10-10T02:00:00.000Z',
        zone: 'Asia/Shanghai',
        tiles: [
          {
            ...{ title: null, metric: 'waiting', unit: 'count', scope: ['销售'], window: null },
            ...{ x: 0, y: 0, w: 6, h: 3, value: 3, level: 'amber' },
          },
        ],
      },
    ],
  },
);
export type WallRow = Static<typeof wall>;
const link = Type.Object(
  {
    id: Type.String(),
    title: Type.String({ description: 'where the screen hangs' }),
    createdAt: isoTime(),
    createdBy: Type.String(),
    revokedAt: orNull(isoTime()),
  },
  {
    examples: [
      {
        id: 'Zr0',
        title: '三楼大厅',
        createdAt: '2026-10-10T02:00:00.000Z',
        createdBy: 'li@demo',
        revokedAt: null,
      },
    ],
  },
);
export type LinkRow = Static<typeof link>;
const links = Type.Object({ items: Type.Array(link) }, { examples: [{ items: [exampleOf(link)] }] });
const newLink = Type.Object(
  { title: Type.String({ minLength: 1, maxLength: 100, description: 'where the screen hangs' }) },
  { additionalProperties: false, examples: [{ title: '三楼大厅' }] },
);
const madeLink = Type.Object(
  {
    link,
    url: Type.String({ description: 'path of the page; whoever has it sees the wallboard. It is told once' }),
  },
  { examples: [{ link: exampleOf(link), url: '/wall/k7QpX2m9sLd' }] },
);
const linkParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  link: Type.String({ minLength: 1, maxLength: 64 }),
});
const tokenParams = Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) });

/**
 * Figures of wallboards (大屏), and the links by which screens show them. `/wallboards` sets them up. Whoever has a link sees what its tiles
 * name: sums, states and titles of queues, and nobody's number.
 */
export const wallboardRoutes: FastifyPluginCallbackTypebox<{
  wallboards: Pick<Wallboards, 'figures' | 'shown' | 'linksOf' | 'link' | 'revoke'>;
}> = (app, { wallboards }, done) => {
  const shares = {
    access: { permission: 'wallboard:share', reach: 'tenant' },
    tag: 'reports',
    errors: ['not-found'],
  } as const;
  app.post(
    '/wallboard-figures',
    route(
      {
        access: { permission: 'wallboard:read', reach: 'tenant' },
        tag: 'reports',
        errors: ['not-found'],
        summary: 'Figures of tiles (大屏指标), saved or not',
      },
      { body: wishes, response: { 200: figures } },
    ),
    async (request) => {
      const { at, values } = await wallboards.figures(companyOf(request), request.body.tiles);
      return { at: iso(at), values };
    },
  );
  app.get(
    '/wallboards/:id/links',
    route(
      { ...shares, summary: 'List the links to a wallboard, those that are revoked, too' },
      { params: idParams, response: { 200: links } },
    ),
    async (request) => {
      const found = await wallboards.linksOf(companyOf(request), request.params.id);
      return { items: found.map(linkRow) };
    },
  );
  app.post(
    '/wallboards/:id/links',
    route(
      {
        ...shares,
        errors: ['not-found', 'too-many-links'],
        summary: 'Make a link by which a screen shows a wallboard until it is revoked',
      },
      { params: idParams, body: newLink, response: { 201: madeLink } },
    ),
    async (request, reply) => {
      const { params, body } = request;
      const made = await wallboards.link(companyOf(request), params.id, body.title, byWhom(request));
      return reply.code(201).send({ link: linkRow(made.link), url: `/wall/${made.token}` });
    },
  );
  app.delete(
    '/wallboards/:id/links/:link',
    route(
      { ...shares, summary: 'Revoke a link: its screens go dark' },
      { params: linkParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id, link: of } = request.params;
      await wallboards.revoke(companyOf(request), id, of, byWhom(request));
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/walls/:token',
    route(
      {
        access: 'public',
        tag: 'reports',
        errors: ['not-found'],
        summary: 'A wallboard as a screen shows it (大屏)',
        description: 'For whoever has a link that is not revoked; screens ask every two seconds.',
      },
      { params: tokenParams, response: { 200: wall } },
    ),
    async (request, reply) => {
      const { title, at, zone, tiles } = await wallboards.shown(request.params.token);
      reply.header('cache-control', 'no-store');
      return { title, at: iso(at), zone, tiles: tiles.map(tileRow) };
    },
  );
  done();
};

function tileRow(tile: ShownTile) {
  const { title = null, metric: id, scope, window: during, x, y, w, h, value: figure, level: stands } = tile;
  const { unit: of, of: when } = BOARD_METRICS[id];
  return {
    ...{ title, metric: id, unit: of, scope: [...scope], window: when === 'now' ? null : during },
    ...{ x, y, w, h, value: figure, level: stands },
  };
}

const linkRow = ({ id, title, createdAt, createdBy, revokedAt }: WallboardLink) => ({
  ...{ id, title, createdAt: iso(createdAt), createdBy },
  revokedAt: revokedAt === undefined ? null : iso(revokedAt),
});

const iso = (ms: number) => new Date(ms).toISOString();
