import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { PbxError } from '../shared/errors.ts';

/** How a list is asked for; a list with filters has them beside these. */
export const pageFields = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  after: Type.Optional(Type.String({ maxLength: 2000, description: 'cursor: `next` of the page before' })),
};
export const pageQuery = Type.Object(pageFields, { additionalProperties: false });

/** Where an item stands in its list: the values that it is sorted by. */
export type Position = readonly string[];

/** What a list needs of its request. */
export interface PageRequest {
  readonly query: Static<typeof pageQuery>;
  readonly server: { readonly cursors: Cursors };
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly cursors: Cursors;
  }
}

/**
 * A page of a list: `{ items, next }`; `next` is null on the last one. `read` gives as many items as it is asked for, one more than the page
 * has, after the position. Throws PbxError `bad-cursor`.
 */
export async function pageOf<Item>(
  { query, server: { cursors } }: PageRequest,
  read: (
    limit: number,
    after: Position | undefined,
  ) => Promise<readonly { readonly item: Item; readonly place: Position }[]>,
): Promise<{ items: Item[]; next: string | null }> {
  const { limit, after, ...filter } = query;
  const found = await read(limit + 1, after === undefined ? undefined : cursors.placeOf(after, filter));
  const page = found.slice(0, limit);
  const next = found.length > limit ? cursors.at(page.at(-1)!.place, filter) : null;
  return { items: page.map(({ item }) => item), next };
}

/** A page of rows that are all at hand, in the order of their places. Throws PbxError `bad-cursor`. */
export async function pageOfRows<Row>(
  request: PageRequest,
  rows: readonly Row[],
  placeOf: (row: Row) => Position,
): Promise<{ items: Row[]; next: string | null }> {
  const placed = rows.map((item) => ({ item, place: placeOf(item) }));
  const inOrder = placed.toSorted((one, other) => comparePlaces(one.place, other.place));
  return await pageOf(request, async (limit, after) =>
    inOrder.filter(({ place }) => after === undefined || comparePlaces(place, after) > 0).slice(0, limit),
  );
}

function comparePlaces(one: Position, other: Position): number {
  const differing = one.findIndex((value, at) => value !== other[at]);
  if (differing < 0) return 0;
  return one[differing]! < other[differing]! ? -1 : 1;
}

/** Cursors of lists: signed, and good for the list, the filters and the order that they were made for only. */
export class Cursors {
  /** Made into a key once: that takes ten times as long as signing. */
  readonly #key: KeyObject;

  /** `secret`: nodes that share it take each other's cursors; '': nobody else's. */
  constructor(secret: string) {
    this.#key = createSecretKey(
      secret === '' ? randomBytes(32) : createHmac('sha256', secret).update('cursors').digest(),
    );
  }

  /** After `place` of a list that was asked for with `filter`. */
  at(place: Position, filter: object): string {
    const text = Buffer.from(JSON.stringify(place)).toString('base64url');
    return `${text}.${this.#sign(text, filter)}`;
  }

  /** Throws PbxError `bad-cursor` for one that was not made for this list. */
  placeOf(cursor: string, filter: object): Position {
    const [text = '', signature] = cursor.split('.');
    if (signature !== this.#sign(text, filter)) {
      throw new PbxError(
        'bad-cursor',
        'the cursor is not one that was given for this list, filter and order',
      );
    }
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Position;
  }

  #sign(text: string, filter: object): string {
    const asked = JSON.stringify(Object.entries(filter).toSorted(([one], [other]) => (one < other ? -1 : 1)));
    return createHmac('sha256', this.#key).update(`${text}\n${asked}`).digest('base64url').slice(0, 22);
  }
}
