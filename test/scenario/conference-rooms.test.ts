import { afterEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { FakeInboundLeg } from '../../src/edge/fake/fake-leg.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { companiesIn } from '../support/companies.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../support/scenario.ts';
import { ear, phoneCalls, playing, reinvites, together } from '../support/talk.ts';
import { TwoCompanies } from '../support/two-companies.ts';

/** Conference rooms (会议室): alice, bob and carol at their phones, others over the hotline. */
const [ALICE, BOB, CAROL, DAVE] = ['8001', '8002', '8003', '8004'];
const [HOST, MEMBER] = ['1234', '5678'];
const LINE = '13900139000';

const house = (room: string) => `
tenant: demo
tenants: { demo: { emergency: ["999"] } }
trunks: { carrier: { addresses: [127.0.0.1], uri: "sip:carrier", probe: 0s } }
extensions: { 8001: {}, 8002: {}, 8003: {}, 8004: {} }
agents: { 9003: { extension: 8003 } }
conferences:
  800: { hostPin: "${HOST}", memberPin: "${MEMBER}"${room} }
  801: {}
  999: {}
`;

let s: Scenario;
const open = async (room = '', options: ScenarioOptions = {}, flow = async (_: FlowCall) => {}) => {
  s = await scenario(flow, { companies: companiesIn(house(room)), ...options });
};
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(30_000);
  await ended;
  await s.close();
});

const callOf = (leg: FakeInboundLeg) => {
  const call = [...s.pbx.calls].find(({ hasCaller, caller }) => hasCaller && caller.sip === leg);
  if (!call) throw new Error('that leg has no call');
  return call;
};
const earOf = (leg: FakeInboundLeg): NullEndpoint => ear(callOf(leg).caller);
const keys = async (leg: FakeInboundLeg, digits: string) => {
  for (const digit of digits) {
    earOf(leg).press(digit);
    await s.clock.advance(200);
  }
  await s.clock.advance(6_000);
};
/** A phone dials the room and keys a PIN. */
const comes = async (from: string, pin: string, room = '800'): Promise<FakeInboundLeg> => {
  const phone = phoneCalls(s, from, room);
  await s.clock.advance(1_000);
  if (pin !== '') await keys(phone, `${pin}#`);
  else await s.clock.advance(6_000);
  return phone;
};
/** Prompts, but for music. */
const heardBy = (leg: FakeInboundLeg) => s.heard(earOf(leg)).filter((name) => name !== 'queue-music');
const hangsUp = async (leg: FakeInboundLeg) => {
  leg.remoteEnd('normal');
  await s.clock.advance(6_000);
};
const hearEachOther = (...legs: readonly FakeInboundLeg[]) => {
  const ears = legs.map(earOf);
  return ears.every((one, at) => ears.slice(at + 1).every((other) => together(one, other)));
};
const whyOf = (leg: FakeInboundLeg) => {
  const { id } = callOf(leg);
  return s.facts('step').flatMap(({ callId, step, why }) => (callId === id ? [`${step}: ${why}`] : []));
};

