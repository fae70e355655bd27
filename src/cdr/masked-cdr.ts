import { maskedNumber, type ShowNumber, textShown } from '../shared/masked-number.ts';
import type { Cdr, CdrTarget, CdrVoicemail } from './cdr.ts';

/**
 * The record for who may not see numbers outside (号码防火墙): each reads `138****8000`, also in what was noted and keyed. The numbers that
 * the call came in on, or was shown with, are the company's own and stay.
 */
export function maskedCdr(cdr: Cdr): Cdr {
  const own = ownNumbers(cdr);
  const show: ShowNumber = (number) => (own.has(number) ? number : maskedNumber(number));
  const text = (value: string) => textShown(value, show);
  const optional = (value: string | null) => (value === null ? null : text(value));
  const target = (each: CdrTarget): CdrTarget => ({
    ...each,
    target: text(each.target),
    outcome: text(each.outcome),
    note: optional(each.note),
  });
  return {
    ...cdr,
    caller: show(cdr.caller),
    called: show(cdr.called),
    sent: {
      from: show(cdr.sent.from),
      to: show(cdr.sent.to),
      identity: cdr.sent.identity && show(cdr.sent.identity),
    },
    diversions: cdr.diversions.map((each) => ({ ...each, number: show(each.number) })),
    sipCallId: text(cdr.sipCallId),
    path: cdr.path.map(({ step, why, at }) => ({ step: text(step), why: text(why), at })),
    keys: cdr.keys.map((each) => ({ ...each, digits: show(each.digits) })),
    segments: cdr.segments.map((each) => ({ ...each, owner: text(each.owner) })),
    targets: cdr.targets.map(target),
    recordings: cdr.recordings.map((each) => ({
      ...each,
      deletedBecause: optional(each.deletedBecause ?? null),
    })),
    quality: cdr.quality.map((each) => ({ ...each, leg: text(each.leg) })),
    voicemail: cdr.voicemail && maskedMessage(cdr.voicemail, text),
    noted: cdr.noted && { ...cdr.noted, note: optional(cdr.noted.note) },
    flag: cdr.flag && { ...cdr.flag, reason: optional(cdr.flag.reason) },
    callback: cdr.callback && { ...cdr.callback, number: show(cdr.callback.number) },
  };
}

/** What people wrote of it may name numbers. */
function maskedMessage(message: CdrVoicemail, text: ShowNumber): CdrVoicemail {
  const { handling } = message;
  if (!handling) return message;
  const deletedBecause = handling.deletedBecause === null ? null : text(handling.deletedBecause);
  return { ...message, handling: { ...handling, note: text(handling.note), deletedBecause } };
}

/** Hotlines and direct lines that were called, numbers that were shown, extensions. */
function ownNumbers({ direction, caller, called, hotline, sent }: Cdr): ReadonlySet<string | null> {
  if (direction === 'inbound') return new Set([hotline, called, sent.to]);
  if (direction === 'outbound') return new Set([caller, sent.from, sent.identity]);
  return new Set([hotline, caller, called, sent.from, sent.to, sent.identity]);
}
