import type { Call } from './call.ts';
import type { Leg } from './leg.ts';
import { reconnect } from './reconnect.ts';
import { Talk } from './talk.ts';
import type { TalkOptions, TalkOutcome } from './talk-options.ts';
import { answerRefer } from './transfer-request.ts';

/**
 * Connects the caller with an answered leg until one of them hangs up; meanwhile others may come and go (operations).
 * Resolves when the other side left and the caller is still there; rejects with ClosedError when the call has ended.
 */
export function connect(call: Call, leg: Leg, options: TalkOptions): Promise<TalkOutcome> {
  return new Talk(call, options, { answerRefer, reconnect }).run(leg);
}
