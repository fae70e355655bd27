import Type, { type Static } from 'typebox';
import { PbxError } from '../shared/errors.ts';

/** How a list is asked for. */
export const pageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    after: Type.Optional(Type.String({ maxLength: 500, description: 'cursor: `next` of the page before' })),
  },
  { additionalProperties: false },
);

/** Where an item stands in its list: the values that it is sorted by. */
type Position = readonly string[];

/** A page of a list: `{ items, next }`; `next` is null on the last one. Throws PbxError `bad-cursor`. */
export async function pageOf<Item>(
  { limit, after }: Static<typeof pageQuery>,
  read: (
    limit: number,
    after: Position | undefined,
  ) => Promise<readonly { readonly item: Item; readonly place: Position }[]>,
): Promise<{ items: readonly Item[]; next: string | null }> {
  // One more than asked for tells whether there is a next page.
  const found = await read(limit + 1, after === undefined ? undefined : placeOf(after));
  const page = found.slice(0, limit);
  const next = found.length > limit ? cursorOf(page.at(-1)!.place) : null;
  return { items: page.map(({ item }) => item), next };
}

const cursorOf = (place: Position) => Buffer.from(JSON.stringify(place)).toString('base64url');

function placeOf(cursor: string): Position {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.every((each) => typeof each === 'string')) return place;
  } catch {
    // Not what we have given.
  }
  throw new PbxError('bad-cursor', 'the cursor is not one that this server gave for this list');
}
