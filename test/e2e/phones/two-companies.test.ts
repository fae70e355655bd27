/** Issue 13: two companies with equal extensions, whose phones ring, pick up and call each in its own. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { enginesFor, START_MS, titleOn } from '../../support/sip-engines.ts';
import { hearEachOther, type Softphone } from '../../support/softphone.ts';

const [engine] = enginesFor(baresipMissing);

describe.skipIf(engine!.missing)(titleOn('softphones of two companies', engine!), () => {
  let house: PhoneHouse;
  beforeAll(async () => {
    house = await PhoneHouse.open();
  }, START_MS);
  afterEach(() => house.clear());
  afterAll(() => house?.close());

  const incoming = (phone: Softphone) => phone.calls.filter(({ direction }) => direction === 'incoming');

  it('8001 of each is rung for its own hotline, and picked up by its own colleagues only', async () => {
    const [bobA, bobB, carolA, carolB] = await Promise.all([
      house.phone('bob', 'a'),
      house.phone('bob', 'b', 'dave'),
      house.phone('carol', 'a'),
      house.phone('carol', 'b', 'eve'),
    ]);
    const number = '13800138021';
    const alice = await house.outside('b', number);
    const calling = await house.calls(alice, 'b');
    const rings = await bobB.rings();
    for (const code of ['*8', '**8001']) {
      const refused = await carolA.dial(code);
      await refused.over();
    }
    expect(rings.state).toBe('rings');
    const taken = await carolB.dial('**8001');
    await hearEachOther(alice, carolB);
    await rings.over();
    expect(incoming(bobA)).toEqual([]);
    expect(carolA.audio.length).toBeGreaterThan(0);
    await taken.hangUp();
    await calling.over();
    expect(await house.recordOf(number)).toMatchObject({
      tenantId: 'b',
      asks: [{ queue: 'sales', outcome: 'answered', agent: '8002' }],
    });
  });

  it('8002 of each that dials 8001 rings its own, both at once', async () => {
    const [bobA, bobB, carolA, carolB] = await Promise.all([
      house.phone('bob', 'a'),
      house.phone('bob', 'b', 'dave'),
      house.phone('carol', 'a'),
      house.phone('carol', 'b', 'eve'),
    ]);
    await Promise.all([carolA.dial('8001'), carolB.dial('8001')]);
    const [ringsA, ringsB] = await Promise.all([bobA.rings(), bobB.rings()]);
    await Promise.all([ringsA.accept(), ringsB.accept()]);
    await Promise.all([hearEachOther(carolA, bobA), hearEachOther(carolB, bobB)]);
    expect([incoming(bobA).length, incoming(bobB).length]).toEqual([1, 1]);
  });
});
