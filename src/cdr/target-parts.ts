import type { CdrSegment, CdrTarget } from './cdr.ts';

/** What somebody did in a call for a while; times from its arrival. */
export interface TargetPart {
  readonly kind: 'ring' | 'talk' | 'hold' | 'consult';
  readonly fromMs: number;
  readonly untilMs: number;
}

type Timed = Pick<CdrTarget, 'ringMs' | 'startMs' | 'consultedMs' | 'connectedMs' | 'endMs'>;

/** The time that somebody was in a call, by what he did: what the call's segments say of who has his place in the talk. */
export function partsOf(target: Timed, segments: readonly CdrSegment[]): readonly TargetPart[] {
  const { ringMs, startMs, consultedMs, connectedMs, endMs } = target;
  if (startMs === null || endMs === null) return [];
  const parts: TargetPart[] = [];
  if (ringMs > 0) parts.push({ kind: 'ring', fromMs: startMs, untilMs: startMs + ringMs });
  // Who is asked and not connected yet waits while his partner is back with the caller.
  if (consultedMs !== null) add(parts, segments, consultedMs, connectedMs ?? endMs, ASKED);
  if (connectedMs !== null) add(parts, segments, connectedMs, endMs, CONNECTED);
  return parts;
}

type Reading = Readonly<Partial<Record<CdrSegment['kind'], TargetPart['kind']>>>;

const CONNECTED: Reading = { talk: 'talk', conference: 'talk', hold: 'hold', consult: 'consult' };
const ASKED: Reading = { consult: 'consult', talk: 'hold', hold: 'hold' };

function add(
  parts: TargetPart[],
  segments: readonly CdrSegment[],
  fromMs: number,
  untilMs: number,
  reading: Reading,
): void {
  for (const { kind, startMs, ms } of segments) {
    const read = reading[kind];
    const from = Math.max(fromMs, startMs);
    const until = Math.min(untilMs, startMs + ms);
    if (read && until > from) parts.push({ kind: read, fromMs: from, untilMs: until });
  }
}
