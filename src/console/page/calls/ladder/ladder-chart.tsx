import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, useId, useRef, useState } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { count, timeOf } from '../../../kit/format.ts';
import { type Drawing, type EventRow, type Lane, type MessageRow, type Row, US } from './ladder-rows.ts';
import { LineText } from './line-text.tsx';
import { eventWords, ladderWords } from './words.ts';
import './ladder.css';

const ROW_PX = 36;
/** A silence is told between the rows. */
const PAUSE_MS = 1_000;
const PAUSE_PX = 22;
const PAGE_ROWS = 10;

const isPause = ({ pauseMs }: Row) => pauseMs >= PAUSE_MS;
const heightOf = (row: Row) => ROW_PX + (isPause(row) ? PAUSE_PX : 0);

/** Grid line in the middle of a lane: each has two columns, behind those of the time. */
const middleOf = (lane: number) => 2 * lane + 4;

/** The parties as lanes and, on one axis of time, arrows for messages and marks for events; one is opened by a click or Enter. */
export function LadderChart({ drawing: { lanes, rows } }: { readonly drawing: Drawing }) {
  const say = useSay(ladderWords);
  const { zone } = useSession();
  const nameOfLane = useLaneName();
  const labelOf = useLabel();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]!),
    overscan: 12,
  });
  const at = Math.min(active, rows.length - 1);
  const clockOf = (row: Row) => `${timeOf(row.at, zone)}.${String(row.at % 1000).padStart(3, '0')}`;
  /** What is seen by where it stands. */
  const wayOf = (row: Row) => {
    if (row.kind === 'event') return say('rowEvent', { leg: nameOfLane(lanes[row.lane]!) });
    return say('rowMessage', { from: nameOfLane(lanes[row.from]!), to: nameOfLane(lanes[row.to]!) });
  };
  const keyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + PAGE_ROWS,
      PageUp: at - PAGE_ROWS,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      const place = Math.max(0, Math.min(rows.length - 1, to));
      setActive(place);
      virtual.scrollToIndex(place);
    } else if (event.key === 'Enter' || event.key === ' ') setOpen(!isOpen);
    // The drawer stays: only the text goes.
    else if (event.key === 'Escape' && isOpen) {
      setOpen(false);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="ladder" ref={scroller} style={{ '--halves': 2 * lanes.length } as CSSProperties}>
        <div className="ladder-wide">
          <div className="ladder-row ladder-head" aria-hidden>
            <span className="ladder-clock">{say('clock')}</span>
            <span className="ladder-since">{say('since')}</span>
            {lanes.map((lane, no) => (
              <span
                key={`${lane.leg} ${lane.address}`}
                className="ladder-lane"
                style={{ gridColumn: `${middleOf(no) - 1} / span 2` }}
                title={`${nameOfLane(lane)} ${lane.address}`}
              >
                <b>{nameOfLane(lane)}</b>
                <span className="faint">{lane.address}</span>
              </span>
            ))}
          </div>
          <div
            role="listbox"
            aria-label={say('label', { count: rows.length })}
            aria-describedby={`${id}-hint`}
            aria-activedescendant={`${id}-${at}`}
            tabIndex={0}
            className="ladder-body"
            style={{ height: virtual.getTotalSize() }}
            onKeyDown={keyDown}
          >
            <div className="ladder-row ladder-lines" role="none">
              {lanes.map((lane, no) => (
                <span
                  key={`${lane.leg} ${lane.address}`}
                  style={{ gridColumn: `${middleOf(no)} / span 1` }}
                />
              ))}
            </div>
            {virtual.getVirtualItems().map(({ index, key, start }) => {
              const row = rows[index]!;
              const className = `ladder-line${index === at ? ' ladder-active' : ''}${isPause(row) ? ' ladder-late' : ''}`;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's
                // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant tells which one it is
                <div
                  key={key}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  aria-posinset={index + 1}
                  aria-setsize={rows.length}
                  className={className}
                  style={{ height: heightOf(row), transform: `translateY(${start}px)` }}
                  onClick={() => {
                    setActive(index);
                    setOpen(true);
                  }}
                >
                  {isPause(row) && (
                    <span className="ladder-pause">
                      {say('pause', { seconds: (row.pauseMs / 1000).toFixed(1) })}
                    </span>
                  )}
                  <div className="ladder-row">
                    <span className="ladder-clock">{clockOf(row)}</span>
                    <span className="ladder-since">{count(row.sinceMs)}</span>
                    <span className="visually-hidden">{wayOf(row)}</span>
                    {row.kind === 'message' ? (
                      <Arrow row={row} label={labelOf(row)} />
                    ) : (
                      <Mark row={row} label={labelOf(row)} lanes={lanes.length} />
                    )}
                  </div>
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <p id={`${id}-hint`} className="faint small">
        {say('hint')}
      </p>
      {isOpen && <LineText row={rows[at]!} clock={clockOf(rows[at]!)} close={() => setOpen(false)} />}
    </>
  );
}

function Arrow({ row: { from, to, tone }, label }: { readonly row: MessageRow; readonly label: string }) {
  const way = from < to ? 'right' : 'left';
  const [start, end] = [Math.min(from, to), Math.max(from, to)].map(middleOf);
  return (
    <span className={`ladder-arrow ladder-${way} ladder-${tone}`} style={{ gridColumn: `${start} / ${end}` }}>
      <span className="ladder-label">{label}</span>
    </span>
  );
}

/** Beside its lane; left of the last one, where there is no room to the right. */
function Mark({
  row: { lane },
  label,
  lanes,
}: {
  readonly row: EventRow;
  readonly label: string;
  readonly lanes: number;
}) {
  const isLast = lane > 0 && lane === lanes - 1;
  const gridColumn = isLast ? `3 / ${middleOf(lane)}` : `${middleOf(lane)} / -1`;
  return (
    <span className={`ladder-mark${isLast ? ' ladder-mark-left' : ''}`} style={{ gridColumn }}>
      <span className="ladder-label">{label}</span>
    </span>
  );
}

/** Who a lane is, in words. */
function useLaneName(): (lane: Lane) => string {
  const say = useSay(ladderWords);
  return ({ leg, address }) => {
    if (leg === US) return US;
    if (leg === 'caller') return say('caller');
    return leg || address || say('unknown');
  };
}

function useLabel(): (row: Row) => string {
  const say = useSay(ladderWords);
  const sayEvent = useSayOf(eventWords);
  return (row) => {
    if (row.kind === 'message') return row.isAgain ? `${row.label} · ${say('again')}` : row.label;
    const label = sayEvent(row.line.event);
    const mos = row.line.details.find(({ name }) => name === 'mos')?.value;
    return mos === undefined ? label : say('mos', { label, mos: Number(mos).toFixed(1) });
  };
}
