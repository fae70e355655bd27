/**
 * Issue 13: what phones dial acts on phones: pick-up, park, do-not-disturb, forwarding; what they may see, call and show; of two
 * companies with equal extensions each has its own.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { heard } from '../../support/hearing.ts';
import { type Company, PhoneHouse } from '../../support/phone-house.ts';
import { promptSamples } from '../../support/prompt-samples.ts';
import { enginesFor, START_MS, titleOn } from '../../support/sip-engines.ts';
import { hearEachOther, type Softphone } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';

const [engine] = enginesFor(baresipMissing);

describe.skipIf(engine!.missing)(titleOn('what softphones dial', engine!), () => {
  let house: PhoneHouse;
  beforeAll(async () => {
    house = await PhoneHouse.open({
      company: (document, name) => {
        if (name === 'b') return;
        document.agents['8001'] = { seesNumbers: false };
        document.conferences = { 700: { hostPin: '2468', announce: false, record: true } };
        document.trunks.carrier.numbers = ['075526000001'];
        Object.assign(document.extensions['8002'], { shows: 'own', ownNumber: '075526000001' });
      },
    });
  }, START_MS);
  afterEach(() => house.clear());
  afterAll(() => house?.close());

  /** Alice has called the hotline, and bob's phone rings. */
  async function ringing(number: string, company: Company = 'a') {
    const bob = await house.phone('bob', company);
    const alice = await house.outside(company, number);
    const calling = await house.calls(alice, company);
    return { alice, bob, calling, rings: await bob.rings() };
  }

  const incoming = (phone: Softphone) => phone.calls.filter(({ direction }) => direction === 'incoming');

  /** Dials a code that says something and hangs up. */
  async function dials(phone: Softphone, code: string, prompt: string): Promise<void> {
    const call = await phone.dial(code);
    await call.over();
    expect(heard(promptSamples(prompt), phone.audio), `${prompt} after ${code}`).toBeDefined();
  }

  it.each([
    ['*8', '13800138011'],
    ['**8001', '13800138012'],
  ])('%s takes the call that rings at a colleague', async (code, number) => {
    const carol = await house.phone('carol');
    const { alice, calling, rings } = await ringing(number);
    const taken = await carol.dial(code);
    await hearEachOther(alice, carol);
    await rings.over();
    await taken.hangUp();
    await calling.over();
    const { agent, asks, targets } = await house.recordOf(number);
    expect(agent).toBe('8002');
    expect(asks).toMatchObject([{ queue: 'sales', outcome: 'answered', agent: '8002' }]);
    expect(targets).toMatchObject([
      { target: '8002', reason: 'pick-up', outcome: 'answered' },
      { target: '8001', reason: 'queue', outcome: 'cancelled: 8002 answered' },
    ]);
  });

  it('*8507 keeps a caller whom an agent sends there, until a colleague dials it', async () => {
    const number = '13800138013';
    const carol = await house.phone('carol');
    const { alice, bob, calling, rings } = await ringing(number);
    await rings.accept();
    await hearEachOther(alice, bob);
    await rings.transfer('*8507');
    await rings.over();
    await alice.hears('music');
    const taken = await carol.dial('*8507');
    await hearEachOther(alice, carol);
    await calling.hangUp();
    await taken.over();
    const { targets } = await house.recordOf(number);
    expect(targets).toMatchObject([
      { target: '8001', reason: 'queue' },
      { target: '8002', reason: 'park', outcome: 'answered' },
    ]);
  });

  it('700 is a room: who dials it hears all others, until a host mutes them; it is recorded with its checksum', async () => {
    const desks = await Promise.all([house.phone('bob'), house.phone('carol'), house.phone('dave')]);
    const [bob, carol, dave] = desks as [Softphone, Softphone, Softphone];
    const [host, ...members] = await Promise.all(desks.map((phone) => phone.dial('700')));
    await Promise.all([host!, ...members].map((call) => call.established()));
    await host!.press('2468#');
    for (const member of members) await member.press('#');
    await Promise.all([bob.hears('carol', 'dave'), carol.hears('bob', 'dave'), dave.hears('bob', 'carol')]);
    await host!.press('*2');
    await Promise.all([carol.hears('bob'), dave.hears('bob')]);
    await host!.press('*9');
    await Promise.all([host!, ...members].map((call) => call.over()));
    const records = await until('three records', async () => {
      const cdrs = await house.pbx.records('limit=100');
      const own = cdrs.filter(({ called }) => called === '700');
      return own.length === 3 && own;
    });
    for (const { targets } of records) expect(targets).toMatchObject([{ target: '700', kind: 'conference' }]);
    const recordings = records.flatMap((record) => record.recordings);
    expect(recordings).toMatchObject([{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('*78 keeps callers from a phone, and lets them through again', async () => {
    const [bob, carol, dave] = await Promise.all([
      house.phone('bob'),
      house.phone('carol'),
      house.phone('dave'),
    ]);
    await dials(bob, '*78', 'dnd-on');
    const refused = await dave.dial('8001');
    await refused.over();
    expect(refused.reason).toMatch(/^486/);
    const alice = await house.outside('a', '13800138014');
    const calling = await house.calls(alice);
    const rings = await carol.rings();
    expect(incoming(bob)).toEqual([]);
    await rings.accept();
    await hearEachOther(alice, carol);
    await calling.hangUp();
    await rings.over();
    await dials(bob, '*78', 'dnd-off');
    await house.calls(alice);
    await bob.rings();
  });

  it('*72 and a number sends the calls of a phone there, *72 alone no more', async () => {
    const [bob, carol, dave] = await Promise.all([
      house.phone('bob'),
      house.phone('carol'),
      house.phone('dave'),
    ]);
    await dials(bob, '*728002', 'forward-on');
    const first = await dave.dial('8001');
    const rings = await carol.rings();
    await rings.accept();
    await hearEachOther(dave, carol);
    expect(incoming(bob)).toEqual([]);
    await first.hangUp();
    await rings.over();
    await dials(bob, '*72', 'forward-off');
    await dave.dial('8001');
    await bob.rings();
  });

  it('an agent who may not see numbers is shown them masked, in no header whole; his colleague sees them', async () => {
    const number = '13800138000';
    const carol = await house.phone('carol');
    const { bob, rings } = await ringing(number);
    expect(rings.peer).toBe('sip:138****8000@pbx400.local');
    expect(rings.peerName).toBe('服务热线 sales 138****8000');
    expect(bob.output).not.toContain(number);
    await rings.accept();
    await rings.transfer('8002');
    const sent = await carol.rings();
    expect(sent.peer).toBe(`sip:${number}@pbx400.local`);
    expect(bob.output).not.toContain(number);
  });

  it('a phone calls outside as far as its right goes, and shows what its company says', async () => {
    const [bob, carol, line] = await Promise.all([
      house.phone('bob'),
      house.phone('carol'),
      house.line('a', '13900139000'),
    ]);
    const far = await bob.dial('0085221234567');
    await far.over();
    expect(far.reason).toMatch(/^403/);
    expect(heard(promptSamples('no-right'), bob.audio)).toBeDefined();

    for (const [phone, shown] of [
      [bob, '4001111111'],
      [carol, '075526000001'],
    ] as const) {
      const call = await phone.dial('13900139000');
      const rings = await line.rings();
      expect(rings.peer).toMatch(new RegExp(`^sip:${shown}@`));
      await rings.accept();
      await hearEachOther(phone, line);
      await call.hangUp();
      await rings.over();
    }
  });

  it('8001 of each company is rung for its own hotline, and picked up by its own colleagues only', async () => {
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
      agent: '8002',
      asks: [{ queue: 'sales', outcome: 'answered', agent: '8002' }],
    });
  });

  it('8002 of each company that dials 8001 rings its own, both at once', async () => {
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
