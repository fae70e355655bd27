import type { Call } from './call.ts';
import type { Directory, PartyName } from './destination.ts';
import type { Leg } from './leg.ts';
import { ring } from './ring.ts';

/** A blind transfer under way. */
export interface Transfer {
  /** The leg that answered; undefined when nobody did or the call ended. Never rejects. */
  readonly done: Promise<Leg | undefined>;
  /** Who is rung, in the record's words. */
  readonly to: string;
  abandon(): void;
}

const TRANSFER_RING_MS = 30_000;

/** Rings the target of a blind transfer (盲转) while the caller is still in the talk. */
export function transferTo(call: Call, directory: Directory, number: string, { name }: PartyName): Transfer {
  const stop = new AbortController();
  const done = ring(call, directory, [{ name, destination: directory.find(number) }], {
    ringMs: TRANSFER_RING_MS,
    signal: stop.signal,
  }).then(
    (result) => (result.answered ? result.leg : undefined),
    () => undefined,
  );
  return { done, to: name, abandon: () => stop.abort() };
}
