import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Job } from '../../job/job-store.ts';
import { type DraftAsked, draftFields, stubbedAnswers } from '../draft-schema.ts';
import { companyOf, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';
import { jobBegun, sendBegun } from './jobs.ts';

const body = Type.Object(
  {
    hotline: Type.String({ pattern: '^\\d{3,20}$', description: 'a number that leads to it' }),
    last: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        default: 100,
        description: 'the newest calls, at most so many',
      }),
    ),
    from: Type.Optional(
      Type.String({ maxLength: 40, description: `those that began then or later. ${timeText}` }),
    ),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'those that began before' })),
    http: stubbedAnswers,
    ...draftFields,
  },
  { additionalProperties: false, examples: [{ hotline: '4001234567', last: 500, version: 5 }] },
);

/** A replay as it is to be. */
export type ReplayAsked = Omit<Static<typeof body>, 'from' | 'to' | 'version' | 'draft' | 'last'> &
  DraftAsked & {
    readonly tenant: string;
    readonly last: number;
    /** Ms since 1970. */
    readonly from: number | undefined;
    readonly to: number | undefined;
    /** Numbers are masked in its file. */
    readonly masked: boolean;
  };

/** What the route needs of replays; it throws PbxError with what stands against it. */
export interface ReplayBoard {
  /** Begins one. */
  replay(asked: ReplayAsked, by: string): Promise<Job>;
}

/** Replays: where the calls of the past would go on a draft or a version. */
export const replayRoutes: FastifyPluginCallbackTypebox<{ board: ReplayBoard }> = (app, { board }, done) => {
  app.post(
    '/replays',
    route(
      {
        access: { permission: 'replay:create', reach: 'tenant' },
        tag: 'hotlines',
        summary: 'Takes the last calls of a hotline through a draft or a version',
        description:
          "A job. Its result counts the calls and the branches that change; its file (JSON) has the sums of each edge and each call's way before and after, with why.",
        errors: ['too-many-jobs', 'version-state'],
        bodyLimit: 1024 * 1024,
      },
      { body, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { from, to, last = 100, ...asked } = request.body;
      const job = await board.replay(
        {
          ...asked,
          last,
          tenant: companyOf(request),
          from: parseTime('from', from),
          to: parseTime('to', to),
          masked: !request.scope.seesNumbers,
        },
        request.principal.name,
      );
      return await sendBegun(reply, job);
    },
  );
  done();
};