describe('a room', () => {
  it('all who have a PIN talk with each other; the record of each names the room and whom he met', async () => {
    await open();
    const alice = await comes(ALICE!, HOST!);
    expect([playing(earOf(alice)), heardBy(alice)]).toEqual([
      'queue-music',
      ['conference-pin', 'conference-first'],
    ]);
    const bob = await comes(BOB!, MEMBER!);
    expect(hearEachOther(alice, bob)).toBe(true);
    const carol = await comes(CAROL!, MEMBER!);
    expect(hearEachOther(alice, bob, carol)).toBe(true);
    expect(heardBy(bob)).toEqual(['conference-pin', 'conference-joined']);
    const [hers, his] = [callOf(carol).id, callOf(bob).id];
    await s.clock.advance(60_000);
    await hangsUp(carol);
    expect([hearEachOther(alice, bob), heardBy(bob).at(-1)]).toEqual([true, 'conference-left']);
    const cdr = projectCdr(s.events.filter(({ callId }) => callId === hers))!;
    expect(cdr).toMatchObject({ outcome: 'answered', endedBy: 'caller', cause: 'normal', called: '800' });
    expect(cdr.targets).toMatchObject([{ target: '800', kind: 'conference', endedBy: 'caller' }]);
    expect(cdr.segments.at(-1)).toMatchObject({ kind: 'conference', owner: '800' });
    expect(cdr.path.at(-1)).toMatchObject({ step: 'conference 800 → left', why: '66 s, met 8001, 8002' });
    expect(cdr.keys).toEqual([]);
    await hangsUp(alice);
    expect(playing(earOf(bob))).toBe('queue-music');
    await hangsUp(bob);
    const last = projectCdr(s.events.filter(({ callId }) => callId === his))!;
    expect(last.path.at(-1)!.why).toMatch(/met 8001, 9003$/);
    expect(last.segments.at(-1)).toMatchObject({ kind: 'hold', owner: 'conference 800' });
  });

  it('a wrong PIN thrice is the end, and a caller who goes on guessing is not asked any more', async () => {
    await open();
    const guess = async () => {
      const phone = phoneCalls(s, ALICE!, '800');
      await s.clock.advance(1_000);
      const endpoint = earOf(phone);
      for (let tries = 0; tries < 3 && phone.state !== 'ended'; tries++) {
        for (const digit of '9999#') endpoint.press(digit);
        await s.clock.advance(12_000);
      }
      return { said: s.heard(endpoint), ...phone.endRequest };
    };
    expect(await guess()).toMatchObject({ cause: 'forbidden' });
    expect((await guess()).said.at(-1)).toBe('too-many-tries');
    const digits = s.events.flatMap((event) => (JSON.stringify(event).includes('9999') ? [event.type] : []));
    expect([digits, s.facts('connected')]).toEqual([[], []]);
  });

  it('without PINs is open to all phones; with one of hosts alone members key nothing but #', async () => {
    await open();
    const alice = await comes(ALICE!, '', '801');
    const bob = await comes(BOB!, '', '801');
    expect([hearEachOther(alice, bob), heardBy(alice)]).toEqual([
      true,
      ['conference-first', 'conference-joined'],
    ]);
    for (const phone of [alice, bob]) await hangsUp(phone);
    s.change({ conference: ({ memberPin: _, ...room }) => ({ ...room, memberPin: undefined }) as never });
    const carol = await comes(CAROL!, '#'.slice(1));
    expect(heardBy(carol)).toContain('conference-pin-or-none');
    await keys(carol, '#*2');
    expect(heardBy(carol).at(-1)).toBe('invalid-key');
  });

  it('that is full, or locked, says so to who comes; a host comes into a locked one', async () => {
    await open(', maxMembers: 3');
    const alice = await comes(ALICE!, HOST!);
    const bob = await comes(BOB!, MEMBER!);
    await keys(alice, '*3');
    expect(heardBy(alice).at(-1)).toBe('conference-lock-on');
    const carol = phoneCalls(s, CAROL!, '800');
    await s.clock.advance(1_000);
    const hers = earOf(carol);
    for (const digit of `${MEMBER}#`) hers.press(digit);
    await s.clock.advance(10_000);
    expect([s.heard(hers).at(-1), carol.endRequest?.cause]).toEqual(['conference-locked', 'forbidden']);
    const host = await comes(CAROL!, HOST!);
    expect(hearEachOther(alice, bob, host)).toBe(true);
    await keys(alice, '*3');
    const dave = phoneCalls(s, DAVE!, '800');
    await s.clock.advance(1_000);
    const his = earOf(dave);
    for (const digit of `${MEMBER}#`) his.press(digit);
    await s.clock.advance(10_000);
    expect([s.heard(his).at(-1), dave.endRequest?.cause]).toEqual(['conference-full', 'busy']);
  });

  it('whose members wait for a host plays music until one is there, and when the last has left', async () => {
    await open(', waitForHost: true');
    const alice = await comes(ALICE!, MEMBER!);
    const bob = await comes(BOB!, MEMBER!);
    expect([playing(earOf(alice)), playing(earOf(bob))]).toEqual(['queue-music', 'queue-music']);
    expect(heardBy(bob)).toEqual(['conference-pin', 'conference-wait']);
    const carol = await comes(CAROL!, HOST!);
    expect(hearEachOther(alice, bob, carol)).toBe(true);
    await hangsUp(carol);
    expect([playing(earOf(alice)), heardBy(alice).includes('conference-wait')]).toEqual([
      'queue-music',
      true,
    ]);
  });

  it('where nobody comes to talk with is over after half an hour', async () => {
    await open();
    const alice = await comes(ALICE!, HOST!);
    const endpoint = earOf(alice);
    await s.clock.advance(1_800_000);
    expect([s.heard(endpoint).at(-1), alice.endRequest?.cause]).toEqual(['conference-ended', 'normal']);
  });

  it('leaves out whose phone holds, who hears the others again when he takes up', async () => {
    await open();
    const [alice, bob, carol] = [
      await comes(ALICE!, HOST!),
      await comes(BOB!, MEMBER!),
      await comes(CAROL!, MEMBER!),
    ];
    await reinvites(bob, 'sendonly');
    await s.clock.advance(100);
    expect([hearEachOther(alice, carol), earOf(bob).mixed]).toEqual([true, false]);
    await reinvites(bob, 'sendrecv');
    await s.clock.advance(100);
    expect(hearEachOther(alice, bob, carol)).toBe(true);
  });

  it('needs an engine that mixes, and has no emergency number', async () => {
    await open('', { can: { conference: false } });
    const alice = phoneCalls(s, ALICE!, '800');
    await s.clock.advance(10_000);
    expect(alice.endRequest?.cause).toBe('unavailable');
    phoneCalls(s, ALICE!, '999');
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual(['999']);
  });
});

