import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import {
  ANNOUNCEMENT_STATES,
  type Announcement,
  stateOfAnnouncement,
} from '../../provisioning/kind/announcement.ts';
import type { Clock } from '../../shared/clock.ts';
import { pageFields, pageOfRows } from '../page.ts';
import { isoTime, listOf, orNull, route } from '../route.ts';
import type { EntityBoard } from './entities.ts';

/** Customers are to know so long before. */
const AHEAD_MS = 7 * 86_400_000;

const texts = (description: string) => Type.Array(Type.String(), { description });
const row = Type.Object(
  {
    tenant: Type.String({ description: 'the company' }),
    name: Type.String(),
    title: Type.String(),
    text: orNull(Type.String({ description: 'for people: agents say it to who asks' })),
    prompt: orNull(Type.String({ description: 'what callers hear; null: nothing' })),
    state: Type.Enum([...ANNOUNCEMENT_STATES]),
    from: isoTime(),
    to: orNull(isoTime('null: until it is taken away')),
    areas: texts('whose callers hear it; none: all'),
    places: texts('townships, lines and streets, for people'),
    hotlines: texts('main numbers of those that say it; none: all that say announcements'),
    publishedAt: orNull(isoTime('when it was set up; null: a file has it')),
    late: Type.Boolean({ description: 'it was set up less than seven days ahead' }),
  },
  {
    examples: [
      {
        tenant: 'demo',
        name: 'cut-nanshan',
        title: '南山区计划停电',
        text: '10月10日8时至18时,南山区桃源街道停电检修。',
        prompt: 'outage-nanshan',
        state: 'in-force',
        from: '2026-10-10T00:00:00.000Z',
        to: '2026-10-10T10:00:00.000Z',
        areas: ['深圳'],
        places: ['桃源街道'],
        hotlines: ['4001234567'],
        publishedAt: '2026-10-01T02:00:00.000Z',
        late: false,
      },
    ],
  },
);
/** An announcement of an outage as it stands. */
export type OutageRow = Static<typeof row>;
const query = Type.Object(
  { ...pageFields, state: Type.Optional(Type.Enum([...ANNOUNCEMENT_STATES])) },
  { additionalProperties: false },
);

/** Announcements of outages (停电公告) as they stand now; `/announcements` sets them up. */
export const announcementRoutes: FastifyPluginCallbackTypebox<{
  board: Pick<EntityBoard, 'list' | 'history'>;
  clock: Pick<Clock, 'now'>;
}> = (app, { board, clock }, done) => {
  app.get(
    '/live/announcements',
    route(
      {
        access: { permission: 'announcement:read', reach: 'tenant' },
        tag: 'hotlines',
        summary: 'Announcements of outages (停电公告): to come, in force, over',
      },
      { querystring: query, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { state } = request.query;
      const now = clock.now();
      const rows = board
        .list('announcement', request.scope, undefined)
        .map(({ tenant, name, value }) => rowOf(tenant, name, value as unknown as Announcement, now))
        .filter((each) => state === undefined || each.state === state);
      const page = await pageOfRows(request, rows, ({ tenant, name }) => [tenant, name]);
      return { ...page, items: await Promise.all(page.items.map((each) => published(board, each))) };
    },
  );
  done();
};

/** When it was told, and whether that was late (公告应提前七日). */
async function published(board: Pick<EntityBoard, 'history'>, row: ReturnType<typeof rowOf>) {
  const { tenant, name, from } = row;
  const first = (await board.history({ kind: 'announcement', tenant, name })).at(-1);
  const at = first?.at;
  return {
    ...row,
    publishedAt: at === undefined ? null : new Date(at).toISOString(),
    late: at !== undefined && Date.parse(from) - at < AHEAD_MS,
  };
}

function rowOf(tenant: string, name: string, announcement: Announcement, now: number) {
  const { title, text = null, prompt = null, from, to, areas, places, hotlines } = announcement;
  const state = stateOfAnnouncement(announcement, now);
  return {
    ...{ tenant, name, title, text, prompt, state, areas, places, hotlines },
    from: new Date(from).toISOString(),
    to: to === undefined ? null : new Date(to).toISOString(),
  };
}
