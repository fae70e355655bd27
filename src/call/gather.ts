import type { PlayItem } from '../media/media.ts';
import type { Subscription } from '../shared/events.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';
import type { GatherOutcome, PlayOutcome } from './outcomes.ts';

/**
 * Plays to a leg until it is done, or `signal` is aborted. Resolves early when the call ends (the caller then asserts it is
 * open).
 */
export async function play(
  call: Call,
  leg: Leg,
  items: readonly PlayItem[],
  options: { bargeIn?: boolean; repeat?: number; signal?: AbortSignal } = {},
): Promise<PlayOutcome> {
  call.assertOpen();
  const { repeat = 1, bargeIn = false, signal } = options;
  if (items.length === 0 || signal?.aborted) return { digit: undefined };
  const playback = leg.media.play(items, { repeat, bargeIn });
  const stop = () => playback.stop();
  signal?.addEventListener('abort', stop, { once: true });
  let digit: string | undefined;
  if (bargeIn) {
    leg.listen((pressed) => {
      digit ??= pressed;
      // a key that was typed before the prompt began
      playback.stop();
    });
  }
  const end = await playback.finished;
  signal?.removeEventListener('abort', stop);
  if (bargeIn) leg.listen(undefined);
  if (end.reason === 'failed')
    call.log.error({ err: end.error, leg: leg.name }, 'prompt could not be played');
  call.assertOpen();
  return { digit };
}

export interface GatherRequest {
  readonly items: readonly PlayItem[];
  readonly min: number;
  readonly max: number;
  readonly timeoutMs: number;
  readonly interDigitMs: number;
  readonly terminator: string | undefined;
  /** Ends the input as soon as it holds of the keys so far. */
  readonly until?: ((digits: string) => boolean) | undefined;
}

/** Plays, which the media engine stops at the first key, and collects keys until enough, the terminator or a pause. */
export async function gather(call: Call, leg: Leg, request: GatherRequest): Promise<GatherOutcome> {
  call.assertOpen();
  const { clock } = call.context;
  const playback = request.items.length > 0 ? leg.media.play(request.items, { bargeIn: true }) : undefined;
  const gathered = await new Promise<GatherOutcome>((resolve) => {
    let digits = '';
    let done = false;
    let timer = { cancel: () => {} };
    const finish = (reason: GatherOutcome['reason']) => {
      if (done) return;
      done = true;
      timer.cancel();
      leg.listen(undefined);
      playback?.stop();
      ending?.off();
      resolve({ digits, reason });
    };
    let ending: Subscription | undefined;
    const wait = (ms: number) => {
      if (done) return;
      timer.cancel();
      timer = clock.after(ms, () => finish(digits.length >= request.min ? 'complete' : 'timeout'));
    };
    ending = call.onEnd(() => finish('timeout'));
    // The wait for the first key begins when the prompt is over.
    void playback?.finished.then((end) => {
      if (end.reason === 'failed') call.log.error({ err: end.error }, 'prompt could not be played');
      if (digits === '' && end.reason !== 'stopped') wait(request.timeoutMs);
    });
    if (!playback) wait(request.timeoutMs);
    leg.listen((digit) => {
      // keys that were typed before the prompt began
      playback?.stop();
      if (digit === request.terminator) return finish('terminator');
      digits += digit;
      if (digits.length >= request.max || request.until?.(digits)) return finish('complete');
      wait(request.interDigitMs);
    });
  });
  call.assertOpen();
  return gathered;
}
