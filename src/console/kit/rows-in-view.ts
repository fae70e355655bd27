import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';

/** Of the line with the names of the columns, which stays on top, as in the styles. */
const HEAD_PX = 32;
/** Drawn beyond each end, for the next turn of the wheel. */
const OVERSCAN = 8;

export interface RowsInView {
  /** Rows that are seen, from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
  /** Rows that are drawn. */
  readonly drawn: readonly number[];
  /** Scrolls no further than is needed for all of a row to be seen. */
  readonly show: (index: number) => void;
}

/** Which rows of one height are seen in a box that scrolls: the same work with a million of them as with ten. */
export function useRowsInView(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
): RowsInView {
  const [{ first, rows }, setSeen] = useState({ first: 0, rows: 0 });
  const look = useCallback(() => {
    const { scrollTop, clientHeight } = scroller.current!;
    const next = { first: Math.floor(scrollTop / rowPx), rows: Math.ceil(clientHeight / rowPx) + 1 };
    setSeen((now) => (now.first === next.first && now.rows === next.rows ? now : next));
  }, [scroller, rowPx]);
  useLayoutEffect(() => {
    const box = scroller.current!;
    look();
    const resized = new ResizeObserver(look);
    resized.observe(box);
    box.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      box.removeEventListener('scroll', look);
    };
  }, [scroller, look]);
  const show = useCallback(
    (index: number) => {
      const box = scroller.current!;
      const room = box.clientHeight - HEAD_PX;
      const top = index * rowPx;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + rowPx > box.scrollTop + room) box.scrollTop = top + rowPx - room;
      look();
    },
    [scroller, rowPx, look],
  );
  const begin = Math.max(0, Math.min(first, count - rows));
  const end = Math.min(count, begin + rows);
  const from = Math.max(0, begin - OVERSCAN);
  const to = Math.min(count, end + OVERSCAN);
  const drawn = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return { first: begin, end, drawn, show };
}
