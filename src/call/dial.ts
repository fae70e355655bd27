import { answer } from './answer.ts';
import type { Call } from './call.ts';
import { connect } from './connect.ts';
import type { Directory } from './destination.ts';
import { type RingFailure, type RingTarget, ring } from './ring.ts';
import type { TalkOptions } from './talk-options.ts';

export interface DialStep {
  readonly target: RingTarget;
  readonly ringMs: number;
}

export type Dialled =
  | { readonly reason: 'served'; readonly target: string; readonly talkMs: number }
  | { readonly reason: 'busy' | 'no-answer' | 'unavailable' | 'failed' };

export interface DialOptions {
  readonly together?: boolean;
  /** How the talk is held. */
  readonly talk: Pick<TalkOptions, 'recorder' | 'record' | 'music'>;
  /** Told the name of the target that answered, when the talk begins. */
  readonly onConnected?: (target: string) => void;
}

/** Rings the targets one after the other, or all together, and connects the caller with who answers. */
export async function dial(
  call: Call,
  directory: Directory,
  steps: readonly DialStep[],
  options: DialOptions,
): Promise<Dialled> {
  const rounds = options.together ? [steps] : steps.map((step) => [step]);
  let last: RingFailure = 'unavailable';
  if (call.state !== 'answered') call.ring();
  for (const round of rounds) {
    call.segment('ring', round.map((step) => step.target.name).join(','));
    const ringMs = Math.max(...round.map((step) => step.ringMs));
    const result = await ring(
      call,
      directory,
      round.map((step) => step.target),
      { ringMs },
    );
    if (!result.answered) {
      for (const { outcome } of result.outcomes.values()) last = outcome;
      continue;
    }
    await answer(call);
    const { target, leg } = result;
    options.onConnected?.(target.name);
    const { kind } = target.destination;
    const { talkMs } = await connect(call, leg, { ...options.talk, kind, directory });
    return { reason: 'served', target: target.name, talkMs };
  }
  const reason = last === 'rejected' ? 'busy' : last === 'cancelled' ? 'no-answer' : last;
  return { reason };
}
