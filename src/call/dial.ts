import { answer } from './answer.ts';
import type { Party } from './arrival.ts';
import type { Call } from './call.ts';
import { connect } from './connect.ts';
import type { Directory } from './destination.ts';
import type { DialOutcome } from './outcomes.ts';
import { type RingOutcome, type RingResult, type RingTarget, ring } from './ring.ts';
import { Ringback } from './ringback.ts';
import type { TalkOptions } from './talk-options.ts';

export interface DialStep {
  readonly target: RingTarget;
  readonly ringMs: number;
}

export interface DialRequest {
  readonly together?: boolean;
  /** For the record: the caller is handed over and the plan leaves. Default `dial`. */
  readonly reason?: 'dial' | 'transfer';
  /** On whose right numbers outside are called; see {@link Occasion}. */
  readonly asker?: Party | undefined;
  /** How the talk is held. */
  readonly talk: Pick<TalkOptions, 'recorder' | 'record' | 'music' | 'reconnection'>;
  /** Told the name of the target that answered, when the talk begins. */
  readonly onConnected?: (target: string) => void;
}

/** Rings the targets one after the other, or all together, and connects the caller with who answers. */
export async function dial(
  call: Call,
  directory: Directory,
  steps: readonly DialStep[],
  options: DialRequest,
): Promise<DialOutcome> {
  const rounds = options.together ? [steps] : steps.map((step) => [step]);
  let last: RingOutcome | undefined;
  if (call.state !== 'answered') call.ring();
  const ringback = new Ringback(call);
  try {
    for (const round of rounds) {
      ringback.start();
      const result = await ringRound(call, directory, round, ringback, options);
      if (!result.answered) {
        last = [...result.outcomes.values()].at(-1) ?? last;
        continue;
      }
      await ringback.stop();
      await answer(call);
      const { target, leg } = result;
      options.onConnected?.(target.name);
      const { kind } = target.destination;
      const talk = await connect(call, leg, { ...options.talk, kind, directory });
      return { reason: 'served', target: target.name, ...talk };
    }
  } finally {
    if (!ringback.stopped) await ringback.stop();
  }
  return { reason: reasonOf(last), refusal: last };
}

function ringRound(
  call: Call,
  directory: Directory,
  round: readonly DialStep[],
  ringback: Ringback,
  { reason = 'dial', asker }: Pick<DialRequest, 'reason' | 'asker'>,
): Promise<RingResult> {
  const targets = round.map((step) => step.target);
  call.segment('ring', targets.map(({ name }) => name).join(','));
  return ring(call, directory, targets, {
    ringMs: Math.max(...round.map((step) => step.ringMs)),
    reason,
    asker,
    onEarlyMedia: (leg, sdp) => void ringback.pass(leg, sdp),
  });
}

function reasonOf(last: RingOutcome | undefined): 'busy' | 'no-answer' | 'unavailable' | 'failed' {
  switch (last?.outcome) {
    case undefined:
      return 'unavailable';
    case 'rejected':
      return 'busy';
    case 'cancelled':
      return 'no-answer';
    default:
      return last!.outcome;
  }
}