describe('keys of a room', () => {
  it('*1 mutes oneself, and lets one speak again', async () => {
    await open();
    const alice = await comes(ALICE!, HOST!);
    const bob = await comes(BOB!, MEMBER!);
    await keys(bob, '*1');
    expect([earOf(alice).hears(earOf(bob)), earOf(bob).hears(earOf(alice))]).toEqual([false, true]);
    await keys(bob, '*1');
    expect(hearEachOther(alice, bob)).toBe(true);
    expect(heardBy(bob).slice(-2)).toEqual(['conference-muted', 'conference-unmuted']);
  });

  it('*2 of a host mutes all members, those who come later too; they cannot undo it', async () => {
    await open();
    const alice = await comes(ALICE!, HOST!);
    const bob = await comes(BOB!, MEMBER!);
    await keys(alice, '*2');
    const carol = await comes(CAROL!, MEMBER!);
    await keys(bob, '*1');
    for (const member of [bob, carol]) {
      expect([earOf(alice).hears(earOf(member)), earOf(member).hears(earOf(alice))]).toEqual([false, true]);
    }
    expect(heardBy(bob).at(-1)).toBe('conference-all-muted');
    await keys(alice, '*2');
    expect(hearEachOther(alice, bob, carol)).toBe(true);
  });

  it('*9 of a host ends it for all, with a word', async () => {
    await open();
    const alice = await comes(ALICE!, HOST!);
    const bob = await comes(BOB!, MEMBER!);
    await keys(bob, '*9');
    expect(heardBy(bob).at(-1)).toBe('invalid-key');
    const his = earOf(bob);
    await keys(alice, '*9');
    expect([alice.endRequest?.cause, bob.endRequest?.cause]).toEqual(['normal', 'normal']);
    expect(s.heard(his).at(-1)).toBe('conference-ended');
    expect(s.facts('disconnected')).toMatchObject([{ by: 'engine' }, { by: 'engine' }]);
    // the room is there for who comes next
    const carol = await comes(CAROL!, MEMBER!);
    expect(heardBy(carol)).toContain('conference-first');
  });

  it('*0 says them', async () => {
    await open();
    const [alice, bob] = [await comes(ALICE!, HOST!), await comes(BOB!, MEMBER!)];
    for (const phone of [alice, bob]) await keys(phone, '*0');
    expect([heardBy(alice).at(-1), heardBy(bob).at(-1)]).toEqual([
      'conference-keys-host',
      'conference-keys-member',
    ]);
  });
});

describe('*4 of a host', () => {
  it('invites who answers, whose call goes on when the host leaves', async () => {
    await open();
    s.edge.phone(BOB!, { does: 'answer', afterMs: 2_000 });
    const alice = await comes(ALICE!, HOST!);
    const hers = callOf(alice).id;
    await keys(alice, `*4${BOB}#`);
    const call = [...s.pbx.calls].find(({ id }) => id !== hers)!;
    const bob = ear(call.caller);
    expect(together(earOf(alice), bob)).toBe(true);
    expect(whyOf(alice)).toContain('conference 800: 8001 invites 8002');
    await hangsUp(alice);
    expect([call.outcome, playing(bob)]).toEqual([undefined, 'queue-music']);
    expect(s.facts('rung')).toMatchObject([{ target: '8002', reason: 'conference', outcome: 'answered' }]);
  });

  it('calls outside within the right of his phone, and within the limits', async () => {
    await open();
    s.edge.phone(LINE, { does: 'answer', afterMs: 1_000 });
    s.change({ extension: ({ number }) => (number === ALICE ? { outside: 'local' } : {}) });
    const alice = await comes(ALICE!, HOST!);
    await keys(alice, `*4${LINE}#`);
    expect([s.edge.rung, heardBy(alice).at(-1)]).toEqual([[], 'no-right']);
    s.change({
      extension: { outside: 'domestic' },
      tenant: {
        outsideLimits: {
          extension: { hour: { calls: 1 }, day: {} },
          company: { hour: {}, day: {} },
          prices: { local: 0, domestic: 0, international: 0 },
        },
      },
    });
    await keys(alice, `*4${LINE}#`);
    expect(s.edge.rung).toEqual([LINE]);
    expect(s.facts('connected').filter(({ kind }) => kind === 'conference')).toHaveLength(2);
    await keys(alice, `*4${LINE}#`);
    expect([s.edge.rung.length, heardBy(alice).at(-1)]).toEqual([1, 'outside-limit']);
  });

  it('may be taken back, tells who does not answer, and rings nobody any more once all have left', async () => {
    await open();
    s.edge.phone(BOB!, { does: 'reject', status: 486 });
    s.edge.phone(CAROL!, { does: 'ring' });
    const alice = await comes(ALICE!, HOST!);
    await keys(alice, `*4${BOB}*`);
    expect(s.edge.rung).toEqual([]);
    await keys(alice, `*4${BOB}#`);
    expect(heardBy(alice)).toContain('conference-no-answer');
    await keys(alice, `*4${CAROL}#`);
    const ringing = s.edge.legsTo(CAROL!)[0]!;
    await hangsUp(alice);
    expect([ringing.state, s.pbx.calls.size]).toEqual(['ended', 0]);
  });
});

