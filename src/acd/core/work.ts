/** What an agent has with a caller of a queue. */
import type { CallNotes } from './inputs.ts';
import { wrapUpOf } from './peak.ts';
import type { Member, Reservation, Visit, Work } from './state.ts';

/** Before he has noted anything. */
export const NO_NOTES: CallNotes = { disposition: undefined, note: undefined };

/** In place of a disposition that the queue wanted and the agent did not give: no code of a tree is written like that. */
export const MISSING_DISPOSITION = '(missing)';

/** From when he is rung for the caller, or takes him. */
export function workOf(
  { queue, callId }: Visit,
  member: Member,
  reservation: Reservation | undefined,
  offeredAt: number,
): Work {
  const { name, wrapUpExtensions: extensionsLeft = 0, dispositionRequired = false } = queue.settings;
  return {
    reservation,
    member,
    callId,
    queue: name,
    handling: queue.handling,
    wrapUpMs: wrapUpOf(queue),
    needsDisposition: dispositionRequired,
    offeredAt,
    talksSince: undefined,
    leg: undefined,
    notes: NO_NOTES,
    extensionsLeft,
  };
}

/** Whether he owes a disposition still. */
export function lacksDisposition(work: Work | undefined): boolean {
  return (
    work?.needsDisposition === true && work.talksSince !== undefined && work.notes.disposition === undefined
  );
}
