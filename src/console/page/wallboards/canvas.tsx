import StopFilled from '@ant-design/icons/es/icons/StopFilled';
import WarningFilled from '@ant-design/icons/es/icons/WarningFilled';
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { BOARD_COLUMNS, BOARD_METRICS, levelOf } from '../../../shared/board-metrics.ts';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { figureText } from '../../wall/figure.ts';
import { type DraftTile, fits, type Place, stepped } from './draft.ts';
import { wallboardWords } from './words.ts';

const ROW_PX = 64;
const GAP_PX = 8;
const LEAST_ROWS = 6;

export interface CanvasProps {
  readonly tiles: readonly DraftTile[];
  readonly values: readonly (number | null)[];
  readonly chosen: number;
  readonly choose: (at: number) => void;
  readonly isFixed: boolean;
  readonly place: (at: number, place: Place) => void;
  readonly remove: (at: number) => void;
}

/** Under way by the mouse. */
interface Drag {
  readonly at: number;
  readonly isResize: boolean;
  readonly from: Place;
  readonly x: number;
  readonly y: number;
  /** Where it would come to stand. */
  readonly to: Place;
}

/** The board as it will look, smaller: tiles are moved and resized by mouse and by keyboard. */
export function Canvas({ tiles, values, chosen, choose, isFixed, place, remove }: CanvasProps) {
  const say = useSay(wallboardWords);
  const grid = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag>();
  const [said, setSaid] = useState('');
  const rows = Math.max(LEAST_ROWS, ...tiles.map(({ y, h }) => y + h + (isFixed ? 0 : 2)));
  const begin = (event: PointerEvent<HTMLElement>, at: number, isResize: boolean) => {
    if (isFixed || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.stopPropagation();
    const from = placeOf(tiles[at]!);
    choose(at);
    setDrag({ at, isResize, from, x: event.clientX, y: event.clientY, to: from });
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    if (!drag) return;
    const column = ((grid.current?.clientWidth ?? 0) + GAP_PX) / BOARD_COLUMNS;
    const dx = Math.round((event.clientX - drag.x) / column);
    const dy = Math.round((event.clientY - drag.y) / (ROW_PX + GAP_PX));
    const { x, y, w, h } = drag.from;
    const to = drag.isResize ? { x, y, w: w + dx, h: h + dy } : { x: x + dx, y: y + dy, w, h };
    if (fits(tiles, to, drag.at)) setDrag({ ...drag, to });
  };
  const end = () => {
    if (drag) place(drag.at, drag.to);
    setDrag(undefined);
  };
  const keyed = (event: KeyboardEvent, at: number) => {
    if (event.key === 'Delete' && !isFixed) return remove(at);
    const [dx, dy] = ARROWS[event.key] ?? [0, 0];
    if (isFixed || (dx === 0 && dy === 0)) return;
    event.preventDefault();
    const { x, y, w, h } = tiles[at]!;
    const resized = { x, y, w: w + dx, h: h + dy };
    const to = event.shiftKey ? (fits(tiles, resized, at) ? resized : undefined) : stepped(tiles, at, dx, dy);
    if (to) place(at, to);
    setSaid(to ? '' : say('noRoom'));
  };
  return (
    <section className="board-canvas" aria-label={say('canvas')}>
      <div ref={grid} className="board-grid" style={{ '--rows': rows } as CSSProperties}>
        {tiles.map((tile, at) => (
          <Tile
            // biome-ignore lint/suspicious/noArrayIndexKey: a tile is its place in the list
            key={at}
            tile={drag?.at === at ? { ...tile, ...drag.to } : tile}
            value={values[at] ?? null}
            isChosen={at === chosen}
            isMoving={drag?.at === at}
            isFixed={isFixed}
            choose={() => choose(at)}
            keyed={(event) => keyed(event, at)}
            begin={(event, isResize) => begin(event, at, isResize)}
            move={move}
            end={end}
          />
        ))}
      </div>
      {!isFixed && <p className="faint small">{say('canvasHint')}</p>}
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </section>
  );
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const placeOf = ({ x, y, w, h }: Place): Place => ({ x, y, w, h });

interface TileProps {
  readonly tile: DraftTile;
  readonly value: number | null;
  readonly isChosen: boolean;
  readonly isMoving: boolean;
  readonly isFixed: boolean;
  readonly choose: () => void;
  readonly keyed: (event: KeyboardEvent) => void;
  readonly begin: (event: PointerEvent<HTMLElement>, isResize: boolean) => void;
  readonly move: (event: PointerEvent<HTMLElement>) => void;
  readonly end: () => void;
}

function Tile({ tile, value, isChosen, isMoving, isFixed, choose, keyed, begin, move, end }: TileProps) {
  const say = useSay(wallboardWords);
  const { language } = useLanguage();
  const { metric, x, y, w, h } = tile;
  const title = tile.title || BOARD_METRICS[metric].title[language === 'en' ? 'en' : 'zh'];
  const { figure, suffix } = figureText(BOARD_METRICS[metric].unit, value);
  const level = levelOf(metric, value, tile);
  const style = { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` };
  return (
    <button
      type="button"
      className={`board-tile${isChosen ? ' is-chosen' : ''}${isMoving ? ' is-moving' : ''}`}
      data-level={level}
      style={style}
      aria-pressed={isChosen}
      onClick={choose}
      onFocus={choose}
      onKeyDown={keyed}
      onPointerDown={(event) => begin(event, false)}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <span className="board-tile-title">{title}</span>
      <span className="visually-hidden">{say('tileAt', { row: y + 1, column: x + 1, w, h })}</span>
      {level === 'amber' && <WarningFilled className="board-tile-level" />}
      {level === 'red' && <StopFilled className="board-tile-level" />}
      <span className="board-tile-figure">
        {figure}
        <small>{suffix}</small>
      </span>
      {!isFixed && (
        <span
          className="board-corner"
          title={say('resize')}
          onPointerDown={(event) => begin(event, true)}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={end}
        />
      )}
    </button>
  );
}
