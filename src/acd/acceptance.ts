import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { Leg } from '../call/leg.ts';
import type { Declined } from '../call/rung.ts';
import type { PlayItem } from '../media/media.ts';

/** Who has answered gets so long to press the key. */
const ANSWER_MS = 20_000;
const TAKE_KEY = '1';
const PAUSE: PlayItem = { silenceMs: 2_000 };

/**
 * Asks who answered at a number outside whether he takes the call (按键接听), over and over until he presses a key: 1 takes it, any
 * other refuses. A mailbox presses none, and gets no caller. Undefined: he takes it. Never rejects.
 */
export async function askToTake(
  call: Call,
  leg: Leg,
  question: readonly PlayItem[],
): Promise<Declined | undefined> {
  const over = new AbortController();
  const limit = call.context.clock.after(ANSWER_MS, () => over.abort());
  const left = leg.sip.events.once('ended', () => over.abort());
  let pressed: string | undefined;
  leg.listen((digit) => {
    pressed ??= digit;
    over.abort();
  });
  try {
    const repeat = Number.POSITIVE_INFINITY;
    await play(call, leg, [...question, PAUSE], { repeat, signal: over.signal });
  } catch (err) {
    // The call has ended, and the leg with it; or its audio is lost.
    call.log.info({ err, leg: leg.name }, 'who answered could not be asked');
  } finally {
    leg.listen(undefined);
    limit.cancel();
    left.off();
  }
  if (pressed === TAKE_KEY) return undefined;
  if (pressed !== undefined) return { outcome: 'rejected', why: `pressed ${pressed}, not ${TAKE_KEY}` };
  return { outcome: 'no-answer', why: 'pressed no key' };
}
