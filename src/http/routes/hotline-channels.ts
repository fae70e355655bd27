import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { type ByWhom, byWhom, reasonField } from '../by-whom.ts';
import { companyOf, type Given, isoTime, orNull, route } from '../route.ts';

const row = Type.Object(
  {
    hotline: Type.String({ description: 'main number' }),
    title: orNull(Type.String()),
    calls: Type.Integer({ description: 'now' }),
    channels: orNull(
      Type.Integer({ description: 'how many there may be at once; null: no limit of its own' }),
    ),
    peak: orNull(
      Type.Object(
        { most: Type.Integer(), at: isoTime('begin of the quarter of an hour') },
        { description: 'most at once today; null: none' },
      ),
    ),
    revision: orNull(
      Type.Integer({ description: 'of what is stored; null: a file owns it, which is changed there' }),
    ),
    file: orNull(Type.String({ description: 'that owns it, where it has a line' })),
  },
  {
    examples: [
      {
        ...{ hotline: '4001234567', title: '总机', calls: 7, channels: 20 },
        peak: { most: 14, at: '2026-10-10T02:15:00.000Z' },
        ...{ revision: 3, file: null },
      },
    ],
  },
);

const answer = Type.Object(
  {
    since: isoTime('peaks are counted since then: the start of the engine'),
    trunks: Type.Integer({ description: 'channels that the trunks of the company have together' }),
    items: Type.Array(row),
    next: Type.Null(),
  },
  {
    examples: [
      {
        ...{ since: '2026-10-10T00:00:00.000Z', trunks: 60, next: null },
        items: [
          {
            ...{ hotline: '4001234567', title: '总机', calls: 7, channels: 20 },
            ...{ peak: { most: 14, at: '2026-10-10T02:15:00.000Z' }, revision: 3, file: null },
          },
        ],
      },
    ],
  },
);

/** Calls at once of the hotlines of a company. */
export type HotlineChannelsRow = Static<typeof answer>;

const body = Type.Object(
  {
    hotlines: Type.Array(
      Type.Object(
        {
          hotline: Type.String({ maxLength: 20, description: 'main number' }),
          channels: orNull(
            Type.Integer({ minimum: 1, maximum: 100_000, description: 'null: no limit of its own' }),
          ),
          revision: Type.Integer({ description: 'that was seen; 412 where it is another by now' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 500 },
    ),
    reason: reasonField,
  },
  {
    additionalProperties: false,
    examples: [
      {
        hotlines: [
          { hotline: '4001234567', channels: 25, revision: 3 },
          { hotline: '4007654321', channels: 5, revision: 1 },
        ],
        reason: 'storm',
      },
    ],
  },
);

export type ChannelsWish = Static<typeof body>['hotlines'];

/** What the routes need of the hotlines. */
export interface HotlineChannelBoard {
  channels(tenant: string): Given<HotlineChannelsRow>;
  /** All of them or none. Throws PbxError `not-found`, `owned-by-file`, `changed-meanwhile`, `change-refused`. */
  allot(tenant: string, wish: ChannelsWish, by: ByWhom): Promise<void>;
}

/** Channels re-allotted between hotlines (热线并发分配). */
export const hotlineChannelRoutes: FastifyPluginCallbackTypebox<{ board: HotlineChannelBoard }> = (
  app,
  { board },
  done,
) => {
  app.get(
    '/hotline-channels',
    route(
      {
        access: { permission: 'hotline:read', reach: 'tenant' },
        tag: 'hotlines',
        summary: 'Calls at once of each hotline: now, at the most today, how many there may be (热线并发)',
      },
      { response: { 200: answer } },
    ),
    async (request) => board.channels(companyOf(request)),
  );
  app.patch(
    '/hotline-channels',
    route(
      {
        access: { permission: 'hotline:update', reach: 'tenant' },
        tag: 'hotlines',
        summary: 'Changes how many calls several hotlines may have at once, in one act (并发分配)',
        description:
          'All of it is taken, or nothing. It counts from the next call; calls that run go on. Each hotline that changes has a new version.',
        errors: ['not-found', 'owned-by-file', 'changed-meanwhile', 'change-refused'],
      },
      { body, response: { 200: answer } },
    ),
    async (request) => {
      const tenant = companyOf(request);
      const { hotlines, reason } = request.body;
      await board.allot(tenant, hotlines, byWhom(request, reason));
      return board.channels(tenant);
    },
  );
  done();
};
