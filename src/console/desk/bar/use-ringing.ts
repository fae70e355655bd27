import { useEffect } from 'react';
import type { CallInHand } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import type { DeskPhone } from '../use-tab-phone.ts';
import { ringOut } from './ringer.ts';
import { barWords } from './words.ts';

const BLINK_MS = 1000;

/** A call that rings is heard where the audio is, and seen in a tab that nobody looks at: by its title, and by a notification. */
export function useRinging(call: CallInHand | undefined, { kind, role, sight }: DeskPhone): void {
  const say = useSay(barWords);
  const rings = call?.phase === 'ringing' ? call : undefined;
  const callId = rings?.callId;
  const number = rings && (rings.number === '' ? say('withheld') : phoneNumber(rings.number));
  const isHeardHere = kind === 'browser' && role === 'owner';
  const { speaker } = sight.devices;
  useEffect(() => {
    if (callId === undefined || !isHeardHere) return;
    return ringOut(speaker);
  }, [callId, isHeardHere, speaker]);
  useEffect(() => {
    if (callId === undefined || number === undefined) return;
    const before = document.title;
    const told = say('incomingTitle', { number });
    let isTold = true;
    document.title = told;
    const timer = setInterval(() => {
      isTold = !isTold;
      document.title = isTold ? told : before;
    }, BLINK_MS);
    const notice = notify(say('incoming', { number }), callId);
    return () => {
      clearInterval(timer);
      document.title = before;
      notice?.close();
    };
  }, [callId, number, say]);
}

/** The same in all tabs: one of them is seen. */
function notify(title: string, tag: string): Notification | undefined {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted' || !document.hidden)
    return undefined;
  const notice = new Notification(title, { tag, requireInteraction: true });
  notice.onclick = () => {
    globalThis.focus();
    notice.close();
  };
  return notice;
}
