import { expect, it } from 'vitest';
import type { Items } from '../../../src/console/api/live-data.ts';
import {
  EMPTY,
  hasMore,
  type ListWindow,
  PAGE_ROWS,
  pagesAround,
  rowsOf,
  windowAfter,
} from '../../../src/console/kit/list-window.ts';

/** Rows are their own keys; the newest is the largest. */
type Row = number;
type Wish = Parameters<typeof windowAfter<Row>>[1];

const asItWas = (row: Row) => row;
const take = (before: ListWindow<Row>, wish: Pick<Wish, 'from' | 'read'> & Partial<Wish>) =>
  windowAfter(before, { isHeld: false, keyOf: String, gone: asItWas, ...wish });

/** The server's page behind a row: cursors are the rows themselves. */
function pageOf(all: readonly Row[], after: string | undefined): Items<Row> {
  const rest = all.filter((row) => after === undefined || row < Number(after));
  const items = rest.slice(0, PAGE_ROWS);
  return { items, next: rest.length > PAGE_ROWS ? String(items.at(-1)) : null };
}

/** Reads whatever the window wants for what is in sight, until it wants no more. */
function look(all: readonly Row[], from: ListWindow<Row>, first: number, last: number) {
  let window = from;
  let pages = 0;
  for (let turn = 0; turn < 10; turn += 1) {
    const range = pagesAround(window, first, last);
    const read = window.places.slice(range.from, range.to).map(({ after }) => pageOf(all, after));
    pages = Math.max(pages, read.length);
    const next = take(window, { from: range.from, read });
    const isSame = JSON.stringify([next.places, next.from]) === JSON.stringify([window.places, window.from]);
    if (isSame) return { window: next, pages };
    window = next;
  }
  throw new Error('it never ends');
}

const newestFirst = (count: number): readonly Row[] => Array.from({ length: count }, (_, n) => count - n);

it('keeps a few pages however far it goes, and knows where each row stands', () => {
  const all = newestFirst(10_000);
  let window: ListWindow<Row> = EMPTY;
  let kept = 0;
  for (let last = 20; last < 9_000; last += 20) {
    const looked = look(all, window, Math.max(0, last - 20), last);
    window = looked.window;
    kept = Math.max(kept, window.pages.length, looked.pages);
    expect(rowsOf(window).at(last)).toBe(all[last]);
  }
  expect(kept).toBeLessThanOrEqual(4);
  expect(rowsOf(window).at(0)).toBeUndefined();
  // Back in the middle, where nobody keeps anything.
  window = look(all, window, 4_000, 4_020).window;
  expect(rowsOf(window).at(4_010)).toBe(all[4_010]);
  expect(rowsOf(window).length).toBeGreaterThan(9_000);
});

it('ends where the list ends', () => {
  const { window } = look(newestFirst(120), look(newestFirst(120), EMPTY, 0, 40).window, 60, 119);
  expect([rowsOf(window).length, hasMore(window)]).toEqual([120, false]);
});

it('shows nothing twice and leaves nothing out where rows came on top while it was read', () => {
  const before = look(newestFirst(300), EMPTY, 0, 40).window;
  const { window } = look(newestFirst(320), before, 0, 60);
  expect(rowsOf(window).kept).toEqual(newestFirst(320).slice(0, rowsOf(window).kept.length));
  expect(rowsOf(window).kept.length).toBeGreaterThanOrEqual(100);
});

it('reads the page behind one anew where that one ends elsewhere, and has it in place until then', () => {
  const [old, fresh] = [newestFirst(150), newestFirst(155)];
  const before = look(old, EMPTY, 0, 60).window;
  const window = take(before, { from: 0, read: [pageOf(fresh, undefined), undefined, undefined] });
  expect(window.places[1]?.after).toBe(pageOf(fresh, undefined).next);
  expect(rowsOf(window).at(PAGE_ROWS)).toBe(old[PAGE_ROWS]);
});

it('a page in the middle is read from its own cursor: what came on top moves nothing', () => {
  const old = newestFirst(1_000);
  let window: ListWindow<Row> = EMPTY;
  for (const last of [40, 90, 140, 190, 240, 290, 340]) window = look(old, window, last - 20, last).window;
  const place = rowsOf(window).at(310);
  window = look(newestFirst(1_030), window, 300, 320).window;
  expect(rowsOf(window).at(310)).toBe(place);
});

it('leaves rows that somebody points at in their places, and shows how they are now', () => {
  const gone = (row: Row) => -Math.abs(row);
  const before = take(EMPTY, { from: 0, read: [{ items: [5, 4, 3], next: null }], isHeld: true, gone });
  const held = take(before, { from: 0, read: [{ items: [6, 5, 3], next: null }], isHeld: true, gone });
  expect(rowsOf(held).kept).toEqual([5, -4, 3]);
  const released = take(held, { from: 0, read: [{ items: [6, 5, 3], next: null }], gone });
  expect(rowsOf(released).kept).toEqual([6, 5, 3]);
});

it('rows of a second page that are held stay though the list ends before them', () => {
  const [old, fresh] = [newestFirst(52), newestFirst(52).slice(2)];
  const read = [pageOf(old, undefined), pageOf(old, '3')];
  const before = take(take(EMPTY, { from: 0, read: [read[0]] }), { from: 0, read, isHeld: true });
  const held = take(before, { from: 0, read: [pageOf(fresh, undefined), pageOf(fresh, '3')], isHeld: true });
  expect(rowsOf(held).kept).toEqual(old);
  const after = take(held, { from: 0, read: [pageOf(fresh, undefined), pageOf(fresh, '3')] });
  expect(rowsOf(after).kept).toEqual(fresh);
});

it('is the same window where nothing is other than before', () => {
  const read = [pageOf(newestFirst(60), undefined)];
  const window = take(EMPTY, { from: 0, read });
  expect(take(window, { from: 0, read: [...read] })).toBe(window);
});