describe('a room that records', () => {
  it('says so, and records what all say once two are there; another leg goes on where the first leaves', async () => {
    await open(', record: true');
    s.change({ tenant: { recordingNotice: 'recording-notice' } });
    const alice = await comes(ALICE!, MEMBER!);
    expect([heardBy(alice).includes('recording-notice'), s.facts('recordingStarted')]).toEqual([true, []]);
    const bob = await comes(BOB!, HOST!);
    const carol = await comes(CAROL!, MEMBER!);
    const his = callOf(bob).id;
    await s.clock.advance(10_000);
    expect(s.facts('recordingStarted')).toMatchObject([{ callId: his }]);
    await hangsUp(bob);
    const next = callOf(alice).id;
    expect(s.facts('recordingStarted')).toMatchObject([{ callId: his }, { callId: next }]);
    expect(s.facts('recordingEnded')).toMatchObject([{ callId: his }]);
    await hangsUp(carol);
    expect(s.facts('recordingEnded')).toMatchObject([{ callId: his }, { callId: next }]);
  });
});

describe('a flow', () => {
  it('leads a caller into a room, who is served there, and hears of one that lets him not in', async () => {
    const outcomes: unknown[] = [];
    await open(', maxMembers: 2', {}, async (call) => {
      outcomes.push((await call.conference('800')).reason);
      await call.play('goodbye');
    });
    const alice = await comes(ALICE!, HOST!);
    const caller = s.call({ from: '13800138000' });
    await s.clock.advance(1_000);
    await keys(caller, `${MEMBER}#`);
    expect(hearEachOther(alice, caller)).toBe(true);
    await keys(caller, '*1');
    const second = s.call({ from: '13800138001' });
    await s.clock.advance(1_000);
    const endpoint = earOf(second);
    for (const digit of `${MEMBER}#`) endpoint.press(digit);
    await s.clock.advance(20_000);
    expect(outcomes).toEqual(['full']);
    expect(s.heard(endpoint).slice(-2)).toEqual(['conference-full', 'goodbye']);
    const id = callOf(caller).id;
    await hangsUp(caller);
    expect(projectCdr(s.events.filter(({ callId }) => callId === id))).toMatchObject({
      outcome: 'answered',
      endedBy: 'caller',
    });
  });

  it('a host who called from outside invites nobody: he has no right of a phone', async () => {
    await open('', {}, async (call) => void (await call.conference('800')));
    const host = s.call({ from: '13800138000' });
    await s.clock.advance(1_000);
    await keys(host, `${HOST}#`);
    await keys(host, `*4${BOB}#`);
    expect([s.edge.rung, heardBy(host).includes('no-right')]).toEqual([[], true]);
  });
});

describe('two companies', () => {
  it('whose rooms have the same number meet nobody of the other', async () => {
    const two = await TwoCompanies.open(async () => {});
    s = two.s;
    const inA = two.dials('a', '8001', '800');
    const inB = two.dials('b', '8001', '800');
    await s.clock.advance(6_000);
    expect([playing(earOf(inA)), playing(earOf(inB)), hearEachOther(inA, inB)]).toEqual([
      'queue-music',
      'queue-music',
      false,
    ]);
    two.dials('a', '8002', '800');
    await s.clock.advance(6_000);
    expect([earOf(inA).mixed, earOf(inB).mixed]).toEqual([true, false]);
  });
});
