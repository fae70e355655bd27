import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { type RowsInView, useRowsInView } from './rows-in-view.ts';
import './virtual-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Over the column in place of its title. */
  readonly head?: ReactNode;
  /** As in grid-template-columns: `120px`, `minmax(140px, 1fr)`. */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** By their places; undefined: it is there, and still being read. */
  readonly rows: { readonly length: number; at(index: number): Row | undefined };
  readonly keyOf: (row: Row) => string;
  readonly open: (row: Row) => void;
  /** Key of the row that is open. */
  readonly opened?: string | undefined;
  /** Its place: it is scrolled to when another one is opened. */
  readonly openedAt?: number | undefined;
  /** Other rows than these are at their places: the first one is to be seen. */
  readonly of?: string;
  /** Told which rows are seen. */
  readonly see?: (first: number, last: number) => void;
  /** There are more behind these. */
  readonly hasMore?: boolean;
  readonly foot?: ReactNode;
  /** Height of a row; as it is by default. Two lines: 56. */
  readonly rowPx?: number;
  /** For a look of its own. */
  readonly classOfRow?: (row: Row) => string;
  /** Rows are chosen by keys, too: one, or all from the one before to it. */
  readonly choose?: ((row: Row, how: 'one' | 'range') => void) | undefined;
  /** Whether somebody points at the rows, is in them, or has scrolled: they are not to move. */
  readonly held?: (isHeld: boolean) => void;
}

const ROW_PX = 40;

/** Between columns, and at both ends, as in the styles. */
const GAP_PX = 12;

/** Under it the table scrolls sideways. */
function leastWidth<Row>(columns: readonly Column<Row>[]): number {
  const least = columns.map(({ width }) => Number(/\d+(?=px)/.exec(width)?.[0] ?? 0));
  return least.reduce((sum, px) => sum + px + GAP_PX, GAP_PX);
}

