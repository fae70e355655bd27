import { aborted } from '../shared/aborted.ts';
import type { PartyName } from './arrival.ts';
import type { Leg } from './leg.ts';
import { ring } from './ring.ts';
import type { Talk } from './talk.ts';
import type { Reconnection } from './talk-options.ts';

/** Somebody to bring back into his talk. */
interface Lost {
  readonly leg: Leg;
  readonly who: PartyName;
}

/**
 * Invites a partner again whose leg died in the talk (重连): his phone is asked to answer by itself, anew whenever one of his
 * registers, until he answers, refuses or the limit is reached. The caller hears music meanwhile; record and recording go on.
 * Never rejects.
 */
export async function reconnect(talk: Talk, lost: Lost, how: Reconnection): Promise<void> {
  const { call } = talk;
  const { name } = lost.who;
  const stop = new AbortController();
  talk.expect({ to: name, abandon: () => stop.abort() });
  const timer = call.context.clock.after(how.limitMs, () => stop.abort());
  const note = (why: string) => call.note('step', { step: 'reconnect', why });
  note(`the leg of ${name} died: he is invited again for ${Math.round(how.limitMs / 1000)} s`);
  void talk.leaveCaller('lose');
  // It rejects when the call has ended.
  const leg = await invite(talk, lost, how, stop.signal).catch(() => undefined);
  timer.cancel();
  if (leg && talk.state === 'reconnecting') {
    how.onBack(lost.leg, leg);
    void talk.join(leg, lost.who);
  } else {
    leg?.sip.end({ cause: 'answered-elsewhere' });
    how.onGone(lost.leg);
    if (talk.state === 'reconnecting') note(`${name} did not come back`);
  }
  talk.expectNobody();
}

/** Undefined: he did not answer in time, or refused. */
async function invite(
  { call, options: { directory } }: Talk,
  { leg, who }: Lost,
  { limitMs, queue }: Reconnection,
  stop: AbortSignal,
): Promise<Leg | undefined> {
  const until = call.now() + limitMs;
  const { kind, number, tenant } = leg.party!;
  const destination = { kind, number };
  while (!stop.aborted) {
    const anew = new AbortController();
    const again = () => anew.abort();
    const phone = directory.onPhone(destination, tenant, again);
    stop.addEventListener('abort', again);
    try {
      const ringMs = until - call.now();
      const options = { ringMs, reason: 'reconnect', autoAnswer: true, queue, signal: anew.signal } as const;
      const result = await ring(call, directory, [{ ...who, destination }], options);
      if (result.answered) return result.leg;
      if ([...result.outcomes.values()].some(({ outcome }) => outcome === 'rejected')) return undefined;
      await aborted(anew.signal);
    } finally {
      phone.off();
      stop.removeEventListener('abort', again);
    }
  }
  return undefined;
}
