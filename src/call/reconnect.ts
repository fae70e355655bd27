import { aborted } from '../shared/aborted.ts';
import type { Leg } from './leg.ts';
import { ring } from './ring.ts';
import type { Lost, Talk } from './talk.ts';
import type { Reconnection } from './talk-options.ts';

/**
 * Invites a partner again whose leg died in the talk (重连): his phone is asked to answer by itself, anew whenever one of his
 * registers, until he answers, refuses or the limit is reached. The caller hears music meanwhile; record and recording go on.
 * Never rejects.
 */
export async function reconnect(talk: Talk, lost: Lost, how: Reconnection): Promise<void> {
  const { call } = talk;
  const { name } = lost.who;
  const { limitMs } = lost.invitation;
  const stop = new AbortController();
  talk.expect({ to: name, abandon: () => stop.abort() });
  const timer = call.context.clock.after(limitMs, () => stop.abort());
  const note = (why: string) => call.note('step', { step: 'reconnect', why });
  note(`the leg of ${name} died: he is invited again for ${Math.round(limitMs / 1000)} s`);
  void talk.leaveCaller('lose');
  // It rejects when the call has ended.
  const answer = await invite(talk, lost, how, stop.signal).catch(() => undefined);
  const leg = answer === 'refused' ? undefined : answer;
  timer.cancel();
  if (leg && talk.state === 'reconnecting') {
    how.onBack(lost.leg, leg);
    void talk.join(leg, lost.who);
  } else {
    leg?.sip.end({ cause: 'answered-elsewhere' });
    how.onGone(lost.leg, answer === 'refused');
    if (talk.state === 'reconnecting') note(`${name} did not come back`);
  }
  talk.expectNobody();
}

/** Undefined: he did not answer in time. */
async function invite(
  { call, options: { directory } }: Talk,
  { leg, invitation: { target, limitMs } }: Lost,
  { queue }: Reconnection,
  stop: AbortSignal,
): Promise<Leg | 'refused' | undefined> {
  const until = call.now() + limitMs;
  while (!stop.aborted) {
    const anew = new AbortController();
    const again = () => anew.abort();
    const phone = directory.onPhone(target.destination, leg.party!.tenant, again);
    stop.addEventListener('abort', again);
    try {
      const ringMs = until - call.now();
      const forQueue = queue === undefined ? {} : { queue };
      const options = {
        ringMs,
        reason: 'reconnect',
        autoAnswer: true,
        signal: anew.signal,
        ...forQueue,
      } as const;
      const result = await ring(call, directory, [target], options);
      if (result.answered) return result.leg;
      if ([...result.outcomes.values()].some(({ outcome }) => outcome === 'rejected')) return 'refused';
      await aborted(anew.signal);
    } finally {
      phone.off();
      stop.removeEventListener('abort', again);
    }
  }
  return undefined;
}
