import { describe, expect, it } from 'vitest';
import { hold } from '../../../src/call/hold.ts';
import type { Leg } from '../../../src/call/leg.ts';
import { monitor } from '../../../src/call/monitor.ts';
import { takeIn } from '../../../src/call/take-in.ts';
import { transfer } from '../../../src/call/transfer.ts';
import type { FakeInboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import {
  dials,
  ear,
  ears,
  phoneOf,
  playing,
  type TalkScenario,
  talking,
  together,
} from '../../support/talk.ts';

/** The supervisor's phone, taken into the call of the talk. */
async function supervisor(s: TalkScenario): Promise<{ leg: Leg; sip: FakeInboundLeg }> {
  const sip = await dials(s, '8009', '*33');
  const leg = await takeIn(s.talk.call, sip, phoneOf('8009'), '8009');
  return { leg: leg!, sip };
}

describe('monitor', () => {
  it('listens, whispers to the agent, and talks with both', async () => {
    const s = await talking();
    const { leg, sip } = await supervisor(s);
    const { caller, partner } = ears(s.talk);
    const chief = ear(leg);
    const heard = () => ({
      both: together(caller, partner!),
      chief: [chief.hears(caller), chief.hears(partner!)],
      ofChief: [caller.hears(chief), partner!.hears(chief)],
    });
    await monitor(s.talk, leg, { mode: 'listen' });
    expect(heard()).toEqual({ both: true, chief: [true, true], ofChief: [false, false] });
    await monitor(s.talk, leg, { mode: 'whisper', to: s.talk.places.partner!.leg });
    expect(heard()).toEqual({ both: true, chief: [true, true], ofChief: [false, true] });
    await monitor(s.talk, leg, { mode: 'barge' });
    expect(heard()).toEqual({ both: true, chief: [true, true], ofChief: [true, true] });
    sip.remoteEnd('normal');
    await s.clock.settle();
    expect([s.talk.state, together(caller, partner!)]).toEqual(['talking', true]);
    // two endpoints and a bridge: without a monitor no mix is needed
    expect(s.media.open).toBe(3);
    expect(s.facts('step').map(({ why }) => why)).toEqual(
      expect.arrayContaining(['8009: listen', '8009: whisper', '8009: barge']),
    );
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('stays through hold and transfer, and ends with the talk', async () => {
    const s = await talking();
    const { leg, sip } = await supervisor(s);
    const chief = ear(leg);
    await monitor(s.talk, leg, { mode: 'listen' });
    await hold(s.talk, s.talk.places.partner!.leg);
    expect([playing(ears(s.talk).caller), chief.hears(ears(s.talk).caller)]).toEqual(['queue-music', false]);
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    const done = transfer(s.talk, '8002');
    await s.clock.advance(1_000);
    expect(await done).toBe(200);
    await s.clock.settle();
    const { caller, partner } = ears(s.talk);
    expect([together(caller, partner!), chief.hears(partner!)]).toEqual([true, true]);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(sip.state).toBe('ended');
    await s.close();
  });

  it('is refused by an engine that cannot mix', async () => {
    const s = await talking({ can: { conference: false } });
    const { leg } = await supervisor(s);
    expect(() => monitor(s.talk, leg, { mode: 'listen' })).toThrow(
      expect.objectContaining({ code: 'not-supported' }),
    );
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});
