/** Numbers of calls that stand on the flow: what it took, or what a replay has found. */
import { count } from '../../kit/format.ts';
import type { Traffic } from './model/ways.ts';

export interface Overlay {
  readonly now: Traffic;
  /** Of a replay: where the same calls went then. */
  readonly before: Traffic | undefined;
  /** The most that any place has. */
  readonly most: number;
}

export function overlayOf(now: Traffic, before?: Traffic): Overlay {
  const most = Math.max(1, ...now.counts.values(), ...(before?.counts.values() ?? []));
  return { now, before, most };
}

/** What is said of a place: `120`, or `120 → 95`. */
export function callsText({ now, before }: Overlay, key: string): string {
  const after = now.counts.get(key) ?? 0;
  const was = before ? (before.counts.get(key) ?? 0) : after;
  return was === after ? count(after) : `${count(was)} → ${count(after)}`;
}

/** How a place looks by them: `heat-0` where nobody came, to `heat-5`; `is-moved` where it is not as it was. */
export function callsClass({ now, before, most }: Overlay, key: string): string {
  const after = now.counts.get(key) ?? 0;
  const was = before ? (before.counts.get(key) ?? 0) : after;
  const level = after === 0 ? 0 : Math.max(1, Math.ceil((5 * after) / most));
  return `heat-${level}${was === after ? '' : ' is-moved'}`;
}
