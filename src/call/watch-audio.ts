import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

/**
 * What a leg's audio tells of its party once it has answered: the line has cleared (busy tone of an analogue or E1
 * gateway), nothing comes any more, or the media engine lost it. The caller's end is the call's; another leg ends alone.
 */
export function watchAudio(call: Call, leg: Leg): void {
  const { events } = leg.media;
  const isCaller = leg === call.caller;
  events.once('busyTone', () => {
    leg.hungUpByTone = true;
    // a leg that was handed over outlives the call that it was rung for
    if (!call.outcome) call.note('step', { step: 'busy tone', why: `the line of ${leg.name} was cleared` });
    if (isCaller) call.end('normal', 'caller');
    else leg.sip.end({ cause: 'normal' });
  });
  if (isCaller) events.once('deadAir', () => call.end('dead-air'));
  events.once('lost', () => {
    if (isCaller) call.end('media-lost');
    else leg.sip.end({ cause: 'media-lost' });
  });
}
