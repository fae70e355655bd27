import type { Timer } from '../shared/clock.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

/**
 * What a leg's audio tells of its party once it has answered: the line has cleared (busy tone of an analogue or E1
 * gateway), nothing comes any more, or the media engine lost it. The caller's end is the call's; another leg ends alone.
 */
export function watchAudio(call: Call, leg: Leg): void {
  const { events } = leg.media;
  const end = (cause: 'dead-air' | 'media-lost') => {
    if (call.isCaller(leg)) call.end(cause);
    else leg.sip.end({ cause });
  };
  events.once('busyTone', () => {
    leg.hungUpByTone = true;
    // a leg that was handed over outlives the call that it was rung for
    if (!call.outcome) call.note('step', { step: 'busy tone', why: `the line of ${leg.name} was cleared` });
    if (call.isCaller(leg)) call.end('normal', 'caller');
    else leg.sip.end({ cause: 'normal' });
  });
  events.once('deadAir', () => end('dead-air'));
  events.once('lost', () => end('media-lost'));
  watchHold(call, leg, () => end('dead-air'));
}

/**
 * A phone that holds sends no audio that could be missed, and may die meanwhile: it is asked in the dialog (OPTIONS) as
 * often as silence would be noticed. RFC 3261 12.2.1.2: who does not answer, or knows no such dialog, has left.
 */
function watchHold(call: Call, leg: Leg, onGone: () => void): void {
  const { clock, rtpTimeoutMs } = call.context;
  let timer: Timer | undefined;
  let unanswered = false;
  const ask = async () => {
    if (unanswered) return onGone();
    unanswered = true;
    const response = await leg.sip.request('OPTIONS').catch(() => undefined);
    if (response && response.status !== 408 && response.status !== 481) unanswered = false;
    else if (leg.held) onGone();
  };
  const off = leg.onHold((held) => {
    timer?.cancel();
    unanswered = false;
    timer = held ? clock.every(rtpTimeoutMs / 2, () => void ask()) : undefined;
  });
  leg.sip.events.once('ended', () => {
    off();
    timer?.cancel();
  });
}
