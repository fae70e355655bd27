import Type from 'typebox';
import { choice, count, list, text } from '../../config/fields.ts';
import {
  BOARD_COLUMNS,
  BOARD_METRIC_IDS,
  BOARD_METRICS,
  BOARD_ROWS,
  BOARD_WINDOWS,
  type BoardMetricId,
} from '../../shared/board-metrics.ts';
import { reference, title } from '../fields.ts';
import { type Complain, defineKind, type EntityOf } from '../kind.ts';

const tile = Type.Object({
  /** What stands above the figure; that of the metric by default. */
  title: Type.Optional(text()),
  metric: Type.Unsafe<BoardMetricId>({ type: 'string', enum: BOARD_METRIC_IDS }),
  /** Of these queues together; none: of the whole company. */
  queues: list(reference('queue')),
  /** Of which time; what is as it is now has none. */
  window: choice(BOARD_WINDOWS, 'today'),
  /** Place of its left upper corner, and its size, in columns and rows. */
  x: count(0, BOARD_COLUMNS - 1, 0),
  y: count(0, BOARD_ROWS - 1, 0),
  w: count(1, BOARD_COLUMNS, 3),
  h: count(1, BOARD_ROWS, 2),
  /** From where on it is amber (注意), and red (告警): a number, milliseconds, or a share of 1, as the metric has it. */
  amber: Type.Optional(Type.Number()),
  red: Type.Optional(Type.Number()),
});

/** Figures on a screen that a room looks at (大屏): tiles on a grid of twelve columns. Who has one of its links sees it without signing in. */
export const wallboard = defineKind({
  name: 'wallboard',
  plural: 'wallboards',
  title: { en: 'wallboard', zh: '大屏' },
  key: 'name',
  example: {
    name: 'hall',
    title: '客服大厅',
    tiles: [
      { metric: 'waiting', queues: ['sales'], x: 0, y: 0, w: 6, h: 3, amber: 3, red: 8 },
      { metric: 'service-level', window: 'today', x: 6, y: 0, w: 6, h: 3, amber: 0.85, red: 0.8 },
    ],
  },
  schema: Type.Object({
    title: title(),
    tiles: Type.Array(tile, { default: [], maxItems: 60 }),
  }),
  check: ({ tiles }, complain) => {
    for (const [at, each] of tiles.entries()) checkTile(each, at, complain);
    for (const [at, each] of tiles.entries()) {
      const other = tiles.slice(0, at).findIndex((before) => overlaps(before, each));
      if (other >= 0)
        complain(['tiles', at], `it lies on tile ${other + 1}`, 'move it to where there is room');
    }
  },
});

export type Wallboard = EntityOf<typeof wallboard>;
export type WallboardTile = Wallboard['tiles'][number];

type Place = Pick<WallboardTile, 'x' | 'y' | 'w' | 'h'>;

const overlaps = (one: Place, other: Place) =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

function checkTile(
  { metric, queues, x, y, w, h, amber, red }: WallboardTile,
  at: number,
  complain: Complain,
) {
  const { worse, ...of } = BOARD_METRICS[metric];
  if (x + w > BOARD_COLUMNS)
    complain(['tiles', at, 'w'], 'it ends right of the board', `write ${BOARD_COLUMNS - x} at most`);
  if (y + h > BOARD_ROWS)
    complain(['tiles', at, 'h'], 'it ends below the board', `write ${BOARD_ROWS - y} at most`);
  if ('isWhole' in of && queues.length > 0)
    complain(['tiles', at, 'queues'], `${metric} is of the whole company`, 'leave the queues out');
  if (amber === undefined || red === undefined || amber === red) return;
  if (worse === 'high' ? amber > red : amber < red)
    complain(
      ['tiles', at, 'red'],
      `of ${metric} ${worse} is bad: red is reached before amber`,
      `write one that is ${worse === 'high' ? 'higher' : 'lower'} than amber`,
    );
}
