import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  type DraftTile,
  fits,
  freePlace,
  shownThreshold,
  stepped,
  storedThreshold,
  withMetric,
} from '../../../../src/console/page/wallboards/draft.ts';
import { clockOf, figureText } from '../../../../src/console/wall/figure.ts';

const tile = (more: Partial<DraftTile>): DraftTile => ({
  ...{ metric: 'waiting', queues: [], window: 'today', x: 0, y: 0, w: 3, h: 2 },
  ...more,
});

describe('tiles of a wallboard', () => {
  const tiles = [tile({}), tile({ x: 3 }), tile({ x: 9 })];

  it('stand on the board and on no other', () => {
    expect(fits(tiles, { x: 6, y: 0, w: 3, h: 2 })).toBe(true);
    expect(fits(tiles, { x: 5, y: 0, w: 3, h: 2 }), 'on another').toBe(false);
    expect(fits(tiles, { x: 3, y: 0, w: 3, h: 2 }, 1), 'where it stands').toBe(true);
    for (const [x, y] of [
      [-1, 4],
      [10, 4],
      [0, -1],
      [0, 23],
    ] as const)
      expect(fits(tiles, { x, y, w: 3, h: 2 })).toBe(false);
  });

  it('are put where there is room, by rows', () => {
    expect(freePlace(tiles, 3, 2)).toEqual({ x: 6, y: 0, w: 3, h: 2 });
    expect(freePlace(tiles, 4, 1)).toEqual({ x: 0, y: 2, w: 4, h: 1 });
    expect(freePlace([tile({ w: 12, h: 24 })], 1, 1)).toBeUndefined();
  });

  it('step over others that are in the way, and stop at the edge', () => {
    expect(stepped(tiles, 0, 1, 0)).toMatchObject({ x: 6, y: 0 });
    expect(stepped(tiles, 0, 0, 1)).toMatchObject({ x: 0, y: 1 });
    expect(stepped(tiles, 0, -1, 0)).toBeUndefined();
    expect(stepped(tiles, 2, 1, 0)).toBeUndefined();
  });

  it('keep what goes with another metric only', () => {
    const was = tile({ queues: ['sales'], amber: 3, red: 8, title: '排队' });
    expect(withMetric(was, 'calls')).toEqual({ ...tile({ title: '排队' }), metric: 'calls' });
    expect(withMetric(was, 'asks').queues).toEqual(['sales']);
  });

  it('are sent without what is empty', () => {
    const sent = bodyOf('大厅', [tile({ title: '  ', amber: undefined }), tile({ x: 3, red: 0 })]);
    expect(JSON.stringify(sent)).not.toMatch(/amber|title":"\s*"/);
    expect(sent.tiles[1]).toMatchObject({ red: 0 });
  });

  it.each([
    ['service-level', 85.5, 0.855],
    ['longest-wait', 90, 90_000],
    ['waiting', 3, 3],
  ] as const)('have thresholds as people write them: %s %s', (metric, shown, stored) => {
    expect([storedThreshold(metric, shown), shownThreshold(metric, stored)]).toEqual([stored, shown]);
  });
});

describe('a figure', () => {
  it.each([
    ['count', 1234, '1,234', ''],
    ['count', null, '–', ''],
    ['ms', 65_900, '1:05', ''],
    ['share', 0.8649, '86.4', '%'],
    ['share', 0.9999, '99.9', '%'],
    ['share', 1, '100', '%'],
    ['share', 0, '0.0', '%'],
  ] as const)('of unit %s: %s is %s%s', (unit, value, figure, suffix) => {
    expect(figureText(unit, value)).toEqual({ figure, suffix });
  });
  it('has hours where there are some', () => {
    expect([clockOf(3_723_000), clockOf(-5)]).toEqual(['1:02:03', '0:00']);
  });
});
