import { expect, test } from 'vitest';
import { seededIds } from '../../../../src/shared/ids.ts';
import { ALICE, BOB, CAROL, Desk, place } from '../../../contract/edge/edge-world.ts';
import { EmbeddedWorld } from '../../../contract/edge/embedded-world.ts';

/**
 * Calls over a network that loses and doubles datagrams: every call ends on both sides, and nothing is left. What is
 * lost is drawn from a seed that stands in the test's name.
 */
for (const seed of [1, 2, 3, 4]) {
  test(`200 calls with 10 % lost and 10 % doubled, seed ${seed}`, async () => {
    const world = new EmbeddedWorld('udp', {}, {});
    const chance = seededIds(seed);
    let doubling = false;
    world.network.lose = (passage) => {
      if (!doubling && chance.random() < 0.1) {
        doubling = true;
        world.network.carry(passage.from, passage.to, passage.text);
        doubling = false;
      }
      return chance.random() < 0.1;
    };
    const desk = new Desk();
    const farDesk = new Desk();
    let answered = 0;
    for (const [at, reoffer] of [
      [desk, BOB],
      [farDesk, CAROL],
    ] as const) {
      at.take = (leg) => {
        leg.delegate = { onReoffer: () => reoffer };
        const fate = chance.random();
        if (fate < 0.2) return leg.end({ cause: 'busy' });
        leg.progress(180);
        if (fate < 0.3) return;
        world.clock.after(chance.random() * 3000, () => {
          leg.answer(reoffer).then(
            () => {
              answered++;
              if (fate < 0.6) leg.reoffer(ALICE).catch(() => {});
              world.clock.after(chance.random() * 5000, () => leg.end({ cause: 'normal' }));
            },
            () => {},
          );
        });
      };
    }
    await world.edge.start(desk);
    await world.far.start(farDesk);
    const placed = [];
    for (let count = 0; count < 100; count++) {
      const reliable = count % 4 === 0 ? 'required' : 'supported';
      placed.push(place(world.edge, world.farUri('8001'), { reliable }));
      placed.push(place(world.far, world.uri('400'), { reliable }));
      await world.pass(50);
    }
    await world.pass(20_000);
    for (const { leg } of placed) leg.end({ cause: 'no-answer' });
    await world.pass(200_000);
    const logs = [...placed.map(({ log }) => log), ...desk.logs, ...farDesk.logs];
    expect(
      logs.filter(({ ending }) => ending === undefined).map(({ leg }) => [leg.direction, leg.state]),
    ).toEqual([]);
    expect(logs.every(({ events }) => events.filter((event) => event.startsWith('ended')).length === 1)).toBe(
      true,
    );
    expect(answered).toBeGreaterThan(80);
    expect(
      placed.filter(({ log }) => log.events.some((event) => event.startsWith('answered'))).length,
    ).toBeGreaterThan(80);
    world.network.lose = () => false;
    await world.close();
  });
}
