/** RFC 3261 15.1.2: what waits for its answer when the dialog ends gets 487, and nothing after it; on every engine. */
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { ALICE, BOB, CAROL } from './edge-world.ts';
import { describeWire } from './wire-suite.ts';

describeWire('a re-INVITE that is pending', (wire) => {
  /** A call in whose caller's re-INVITE waits; `decide` answers it. */
  async function waiting() {
    wire.desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    wire.ask('INVITE', {}, ALICE);
    const { to } = await wire.party.response('INVITE', 200);
    wire.ask('ACK', { To: to.text, CSeq: '1 ACK' });
    await until('the call', () => wire.desk.calls[0]?.state === 'confirmed');
    let decide: ((sdp: string) => void) | undefined;
    wire.desk.calls[0]!.delegate = {
      onReoffer: () =>
        new Promise((resolve) => {
          decide = resolve;
        }),
    };
    wire.ask('INVITE', { To: to.text, CSeq: '2 INVITE' }, CAROL);
    await until('the question', () => decide);
    return { to: to.text, decide: decide! };
  }

  /** Final answers that the re-INVITE got. */
  const answers = () =>
    wire.party
      .responses('INVITE')
      .filter(({ cseq, status }) => cseq.number === 2 && status >= 200)
      .map(({ status }) => status);

  test('when the caller hangs up', async () => {
    const { to, decide } = await waiting();
    wire.ask('BYE', { To: to, CSeq: '3 BYE' });
    await wire.party.response('BYE', 200);
    await wire.party.response('INVITE', 487);
    decide(BOB);
    // What goes out before this answer has come by then.
    wire.ask('OPTIONS', { 'Call-ID': 'after' });
    await until('the answer', () => wire.party.responses('OPTIONS').length > 0);
    expect(new Set(answers())).toEqual(new Set([487]));
  });

  test('when we hang up', async () => {
    const { decide } = await waiting();
    wire.desk.calls[0]!.end({ cause: 'normal' });
    wire.answer(await wire.party.request('BYE'), 200);
    await wire.party.response('INVITE', 487);
    decide(BOB);
    wire.ask('OPTIONS', { 'Call-ID': 'after' });
    await until('the answer', () => wire.party.responses('OPTIONS').length > 0);
    expect(new Set(answers())).toEqual(new Set([487]));
  });
});
