/** A wallboard while it is edited. Pure. */
import {
  BOARD_COLUMNS,
  BOARD_METRICS,
  BOARD_ROWS,
  type BoardMetricId,
  type BoardWindow,
} from '../../../shared/board-metrics.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface DraftTile extends Place {
  readonly title?: string | undefined;
  readonly metric: BoardMetricId;
  readonly queues: readonly string[];
  readonly window: BoardWindow;
  readonly amber?: number | undefined;
  readonly red?: number | undefined;
}

/** Whether a tile may stand there: on the board, on no other. `but`: the tile itself. */
export function fits(tiles: readonly Place[], place: Place, but = -1): boolean {
  const { x, y, w, h } = place;
  if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > BOARD_COLUMNS || y + h > BOARD_ROWS) return false;
  return tiles.every((other, at) => at === but || !overlaps(other, place));
}

const overlaps = (one: Place, other: Place) =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

/** The first place that is free, by rows; undefined: the board is full. */
export function freePlace(tiles: readonly Place[], w: number, h: number): Place | undefined {
  for (let y = 0; y + h <= BOARD_ROWS; y++)
    for (let x = 0; x + w <= BOARD_COLUMNS; x++) if (fits(tiles, { x, y, w, h })) return { x, y, w, h };
  return undefined;
}

/** The same tile one step on, over others that are in the way; undefined: there is no room that way. */
export function stepped(tiles: readonly Place[], at: number, dx: number, dy: number): Place | undefined {
  let place: Place = tiles[at]!;
  while (true) {
    place = { ...place, x: place.x + dx, y: place.y + dy };
    if (place.x < 0 || place.y < 0 || place.x + place.w > BOARD_COLUMNS || place.y + place.h > BOARD_ROWS)
      return undefined;
    if (fits(tiles, place, at)) return place;
  }
}

/** The tiles with one changed. */
export function withTile(
  tiles: readonly DraftTile[],
  at: number,
  change: Partial<DraftTile>,
): readonly DraftTile[] {
  return tiles.map((tile, index) => (index === at ? { ...tile, ...change } : tile));
}

/** With another metric; what does not go with it is left out. */
export function withMetric(tile: DraftTile, metric: BoardMetricId): DraftTile {
  const isWhole = 'isWhole' in BOARD_METRICS[metric];
  const { amber: _, red: __, ...rest } = tile;
  return { ...rest, metric, queues: isWhole ? [] : tile.queues };
}

/** As the API takes it: nothing that is empty. */
export function bodyOf(title: string, tiles: readonly DraftTile[]) {
  return {
    title,
    tiles: tiles.map(({ title: own, amber, red, ...tile }) => ({
      ...tile,
      ...(own?.trim() && { title: own.trim() }),
      ...(amber !== undefined && { amber }),
      ...(red !== undefined && { red }),
    })),
  };
}

/** A threshold as people write it: seconds, percent, or a number. */
export function shownThreshold(metric: BoardMetricId, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  return Math.round(value * factorOf(metric) * 1000) / 1000;
}

export function storedThreshold(metric: BoardMetricId, shown: number | null): number | undefined {
  return shown === null ? undefined : Math.round((shown / factorOf(metric)) * 1e6) / 1e6;
}

const factorOf = (metric: BoardMetricId) => ({ count: 1, ms: 0.001, share: 100 })[BOARD_METRICS[metric].unit];

/** A wallboard as the API has it. */
export interface WallboardEntity {
  readonly name: string;
  readonly title: string;
  readonly tiles: readonly DraftTile[];
  readonly meta: { readonly revision: number; readonly owner: string; readonly file: string | null };
}

export const WALLBOARDS = ['wallboards'] as const;