/** A table that is as quick with a million rows as with ten: only those are there that are seen. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    keyOf,
    open,
    opened,
    hasMore,
    foot,
    held,
    rowPx = ROW_PX,
    classOfRow,
    choose,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const view = useRowsInView(scroller, rows.length, rowPx);
  useSight(props, view, scroller, setActive);
  const at = Math.min(active, rows.length - 1);
  // By Tab one comes to the row that was acted on, or to one that is seen.
  const byTab = at >= view.first && at < view.end ? at : view.first;
  const focused = useFocusedRow(scroller);
  const wasOpened = useRef(opened);
  useEffect(() => {
    // Whoever closes what was open is back at its row.
    if (wasOpened.current !== undefined && opened === undefined) focused.back(at);
    wasOpened.current = opened;
  });
  const go = (index: number) => {
    const place = Math.max(0, Math.min(rows.length - 1, index));
    setActive(place);
    view.show(place);
    focused.move(place);
  };
  const keyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 10,
      PageUp: at - 10,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    const chosen = event.shiftKey ? rows.at(Math.max(0, Math.min(rows.length - 1, to ?? at))) : undefined;
    if (choose && chosen !== undefined && (to !== undefined || event.key === ' ')) {
      const here = rows.at(at);
      // A range begins where one stands.
      if (to !== undefined && here !== undefined) choose(here, 'range');
      choose(chosen, to === undefined ? 'one' : 'range');
      if (to !== undefined) go(to);
    } else if (to !== undefined) go(to);
    else if (event.key === 'Enter' || event.key === ' ') {
      const row = rows.at(at);
      if (row !== undefined) open(row);
    } else return;
    event.preventDefault();
  };
  const isHeld = useRef({ over: false, within: false });
  const tell = () => {
    const { over, within } = isHeld.current;
    held?.(over || within || (scroller.current?.scrollTop ?? 0) > ROW_PX);
  };
  const hold = (what: 'over' | 'within', is: boolean) => {
    isHeld.current[what] = is;
    tell();
  };
  // Nobody points at what is gone: it tells of no leaving.
  const latest = useRef(held);
  latest.current = held;
  useEffect(() => () => latest.current?.(false), []);
  const template = useMemo(
    () => ({ gridTemplateColumns: columns.map(({ width }) => width).join(' ') }),
    [columns],
  );
  const acts = useRef<RowActs<Row>>(undefined as never);
  const came = (index: number) => {
    setActive(index);
    focused.is(index);
  };
  acts.current = { open, keyDown, came };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it looks on while rows are pointed at
    <div
      className="grid"
      ref={scroller}
      onScroll={tell}
      onMouseEnter={() => hold('over', true)}
      onMouseLeave={() => hold('over', false)}
      onFocus={() => hold('within', true)}
      onBlur={(event) => {
        focused.left(event);
        hold('within', false);
      }}
    >
      <div
        role="grid"
        style={{ minWidth: leastWidth(columns) }}
        aria-label={label}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-colcount={columns.length}
      >
        <div role="row" className="grid-head" style={template} aria-rowindex={1} tabIndex={-1}>
          {columns.map((column) => (
            <div key={column.key} role="columnheader" className={classOf(column)} tabIndex={-1}>
              {column.head ?? column.title}
            </div>
          ))}
        </div>
        <div role="rowgroup" className="grid-body" style={{ height: rows.length * rowPx }}>
          {view.drawn.map((index) => {
            const row = rows.at(index);
            const key = row === undefined ? undefined : keyOf(row);
            return (
              <GridRow
                key={key ?? `unread ${index}`}
                row={row}
                columns={columns}
                template={template}
                className={row === undefined ? 'row-unread' : (classOfRow?.(row) ?? '')}
                index={index}
                start={index * rowPx}
                rowPx={rowPx}
                isOpened={opened !== undefined && opened === key}
                isActive={index === byTab}
                acts={acts}
              />
            );
          })}
        </div>
      </div>
      {foot && <div className="grid-foot faint small">{foot}</div>}
    </div>
  );
}

/** Tells which rows are seen, and brings to sight what is opened. */
function useSight<Row>(
  { rows, of, see, opened, openedAt }: VirtualTableProps<Row>,
  { first, end, show }: RowsInView,
  scroller: RefObject<HTMLDivElement | null>,
  setActive: (index: number) => void,
): void {
  const latest = useRef(see);
  latest.current = see;
  // biome-ignore lint/correctness/useExhaustiveDependencies: of other rows it is told again
  useEffect(() => latest.current?.(first, Math.max(first, end - 1)), [first, end, of]);
  const shown = useRef(of);
  // Before it is drawn: rows of another filter are not seen in the middle first.
  useLayoutEffect(() => {
    if (shown.current === of) return;
    shown.current = of;
    setActive(0);
    scroller.current!.scrollTop = 0;
  }, [of, scroller, setActive]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each that is opened, wherever it moves then
  useEffect(() => {
    if (openedAt === undefined || openedAt >= rows.length) return;
    setActive(openedAt);
    show(openedAt);
  }, [opened]);
}

/** The focus stays on a row where what draws the row is another now: it was read, or was out of sight for a while. */
function useFocusedRow(scroller: RefObject<HTMLDivElement | null>) {
  const wanted = useRef<number>(undefined);
  const focus = (index: number) =>
    scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`)?.focus();
  useEffect(() => {
    if (wanted.current !== undefined && document.activeElement === document.body) focus(wanted.current);
  });
  return {
    is: (index: number) => {
      wanted.current = index;
    },
    move: (index: number) => {
      wanted.current = index;
      // The row may come to be only now.
      requestAnimationFrame(() => focus(index));
    },
    /** Unless the focus is anywhere else. */
    back: (index: number) => {
      wanted.current = index;
      if (document.activeElement === document.body) focus(index);
    },
    /** Somebody went elsewhere; what is taken out of the page has left too, and is waited for. */
    left: ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null || target.isConnected) wanted.current = undefined;
    },
  };
}

const classOf = ({ isNumber }: Pick<Column<never>, 'isNumber'>) => `grid-cell${isNumber ? ' number' : ''}`;

/** What is done in a row, as it is now. */
interface RowActs<Row> {
  readonly open: (row: Row) => void;
  readonly keyDown: (event: KeyboardEvent) => void;
  /** The focus is in the row now. */
  readonly came: (index: number) => void;
}

interface GridRowProps<Row> {
  readonly row: Row | undefined;
  readonly columns: readonly Column<Row>[];
  readonly template: CSSProperties;
  readonly className: string;
  readonly index: number;
  readonly start: number;
  readonly rowPx: number;
  readonly isOpened: boolean;
  readonly isActive: boolean;
  readonly acts: RefObject<RowActs<Row>>;
}

/** Drawn anew when its row or the columns are others, not with each drawing of the table. */
const GridRow = memo(function GridRow<Row>(props: GridRowProps<Row>) {
  const { row, columns, template, className, index, start, rowPx, isOpened, isActive, acts } = props;
  return (
    <div
      role="row"
      className={`grid-row ${className}`}
      style={{ ...template, height: rowPx, transform: `translateY(${start}px)` }}
      aria-rowindex={index + 2}
      aria-selected={isOpened}
      tabIndex={isActive ? 0 : -1}
      aria-busy={row === undefined}
      onClick={() => {
        acts.current.came(index);
        if (row !== undefined) acts.current.open(row);
      }}
      onFocus={() => acts.current.came(index)}
      onKeyDown={(event) => acts.current.keyDown(event)}
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={classOf(column)} tabIndex={-1}>
          {row === undefined ? <span aria-hidden /> : column.cell(row)}
        </div>
      ))}
    </div>
  );
}) as <Row>(props: GridRowProps<Row> & { readonly key: unknown }) => ReactNode;
