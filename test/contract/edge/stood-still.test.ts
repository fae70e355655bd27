/** Time in which we stood still (a paused process, a late event loop) is no fault of a peer; on every engine. */
import { expect, test } from 'vitest';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { ALICE, BOB, LegLog } from './edge-world.ts';
import { describeWire } from './wire-suite.ts';

/** Longer than any limit on a peer. */
const STALL_MS = 60_000;

let clock: JumpingClock;

describeWire(
  'after we have stood still',
  (wire) => {
    const from = { uri: 'sip:pbx@127.0.0.1' };

    /** Limits that were over by the jump have fired by the end of this one. */
    async function limitsSeen(): Promise<void> {
      const uri = wire.party.uri.replace('party', 'nobody');
      const { status } = await wire.edge.request({ method: 'MESSAGE', uri, from, timeoutMs: 100 });
      expect(status).toBe(408);
    }

    test('a call out that had no sign yet goes on', async () => {
      const leg = wire.edge.call({ uri: wire.party.uri, from, sdp: ALICE, responseLimitMs: 4000 });
      const log = new LegLog(leg);
      const invite = await wire.party.request('INVITE');
      clock.jump(STALL_MS);
      await limitsSeen();
      expect([leg.state, log.ending]).toEqual(['calling', undefined]);
      wire.answer(invite, 200, [], BOB);
      await wire.party.request('ACK');
      leg.end({ cause: 'normal' });
      wire.answer(await wire.party.request('BYE'), 200);
    });

    test('OPTIONS are waited for as long as ever', async () => {
      const asked = wire.edge.request({ method: 'OPTIONS', uri: wire.party.uri, from, timeoutMs: 4000 });
      const options = await wire.party.request('OPTIONS');
      clock.jump(STALL_MS);
      await limitsSeen();
      wire.answer(options, 200);
      expect((await asked).status).toBe(200);
    });

    test('a caller whose ACK waits to be read is not hung up', async () => {
      wire.desk.take = (leg) => void leg.answer(BOB).catch(() => {});
      wire.ask('INVITE', {}, ALICE);
      const { to } = await wire.party.response('INVITE', 200);
      clock.jump(STALL_MS);
      await limitsSeen();
      expect(wire.desk.logs[0]!.ending).toBeUndefined();
      wire.ask('ACK', { To: to.text, CSeq: '1 ACK' });
      wire.ask('BYE', { To: to.text, CSeq: '2 BYE' });
      await wire.party.response('BYE', 200);
    });
  },
  () => {
    clock = new JumpingClock();
    return [clock];
  },
);
