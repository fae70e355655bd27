import { expect, test } from 'vitest';
import { seededIds } from '../../../../src/shared/ids.ts';
import { ALICE, BOB, Desk, place } from '../../../contract/edge/edge-world.ts';
import { EmbeddedWorld } from '../../../contract/edge/embedded-world.ts';

/** Real conversations, flipped, cut, repeated and spliced: nothing is thrown, nothing is left, calls still work. */
for (const seed of [11, 12, 13]) {
  test(`3000 mutated messages, seed ${seed}`, async () => {
    const world = new EmbeddedWorld('udp', {}, {});
    const { random } = seededIds(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const desk = new Desk();
    desk.take = (leg) => {
      leg.delegate = {
        onReoffer: () => BOB,
        onRefer: (refer) => refer.accept(),
        onRequest: () => ({ status: 200 }),
      };
      leg.progress(183, BOB);
      void leg.answer(BOB).catch(() => {});
    };
    desk.onRequest = async () => ({ status: 200 });
    await world.edge.start(desk);
    await world.far.start(new Desk());
    const talk = place(world.far, world.uri('400'), { reliable: 'required' });
    await world.until('the call', () => talk.leg.state === 'confirmed');
    talk.leg.reoffer(ALICE).catch(() => {});
    talk.leg.refer('sip:1@2').catch(() => {});
    talk.leg.request('INFO', { contentType: 'application/dtmf-relay', body: 'Signal=1\r\n' }).catch(() => {});
    const asked = world.far.request({ method: 'REGISTER', uri: world.uri('x'), from: { uri: 'sip:a@b' } });
    await world.pass(100);
    await asked;
    const corpus = world.network.passages.map(({ text }) => text);
    const [, to] = [world.far.addresses[0]!, world.edge.addresses[0]!];
    const mutate = (text: string): string => {
      const at = below(text.length);
      switch (below(5)) {
        case 0:
          return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1);
        case 1:
          return text.slice(0, at);
        case 2:
          return text.slice(0, at) + text.slice(below(text.length), at + below(300)) + text.slice(at);
        case 3:
          return text.slice(0, at) + corpus[below(corpus.length)]!.slice(below(200));
        default:
          return text.replace(/\d+/g, (digits) => (random() < 0.3 ? `${below(2 ** 32)}` : digits));
      }
    };
    for (let round = 0; round < 3000; round++) {
      let text = mutate(corpus[below(corpus.length)]!);
      if (random() < 0.3) text = mutate(text);
      // From strangers' addresses and from the peer's own.
      const from = { transport: 'udp' as const, address: `10.1.0.${below(4)}`, port: 5060 };
      world.network.carry(random() < 0.5 ? from : world.far.addresses[0]!, to, text);
      if (round % 50 === 0) await world.pass(20);
    }
    await world.pass(100);
    const after = place(world.far, world.uri('400'));
    await world.until('one more call', () => after.leg.state === 'confirmed');
    after.leg.end({ cause: 'normal' });
    for (const leg of desk.calls) leg.end({ cause: 'normal' });
    talk.leg.end({ cause: 'normal' });
    await world.pass(300_000);
    expect(world.edge.counts).toMatchObject({ legs: 0, dialogs: 0, server: 0, client: 0, replies: 0 });
    await Promise.all([world.edge.close(), world.far.close()]);
    expect(world.clock.pending).toBe(0);
  });
}
