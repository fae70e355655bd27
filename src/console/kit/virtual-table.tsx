import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import './virtual-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** As in grid-template-columns: `120px`, `minmax(140px, 1fr)`. */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly open: (row: Row) => void;
  /** Key of the row that is open. */
  readonly opened?: string | undefined;
  /** Called when the end comes near; undefined: these are all. */
  readonly more?: (() => void) | undefined;
  readonly foot?: ReactNode;
  /** Height of a row; as it is by default. Two lines: 56. */
  readonly rowPx?: number;
  /** For a look of its own. */
  readonly classOfRow?: (row: Row) => string;
  /** Whether somebody points at the rows, is in them, or has scrolled: they are not to move. */
  readonly held?: (isHeld: boolean) => void;
}

const ROW_PX = 40;
/** So many rows before the end the next ones are asked for. */
const AHEAD = 20;

/** Between columns, and at both ends, as in the styles. */
const GAP_PX = 12;

/** Under it the table scrolls sideways. */
function leastWidth<Row>(columns: readonly Column<Row>[]): number {
  const least = columns.map(({ width }) => Number(/\d+(?=px)/.exec(width)?.[0] ?? 0));
  return least.reduce((sum, px) => sum + px + GAP_PX, GAP_PX);
}

/** A table that is as quick with a million rows as with ten: only those are there that are seen. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, keyOf, open, opened, more, foot, held, rowPx = ROW_PX, classOfRow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
    getItemKey: (index) => keyOf(rows[index]!),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) more();
  }, [more, last, rows.length]);
  const at = Math.min(active, rows.length - 1);
  const go = (index: number) => {
    const place = Math.max(0, Math.min(rows.length - 1, index));
    setActive(place);
    virtual.scrollToIndex(place);
    // The row may come to be only now.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${place + 2}"]`)?.focus(),
    );
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
    if (to !== undefined) go(to);
    else if (event.key === 'Enter' || event.key === ' ') open(rows[at]!);
    else return;
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
  acts.current = { open, keyDown, setActive };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it looks on while rows are pointed at
    <div
      className="grid"
      ref={scroller}
      onScroll={tell}
      onMouseEnter={() => hold('over', true)}
      onMouseLeave={() => hold('over', false)}
      onFocus={() => hold('within', true)}
      onBlur={() => hold('within', false)}
    >
      <div
        role="grid"
        style={{ minWidth: leastWidth(columns) }}
        aria-label={label}
        aria-rowcount={more ? -1 : rows.length + 1}
        aria-colcount={columns.length}
      >
        <div role="row" className="grid-head" style={template} aria-rowindex={1} tabIndex={-1}>
          {columns.map((column) => (
            <div key={column.key} role="columnheader" className={classOf(column)} tabIndex={-1}>
              {column.title}
            </div>
          ))}
        </div>
        <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index]!;
            return (
              <GridRow
                key={key}
                row={row}
                columns={columns}
                template={template}
                className={classOfRow?.(row) ?? ''}
                index={index}
                start={start}
                rowPx={rowPx}
                isOpened={opened !== undefined && opened === keyOf(row)}
                isActive={index === at}
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

const classOf = ({ isNumber }: Pick<Column<never>, 'isNumber'>) => `grid-cell${isNumber ? ' number' : ''}`;

/** What is done in a row, as it is now. */
interface RowActs<Row> {
  readonly open: (row: Row) => void;
  readonly keyDown: (event: KeyboardEvent) => void;
  readonly setActive: (index: number) => void;
}

interface GridRowProps<Row> {
  readonly row: Row;
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
      onClick={() => {
        acts.current.setActive(index);
        acts.current.open(row);
      }}
      onFocus={() => acts.current.setActive(index)}
      onKeyDown={(event) => acts.current.keyDown(event)}
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={classOf(column)} tabIndex={-1}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}) as <Row>(props: GridRowProps<Row> & { readonly key: unknown }) => ReactNode;
