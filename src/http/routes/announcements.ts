import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import {
  ANNOUNCEMENT_STATES,
  type Announcement,
  stateOfAnnouncement,
} from '../../provisioning/kind/announcement.ts';
import type { Clock } from '../../shared/clock.ts';
import { pageFields, pageOfRows } from '../page.ts';
import { isoTime, listOf, orNull, route } from '../route.ts';
import type { EntityBoard } from './entities.ts';

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
      },
    ],
  },
);
const query = Type.Object(
  { ...pageFields, state: Type.Optional(Type.Enum([...ANNOUNCEMENT_STATES])) },
  { additionalProperties: false },
);

/** Announcements of outages (停电公告) as they stand now; `/announcements` sets them up. */
export const announcementRoutes: FastifyPluginCallbackTypebox<{
  board: Pick<EntityBoard, 'list'>;
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
      return await pageOfRows(request, rows, ({ tenant, name }) => [tenant, name]);
    },
  );
  done();
};

function rowOf(tenant: string, name: string, announcement: Announcement, now: number) {
  const { title, text = null, prompt = null, from, to, areas, places, hotlines } = announcement;
  const state = stateOfAnnouncement(announcement, now);
  return {
    ...{ tenant, name, title, text, prompt, state, areas, places, hotlines },
    from: new Date(from).toISOString(),
    to: to === undefined ? null : new Date(to).toISOString(),
  };
}
