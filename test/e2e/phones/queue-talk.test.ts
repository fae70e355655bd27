/** Issue 13: an agent at a softphone takes callers of a queue, holds them, and sends them to a colleague. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { heard } from '../../support/hearing.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { digitsOf, promptSamples } from '../../support/prompt-samples.ts';
import { enginesFor, START_MS, titleOn } from '../../support/sip-engines.ts';
import { hearEachOther, type Softphone, type SoftphoneCall } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';

const [engine] = enginesFor(baresipMissing);

/** The hotline of a queue that says a lot; any prompts will do, short ones are over sooner. */
const SERVICE = '4003333333';
const NOTICE = 'agent-ready';
const QUEUE = 'agent-signed-in';

describe.skipIf(engine!.missing)(titleOn('softphones at a queue', engine!), () => {
  let house: PhoneHouse;
  beforeAll(async () => {
    house = await PhoneHouse.open({
      company: (document, name) => {
        if (name === 'b') return;
        document.agents['8003'] = {};
        document.queues.service = {
          agents: [8003],
          recordingNotice: NOTICE,
          announce: { wait: false },
          announceAgent: true,
          announceToAgent: { queue: QUEUE, waited: true },
        };
        document.hotlines[SERVICE] = { name: '咨询', flow: { type: 'queue', queue: 'service' } };
      },
      machine: (config) => {
        // a phone that says nothing for so long is lost
        config.media = { ...config.media, rtpTimeout: '4s' };
      },
    });
  }, START_MS);
  afterEach(() => house.clear());
  afterAll(() => house?.close());

  interface Talk {
    readonly alice: Softphone;
    readonly bob: Softphone;
    /** As alice's and as bob's phone see it. */
    readonly calling: SoftphoneCall;
    readonly called: SoftphoneCall;
  }

  /** Alice has called the hotline, and bob has taken her. */
  async function talking(number: string): Promise<Talk> {
    const bob = await house.phone('bob');
    const alice = await house.outside('a', number);
    const calling = await house.calls(alice);
    const called = await bob.rings();
    await alice.hears('music');
    await called.accept();
    await hearEachOther(alice, bob);
    return { alice, bob, calling, called };
  }

  /** Bob is free: he is rung for the next caller. */
  async function nextRings(bob: Softphone, number: string): Promise<void> {
    const next = await house.outside('a', number, 'eve');
    const calling = await house.calls(next);
    const called = await bob.rings();
    await called.accept();
    await hearEachOther(next, bob);
    await calling.hangUp();
    await called.over();
  }

  it('an agent talks, holds, takes up again and hangs up, and the record has when', async () => {
    const number = '13800138001';
    const { alice, bob, calling, called } = await talking(number);
    expect(called.peer).toBe(`sip:${number}@pbx400.local`);
    expect(called.peerName).toBe(`服务热线 sales ${number}`);

    await called.hold();
    await alice.hears('music');
    const held = performance.now();
    expect(await bob.heardDuring(() => alice.hears('music'))).toEqual(new Set());
    const heldMs = performance.now() - held;
    await called.resume();
    await alice.hears('bob');
    await calling.press('5');
    await called.getsKeys('5');

    await called.hangUp();
    await calling.over();
    const record = await house.recordOf(number);
    expect(record).toMatchObject({
      tenantId: 'a',
      direction: 'inbound',
      hotline: '4001111111',
      outcome: 'answered',
      cause: 'normal',
      agent: '8001',
      asks: [{ queue: 'sales', outcome: 'answered', agent: '8001' }],
      targets: [{ target: '8001', kind: 'agent', reason: 'queue', queue: 'sales', endedBy: 'target' }],
    });
    const { segments, durationMs, talkMs, targets } = record;
    expect(segments.map(({ kind }) => kind)).toEqual(['setup', 'queue', 'ring', 'talk', 'hold', 'talk']);
    expect(segments.reduce((sum, { ms }) => sum + ms, 0)).toBe(durationMs);
    const [part] = targets;
    expect(part!.holdMs).toBeGreaterThanOrEqual(heldMs);
    // each is rounded to a millisecond by itself
    expect(Math.abs(part!.talkMs! + part!.holdMs! - (part!.endMs! - part!.connectedMs!))).toBeLessThan(3);
    // the call ends a moment after he has left it
    expect(part!.talkMs).toBeLessThanOrEqual(talkMs);
    expect(part!.talkMs).toBeGreaterThan(talkMs - 500);
  });

  it('a caller hears the notice, his place and who serves him; the agent meanwhile whom he gets', async () => {
    const number = '13800138006';
    const alice = await house.outside('a', number);
    const calling = await alice.dial(`sip:${SERVICE}@${house.pbx.sip}`);
    const place = ['queue-position-before', 'number-1', 'queue-position-after'];
    // Who serves her cuts off what is said meanwhile: he comes when her place has been said to its end, and there is music again.
    await until('alice hears her place', () => heard(promptSamples(place), alice.audio) !== undefined);
    await alice.hears('music');
    const dave = await house.phone('dave');
    const called = await dave.rings();
    await called.accept();
    await hearEachOther(alice, dave);
    await calling.hangUp();
    await called.over();
    const at = (phone: Softphone, ...prompts: string[]) =>
      heard(promptSamples(prompts), phone.audio)?.atMs ?? Number.NaN;
    const agent = ['agent-prefix', ...digitsOf('8003'), 'agent-suffix'];
    const toCaller = [at(alice, NOTICE), at(alice, ...place), at(alice, ...agent)];
    const toAgent = [at(dave, QUEUE), at(dave, 'caller-waited'), at(dave, 'seconds')];
    for (const times of [toCaller, toAgent]) {
      expect(times).not.toContain(Number.NaN);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    const { path, recordings } = await house.recordOf(number);
    expect(path.map(({ why }) => why)).toEqual(
      expect.arrayContaining([`said: ${NOTICE}`, 'said: position 1']),
    );
    expect(recordings).toHaveLength(1);
  });

  it('an agent whose phone is killed in the talk gets his caller back as soon as it is there again', async () => {
    const number = '13800138041';
    const { alice, bob, calling } = await talking(number);
    await bob.kill();
    await alice.hears('music');
    const again = await house.phone('bob');
    const rings = await again.rings();
    await rings.accept();
    await hearEachOther(alice, again);
    await rings.hangUp();
    await calling.over();
    const { agent, asks, segments, cause } = await house.recordOf(number);
    expect([agent, cause]).toEqual(['8001', 'normal']);
    expect(asks).toMatchObject([{ queue: 'sales', outcome: 'answered', agent: '8001' }]);
    const whole = ['setup', 'queue', 'ring', 'talk', 'hold', 'talk'];
    expect(segments.map(({ kind }) => kind)).toEqual(whole);
  });

  it('an agent sends the caller to a colleague by REFER, and takes the next', async () => {
    const number = '13800138002';
    const carol = await house.phone('carol');
    const { alice, bob, calling, called } = await talking(number);
    await called.transfer('8002');
    const rings = await carol.rings();
    expect(rings.peer).toBe(`sip:${number}@pbx400.local`);
    await rings.accept();
    await hearEachOther(alice, carol);
    await called.over();
    await nextRings(bob, '13800138003');
    await calling.hangUp();
    await rings.over();
    const { targets, agent } = await house.recordOf(number);
    expect(agent).toBe('8002');
    expect(targets).toMatchObject([
      { target: '8001', reason: 'queue', outcome: 'answered', endedBy: 'target' },
      { target: '8002', reason: 'transfer', by: 0, outcome: 'answered', endedBy: 'caller' },
    ]);
  });

  it('an agent asks a colleague while the caller hears music, joins both by REFER with Replaces, and takes the next', async () => {
    const number = '13800138004';
    const carol = await house.phone('carol');
    const { alice, bob, calling, called } = await talking(number);
    await called.hold();
    const asking = await bob.dial('8002');
    const asked = await carol.rings();
    await asked.accept();
    await asking.established();
    await Promise.all([hearEachOther(bob, carol), alice.hears('music')]);
    await called.transferTo(asking);
    await hearEachOther(alice, carol);
    await Promise.all([called.over(), asking.over()]);
    await nextRings(bob, '13800138005');
    await calling.hangUp();
    await asked.over();
    const { targets } = await house.recordOf(number);
    expect(targets).toMatchObject([
      { target: '8001', reason: 'queue', outcome: 'answered' },
      { target: '8002', reason: 'transfer', by: 0, outcome: 'answered', endedBy: 'caller' },
    ]);
  });
});
