import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
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
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  const classOf = ({ isNumber }: Column<Row>) => `grid-cell${isNumber ? ' number' : ''}`;
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
              <div
                key={key}
                role="row"
                className={`grid-row ${classOfRow?.(row) ?? ''}`}
                style={{ ...template, height: rowPx, transform: `translateY(${start}px)` }}
                aria-rowindex={index + 2}
                aria-selected={opened === keyOf(row)}
                tabIndex={index === at ? 0 : -1}
                onClick={() => {
                  setActive(index);
                  open(row);
                }}
                onFocus={() => setActive(index)}
                onKeyDown={keyDown}
              >
                {columns.map((column) => (
                  <div key={column.key} role="gridcell" className={classOf(column)} tabIndex={-1}>
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {foot && <div className="grid-foot faint small">{foot}</div>}
    </div>
  );
}
