import { useCallback, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { serverClock } from '../api/server-clock.ts';
import { useSession } from '../api/session.tsx';
import { clock, dateTime, shortTime } from './format.ts';

/** A time in the company's zone; whole on hover. `isShort`: the time alone on this day. */
export function Moment({ at, isShort = false }: { readonly at: string; readonly isShort?: boolean }) {
  const { zone } = useSession();
  const whole = dateTime(at, zone);
  return (
    <time dateTime={at} title={isShort ? `${whole} (${zone})` : zone}>
      {isShort ? shortTime(at, zone, Date.now()) : whole}
    </time>
  );
}

/** One timer for all clocks on the page. */
const watchers = new Set<() => void>();
let second = Math.floor(serverClock.now / 1000);
let timer: ReturnType<typeof setInterval> | undefined;

function watch(told: () => void): () => void {
  watchers.add(told);
  timer ??= setInterval(() => {
    second = Math.floor(serverClock.now / 1000);
    for (const each of watchers) each();
  }, 1000);
  return () => {
    watchers.delete(told);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Ms since 1970 by the server's clock, once a second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => second) * 1000;
}

/** What is worked out of the time each second: drawn anew when it becomes another, not with each second. */
export function useEachSecond<Value extends string | number | boolean>(
  valueAt: (now: number) => Value,
): Value {
  return useSyncExternalStore(watch, () => valueAt(second * 1000));
}

export interface SecondsTextProps {
  /** The text at a time, ms since 1970. Another function is another text. */
  readonly textAt: (now: number) => string;
  readonly className?: string;
}

/** A text that changes with the seconds. A hundred of them are written without one drawing of React. */
export function SecondsText({ textAt, className }: SecondsTextProps) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const node = document.createTextNode('');
    const write = () => {
      const text = textAt(second * 1000);
      if (node.data !== text) node.data = text;
    };
    write();
    place.current?.replaceChildren(node);
    return watch(write);
  }, [textAt]);
  return <span ref={place} className={className} />;
}

/** How long it is since then: a clock that runs. */
export function Running({ since }: { readonly since: string }) {
  const textAt = useCallback((now: number) => clock(now - Date.parse(since)), [since]);
  return <SecondsText textAt={textAt} className="running" />;
}

/** The title of the window. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · pbx400`;
  }, [title]);
}
