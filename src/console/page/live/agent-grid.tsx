import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { AgentRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { AgentState, AgentTimer } from './agent-facts.tsx';
import type { HeldRow } from './held.ts';
import { liveWords } from './words.ts';

const TILE_PX = 176;
const GAP_PX = 8;
const ROW_PX = 72;

export interface AgentViewProps {
  readonly agents: readonly HeldRow<AgentRow>[];
  readonly open: (agent: string) => void;
  readonly opened: string | undefined;
  readonly held: (isHeld: boolean) => void;
  readonly titleOf: (queue: string) => string;
}

/** Agents as tiles: only those are there that are seen. Arrows go from one to the next. */
export const AgentGrid = memo(function AgentGrid(props: AgentViewProps) {
  const { agents, open, opened, held, titleOf } = props;
  const say = useSay(liveWords);
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [active, setActive] = useState(0);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const observer = new ResizeObserver(() => setWidth(box.clientWidth));
    observer.observe(box);
    setWidth(box.clientWidth);
    return () => observer.disconnect();
  }, []);
  const across = Math.max(1, Math.floor((width - GAP_PX) / (TILE_PX + GAP_PX)));
  const virtual = useVirtualizer({
    count: Math.ceil(agents.length / across),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX + GAP_PX,
    overscan: 2,
    paddingStart: GAP_PX,
  });
  const at = Math.min(active, agents.length - 1);
  const go = (index: number) => {
    const place = Math.max(0, Math.min(agents.length - 1, index));
    setActive(place);
    virtual.scrollToIndex(Math.floor(place / across));
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-place="${place}"]`)?.focus(),
    );
  };
  const keyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at + across,
      ArrowUp: at - across,
      Home: 0,
      End: agents.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  const isHeld = useRef({ over: false, within: false });
  const hold = (what: 'over' | 'within', is: boolean) => {
    isHeld.current[what] = is;
    held(isHeld.current.over || isHeld.current.within);
  };
  // Nobody points at what is gone: it tells of no leaving.
  const latest = useRef(held);
  latest.current = held;
  useEffect(() => () => latest.current(false), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it looks on while tiles are pointed at
    <div
      className="tiles"
      ref={scroller}
      onMouseEnter={() => hold('over', true)}
      onMouseLeave={() => hold('over', false)}
      onFocus={() => hold('within', true)}
      onBlur={() => hold('within', false)}
      onKeyDown={keyDown}
    >
      <ul className="tiles-body" aria-label={say('agents')} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const first = index * across;
          const line = agents.slice(first, first + across);
          const isHere = (agent: string | undefined) => line.some(({ row }) => row.agent === agent);
          return (
            <Line
              key={index}
              line={line}
              first={first}
              start={start}
              active={at >= first && at < first + across ? at : undefined}
              opened={isHere(opened) ? opened : undefined}
              open={open}
              focused={setActive}
              titleOf={titleOf}
            />
          );
        })}
      </ul>
    </div>
  );
});

interface LineProps {
  readonly line: readonly HeldRow<AgentRow>[];
  /** Place of its first tile. */
  readonly first: number;
  /** From above, px. */
  readonly start: number;
  readonly active: number | undefined;
  readonly opened: string | undefined;
  readonly open: (agent: string) => void;
  readonly focused: (place: number) => void;
  readonly titleOf: (queue: string) => string;
}

const isSameLine = ({ line: one, ...rest }: LineProps, { line: other, ...others }: LineProps): boolean =>
  one.length === other.length &&
  one.every((held, column) => held === other[column]) &&
  Object.entries(rest).every(([name, value]) => others[name as keyof typeof others] === value);

/** Tiles side by side: drawn anew when one of them has changed. */
const Line = memo(function Line({ line, first, start, active, opened, open, focused, titleOf }: LineProps) {
  return line.map((held, column) => {
    const { agent, queue } = held.row;
    const place = first + column;
    const left = GAP_PX + column * (TILE_PX + GAP_PX);
    return (
      <li
        key={agent}
        className="tile-place"
        style={{ transform: `translate(${left}px, ${start}px)`, width: TILE_PX, height: ROW_PX }}
      >
        <Tile
          held={held}
          queue={queue === null ? undefined : titleOf(queue)}
          isOpen={opened === agent}
          place={place}
          isActive={place === active}
          open={open}
          focused={focused}
        />
      </li>
    );
  });
}, isSameLine);

interface TileProps {
  readonly held: HeldRow<AgentRow>;
  readonly queue: string | undefined;
  readonly isOpen: boolean;
  readonly place: number;
  readonly isActive: boolean;
  readonly open: (agent: string) => void;
  readonly focused: (place: number) => void;
}

const Tile = memo(function Tile({ held, queue, isOpen, place, isActive, open, focused }: TileProps) {
  const { row: agent, isGone } = held;
  return (
    <button
      type="button"
      className={`tile${isGone ? ' row-gone' : ''}`}
      aria-pressed={isOpen}
      data-place={place}
      data-agent={agent.agent}
      tabIndex={isActive ? 0 : -1}
      onClick={() => open(agent.agent)}
      onFocus={() => focused(place)}
    >
      <span className="tile-first">
        <span className="strong">{agent.agent}</span>
        <span className="tile-name">{agent.name}</span>
        <AgentTimer agent={agent} />
      </span>
      <span className="tile-second">
        <AgentState agent={agent} />
        {queue && <span className="faint small tile-queue">{queue}</span>}
      </span>
    </button>
  );
});
