/** Issue 13: a supervisor's softphone listens to an agent's talk, whispers, barges in, takes the caller over; proved by who hears whom. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { heard } from '../../support/hearing.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { promptSamples } from '../../support/prompt-samples.ts';
import { enginesFor, START_MS, titleOn } from '../../support/sip-engines.ts';
import { hearEachOther, type Softphone } from '../../support/softphone.ts';

const [engine] = enginesFor(baresipMissing);

describe.skipIf(engine!.missing)(titleOn('softphones of agents and their supervisor', engine!), () => {
  let house: PhoneHouse;
  beforeAll(async () => {
    house = await PhoneHouse.open({
      company: (document) => {
        document.agents['8003'] = { supervises: { queues: ['sales'] } };
      },
    });
  }, START_MS);
  afterEach(() => house.clear());
  afterAll(() => house?.close());

  /** Alice has called the hotline, and bob has taken her. */
  async function talking(bob: Softphone, number: string, voice: 'alice' | 'eve' = 'alice') {
    const caller = await house.outside('a', number, voice);
    const calling = await house.calls(caller);
    const called = await bob.rings();
    await called.accept();
    await hearEachOther(caller, bob);
    return { caller, calling, called };
  }

  it('*56 listens; keys then whisper to the agent, barge in, and take the caller over', async () => {
    const number = '13800138031';
    const [bob, dave] = await Promise.all([house.phone('bob'), house.phone('dave')]);
    const { caller: alice, calling, called } = await talking(bob, number);

    const listening = await dave.dial('*568001');
    await dave.hears('alice', 'bob');
    await hearEachOther(alice, bob);
    expect(heard(promptSamples('supervision-listen'), dave.audio)).toBeDefined();

    await listening.press('2');
    await bob.hears('alice', 'dave');
    await Promise.all([alice.hears('bob'), dave.hears('alice', 'bob')]);

    await listening.press('3');
    await alice.hears('bob', 'dave');
    await Promise.all([bob.hears('alice', 'dave'), dave.hears('alice', 'bob')]);

    await listening.press('4');
    await called.over();
    await hearEachOther(alice, dave);
    await calling.hangUp();
    await listening.over();
    const { path, targets } = await house.recordOf(number);
    const steps = path.filter(({ step }) => step === 'monitor' || step === 'intercept');
    expect(steps.map(({ why }) => why)).toEqual([
      '8003: listen',
      '8003: whisper',
      '8003: barge',
      '8003 takes the caller over from 8001',
    ]);
    expect(targets.map(({ target }) => target)).toEqual(expect.arrayContaining(['8001', '8003']));
  });

  it('*57 whispers to the agent, and follows him out of a talk that he gives away, into his next', async () => {
    const [bob, carol, dave] = await Promise.all([
      house.phone('bob'),
      house.phone('carol'),
      house.phone('dave'),
    ]);
    const { caller: alice, calling, called } = await talking(bob, '13800138032');
    const whispering = await dave.dial('*578001');
    await bob.hears('alice', 'dave');
    await Promise.all([alice.hears('bob'), dave.hears('alice', 'bob')]);
    await called.transfer('8002');
    const sent = await carol.rings();
    await sent.accept();
    await called.over();
    await hearEachOther(alice, carol);

    const eve = await house.outside('a', '13800138033', 'eve');
    const next = await house.calls(eve);
    const nextCalled = await bob.rings();
    await nextCalled.accept();
    await bob.hears('eve', 'dave');
    await Promise.all([eve.hears('bob'), dave.hears('bob', 'eve'), hearEachOther(alice, carol)]);
    await whispering.hangUp();
    await hearEachOther(eve, bob);
    await Promise.all([calling.hangUp(), next.hangUp()]);
    await Promise.all([sent.over(), nextCalled.over()]);
  });

  it('an agent who supervises nobody hears nothing of a colleague', async () => {
    const [bob, carol] = await Promise.all([house.phone('bob'), house.phone('carol')]);
    const { caller: alice, calling, called } = await talking(bob, '13800138034');
    const refusal = promptSamples('no-right');
    for (const code of ['*568001', '*578001', '*588001']) {
      const before = carol.audio.length;
      await (await carol.dial(code)).over();
      const audio = carol.audio.subarray(before);
      expect(heard(refusal, audio), code).toBeDefined();
      // that is all
      expect(audio.length).toBeLessThan(refusal.length + 4000);
    }
    await hearEachOther(alice, bob);
    await calling.hangUp();
    await called.over();
  });

  it('*53 keeps callers from an agent, *52 brings them back', async () => {
    const [bob, carol] = await Promise.all([house.phone('bob'), house.phone('carol')]);
    const dials = async (code: string, prompt: string) => {
      await (await bob.dial(code)).over();
      expect(heard(promptSamples(prompt), bob.audio), prompt).toBeDefined();
    };
    await dials('*53', 'agent-busy');
    const alice = await house.outside('a', '13800138035');
    const calling = await house.calls(alice);
    const rings = await carol.rings();
    await rings.accept();
    await hearEachOther(alice, carol);
    await calling.hangUp();
    await rings.over();
    expect(bob.calls.filter(({ direction }) => direction === 'incoming')).toEqual([]);
    await dials('*52', 'agent-ready');
    const { calling: again, called } = await talking(bob, '13800138036', 'eve');
    await again.hangUp();
    await called.over();
  });
});
