import type { Bar } from '../call/call-events.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { CallOutcome, Cdr, CdrAsk, CdrTarget } from './cdr.ts';

/** What the outcome of a call is told from. */
export type Fate = Pick<
  Cdr,
  | 'hotline'
  | 'barred'
  | 'targets'
  | 'asks'
  | 'voicemail'
  | 'callback'
  | 'answeredAt'
  | 'cause'
  | 'fault'
  | 'endedBy'
>;

/** Endings of a call that took its course, or that people gave up; all others are failures of ours, of the line or of signalling. */
const ORDINARY: ReadonlySet<CauseSlug> = new Set([
  'normal',
  'cancelled',
  'busy',
  'no-answer',
  'no-agent',
  'no-line-answered',
  'unavailable',
  'rejected',
  'transferred',
  'answered-elsewhere',
]);

const OUTCOME_OF_BAR: Readonly<Record<Bar, CallOutcome>> = {
  blacklist: 'blocked',
  whitelist: 'blocked',
  limit: 'blocked',
  channels: 'busy',
  trunk: 'busy',
  'outside-right': 'blocked',
  'outside-lock': 'blocked',
  'outside-limit': 'blocked',
};

/**
 * The one outcome of a call, the best that the caller got: an agent or line, else a promise, a message, another number. Who
 * got nothing was kept out, failed by us, gave up while somebody was sought (`abandoned`), was let go unserved
 * (`overflowed_out`), or spoke with no more than the menu (`self_served`, `ivr_lost` when he hung up).
 */
export function outcomeOf(call: Fate): CallOutcome {
  const { hotline, asks, targets, barred, voicemail, callback, cause, endedBy } = call;
  const talkedTo = targets.filter(({ connectedMs }) => connectedMs !== null);
  if (asks.some(({ outcome }) => outcome === 'answered') || talkedTo.some((target) => !isWayOut(target)))
    return 'answered';
  if (barred) return OUTCOME_OF_BAR[barred];
  if (callback) return 'callback';
  if (voicemail) return 'voicemail';
  if (talkedTo.length > 0) return 'transferred_out';
  if (!ORDINARY.has(cause)) return 'failed';
  const last = asks.at(-1);
  if (last) return afterAsking(last, call);
  if (targets.some(({ reason }) => reason !== 'originate')) {
    if (endedBy === 'caller') return 'abandoned';
    return hotline === null ? 'unanswered' : 'overflowed_out';
  }
  if (hotline !== null) return afterMenu(call);
  if (endedBy === 'caller') return call.answeredAt === null ? 'abandoned' : 'self_served';
  return cause === 'normal' ? 'self_served' : 'unanswered';
}

/** The plan hands the caller over to another number and leaves; a transfer by somebody who talks with him is none. */
function isWayOut({ reason, by }: CdrTarget): boolean {
  return reason === 'transfer' && by === null;
}

function afterAsking({ outcome }: CdrAsk, call: Fate): CallOutcome {
  if (outcome === 'abandoned_queue' || outcome === 'abandoned_ring') return 'abandoned';
  return outcome === 'left_by_key' ? afterMenu(call) : 'overflowed_out';
}

function afterMenu({ endedBy, cause }: Fate): CallOutcome {
  if (endedBy === 'caller') return 'ivr_lost';
  return cause === 'normal' ? 'self_served' : 'overflowed_out';
}
