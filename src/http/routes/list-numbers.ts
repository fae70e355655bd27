import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { AuthError } from '../../auth/auth-error.ts';
import { type GivenNumber, TEXT_LIMITS } from '../../numbering/given-number.ts';
import type {
  ListNumberCounts,
  ListNumberQuery,
  ListRef,
  StoredListNumber,
} from '../../numbering/list-number-store.ts';
import { normaliseCaller, normalisePrefix } from '../../numbering/number.ts';
import { maskedNumber, textShown, wholeNumber } from '../../shared/masked-number.ts';
import { type ByWhom, byWhom } from '../by-whom.ts';
import { maskedError } from '../entity-numbers.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOf } from '../page.ts';
import { companyOf, idParams, isoTime, listOf, nothing, orNull, type RouteFacts, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

/** Numbers of a list that its table holds. Throws PbxError `not-found` where the company has no such list. */
export interface ListNumberBoard {
  list(list: ListRef, query: ListNumberQuery): Promise<readonly StoredListNumber[]>;
  find(list: ListRef, number: string): Promise<StoredListNumber | undefined>;
  /** Throws PbxError `change-refused` with what is wrong of which. */
  add(list: ListRef, given: readonly GivenNumber[], who: ByWhom): Promise<Omit<ListNumberCounts, 'removed'>>;
  /** False: the table has it not. Throws PbxError `in-entity` where the entity itself has it. */
  remove(list: ListRef, number: string, who: ByWhom): Promise<boolean>;
}

/** Numbers of one request; more are imported. */
const MOST = 500;

const row = Type.Object(
  {
    number: Type.String(),
    until: orNull(isoTime('from then on it does not count; null: for good')),
    reason: orNull(Type.String({ description: 'why it is there: the record of a call tells it' })),
    owner: orNull(
      Type.String({
        description: "work number of the caller's agent (专属坐席), for queues with the list as `owners`",
      }),
    ),
    note: orNull(Type.String()),
    at: isoTime('when it was added or last changed'),
    by: Type.String(),
  },
  {
    examples: [
      {
        number: '13800138000',
        until: '2027-01-01T00:00:00.000Z',
        reason: '骚扰电话',
        owner: null,
        note: null,
        at: '2026-11-30T08:00:00.000Z',
        by: 'li@demo',
      },
    ],
  },
);

export type ListNumberRow = Static<typeof row>;

const text = (field: keyof typeof TEXT_LIMITS) =>
  Type.Optional(Type.String({ maxLength: TEXT_LIMITS[field] }));
const given = Type.Object(
  {
    number: Type.String({ minLength: 1, maxLength: 40, description: 'in any notation' }),
    until: Type.Optional(Type.String({ maxLength: 40, description: `left out: for good. ${timeText}` })),
    reason: text('reason'),
    owner: text('owner'),
    note: text('note'),
  },
  { additionalProperties: false },
);
const body = Type.Object(
  { numbers: Type.Array(given, { minItems: 1, maxItems: MOST }) },
  {
    additionalProperties: false,
    examples: [
      { numbers: [{ number: '13800138000', until: '2027-01-01T00:00:00+08:00', reason: '骚扰电话' }] },
    ],
  },
);
const counts = Type.Object(
  {
    created: Type.Integer(),
    updated: Type.Integer({ description: 'were there, with something else' }),
    unchanged: Type.Integer(),
  },
  { examples: [{ created: 1, updated: 0, unchanged: 0 }] },
);
const query = Type.Object(
  {
    ...pageFields,
    q: Type.Optional(
      Type.String({
        pattern: '^[+0-9() .-]{1,40}$',
        description: 'a part of the number; the whole number for who may not see numbers',
      }),
    ),
    prefix: Type.Optional(
      Type.String({
        pattern: '^\\+?[0-9]{1,15}$',
        description: 'its beginning; not for who may not see numbers',
      }),
    ),
  },
  { additionalProperties: false },
);
const numberParams = Type.Object({
  ...idParams.properties,
  number: Type.String({ minLength: 1, maxLength: 40 }),
});

const facts = (action: 'read' | 'update', summary: string, more: Partial<RouteFacts> = {}): RouteFacts => ({
  access: { permission: `list:${action}`, reach: 'tenant' },
  tag: 'entities',
  summary,
  ...more,
});

const listNamed = (request: FastifyRequest): ListRef => ({
  tenant: companyOf(request),
  name: (request.params as { readonly id: string }).id,
});

/** Numbers of lists (名单号码) in a table of their own, beside those in the list itself. */
export const listNumberRoutes: FastifyPluginCallbackTypebox<{ board: ListNumberBoard }> = (
  app,
  { board },
  done,
) => {
  app.get(
    '/lists/:id/numbers',
    route(
      facts('read', 'Numbers of the table of a list, the last changed first', {
        description:
          'Those in the list itself (`numbers`, `prefixes`, `owners`) are not among them: they count, too.',
        errors: ['bad-cursor'],
      }),
      { params: idParams, querystring: query, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const list = listNamed(request);
      const { q, prefix } = request.query;
      const { seesNumbers } = request.scope;
      if (!seesNumbers && prefix !== undefined)
        throw new AuthError('forbidden', 'who may not see numbers searches for a whole one with q');
      return await pageOf(request, async (limit, after) => {
        const before = after && Number(after[0]);
        const found =
          q !== undefined && !seesNumbers
            ? await wholeOnly(board, list, q, before)
            : await board.list(list, {
                ...{ limit, before },
                part: q?.replaceAll(/[^+0-9]/g, ''),
                prefix: prefix && normalisePrefix(prefix),
              });
        return found.map((each) => ({ item: rowOf(request, each), place: [String(each.place)] }));
      });
    },
  );
  app.post(
    '/lists/:id/numbers',
    route(
      facts('update', 'Put numbers on a list', {
        description: `At most ${MOST}, all or none; more are imported. A number that is there becomes what is sent. Counts from the next call, of all nodes. Also for lists that a file owns.`,
        errors: ['change-refused'],
        isIdempotent: true,
        looksUp: true,
      }),
      { params: idParams, body, response: { 200: counts } },
    ),
    async (request) => {
      // What became of many would tell which are there.
      if (!request.scope.seesNumbers && request.body.numbers.length > 1)
        throw new AuthError('forbidden', 'who may not see numbers puts one on a list at a time');
      const numbers = request.body.numbers.map((each, at) => ({
        ...each,
        until: parseTime(`numbers[${at}].until`, each.until),
      }));
      try {
        return await board.add(listNamed(request), numbers, byWhom(request));
      } catch (error) {
        throw request.scope.seesNumbers ? error : maskedError(error);
      }
    },
  );
  app.get(
    '/lists/:id/numbers/:number',
    route(facts('read', 'A number of the table of a list', { looksUp: true }), {
      params: numberParams,
      response: { 200: row },
    }),
    async (request) => {
      const { number } = request.params;
      const found = await board.find(listNamed(request), normaliseCaller(number));
      if (!found) throw noNumber();
      return rowOf(request, found);
    },
  );
  app.delete(
    '/lists/:id/numbers/:number',
    route(
      facts('update', 'Take a number off a list', {
        description: 'Counts from the next call, of all nodes.',
        errors: ['in-entity'],
        looksUp: true,
      }),
      { params: numberParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { number } = request.params;
      if (!(await board.remove(listNamed(request), normaliseCaller(number), byWhom(request))))
        throw noNumber();
      return reply.code(204).send(null);
    },
  );
  done();
};

const noNumber = () => new RequestError('not-found', 'the table of the list has no such number');

/** Parts of a number tell it in the end. */
async function wholeOnly(board: ListNumberBoard, list: ListRef, q: string, before: number | undefined) {
  const found = before === undefined && (await board.find(list, normaliseCaller(q)));
  return found ? [found] : [];
}

function rowOf({ scope }: FastifyRequest, found: StoredListNumber) {
  const { number, until, reason, owner, note, at, by } = found;
  const show = scope.seesNumbers ? wholeNumber : maskedNumber;
  const shown = (words: string | undefined) => (words === undefined ? null : textShown(words, show));
  return {
    number: show(number),
    until: until === undefined ? null : new Date(until).toISOString(),
    reason: shown(reason),
    owner: owner ?? null,
    note: shown(note),
    at: new Date(at).toISOString(),
    by,
  };
}
