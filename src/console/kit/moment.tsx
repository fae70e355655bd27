import { useEffect, useSyncExternalStore } from 'react';
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
let second = Math.floor(Date.now() / 1000);
let timer: ReturnType<typeof setInterval> | undefined;

function watch(told: () => void): () => void {
  watchers.add(told);
  timer ??= setInterval(() => {
    second = Math.floor(Date.now() / 1000);
    for (const each of watchers) each();
  }, 1000);
  return () => {
    watchers.delete(told);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Ms since 1970, once a second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => second) * 1000;
}

/** How long it is since then: a clock that runs. */
export function Running({ since }: { readonly since: string }) {
  const now = useNow();
  return <span className="running">{clock(now - Date.parse(since))}</span>;
}

/** The title of the window. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · pbx400`;
  }, [title]);
}
