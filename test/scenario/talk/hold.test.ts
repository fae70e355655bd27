import { describe, expect, it } from 'vitest';
import { hold, resume } from '../../../src/call/hold.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { FAKE_SDP } from '../../../src/edge/fake/fake-leg.ts';
import { ears, playing, reinvites, segments, talking, together } from '../../support/talk.ts';

describe('hold', () => {
  it('by an operation: the other side hears music until it is taken up again', async () => {
    const s = await talking();
    const { caller, partner } = ears(s.talk);
    expect(together(caller, partner!)).toBe(true);
    await hold(s.talk, s.talk.places.partner!.leg);
    expect(s.talk.state).toBe('held');
    expect([playing(caller), playing(partner!)]).toEqual(['queue-music', undefined]);
    expect([caller.hears(partner!), partner!.hears(caller)]).toEqual([false, false]);
    await s.clock.advance(7_000);
    await resume(s.talk, s.talk.places.partner!.leg);
    expect([s.talk.state, playing(caller)]).toEqual(['talking', undefined]);
    expect(together(caller, partner!)).toBe(true);
    await s.clock.advance(3_000);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(segments(s).slice(-3)).toEqual(['talk 8001', 'hold 8001', 'talk 8001']);
    const cdr = projectCdr(s.events)!;
    expect(cdr.segments.find(({ kind }) => kind === 'hold')).toMatchObject({ ms: 7_000 });
    expect(cdr.segments.reduce((sum, { ms }) => sum + ms, 0)).toBe(cdr.durationMs);
    await s.close();
  });

  it.each(['sendonly', 'inactive'] as const)('by the phone, %s: music, never silence', async (direction) => {
    const s = await talking();
    const { caller, partner } = ears(s.talk);
    await reinvites(s.bob, direction);
    await s.clock.settle();
    expect([s.talk.state, playing(caller)]).toEqual(['held', 'queue-music']);
    await reinvites(s.bob, 'sendrecv');
    await s.clock.settle();
    expect([s.talk.state, playing(caller)]).toEqual(['talking', undefined]);
    expect(together(caller, partner!)).toBe(true);
    await s.close();
  });

  it('by both: nobody hears music who would not be sent it', async () => {
    const s = await talking();
    const { caller, partner } = ears(s.talk);
    await reinvites(s.alice, 'sendonly');
    await s.clock.settle();
    expect(segments(s).at(-1)).toBe('hold caller');
    expect(playing(partner!)).toBe('queue-music');
    await reinvites(s.bob, 'inactive');
    await s.clock.settle();
    expect([playing(caller), playing(partner!)]).toEqual([undefined, undefined]);
    await reinvites(s.alice, 'sendrecv');
    await s.clock.settle();
    expect([s.talk.state, playing(caller)]).toEqual(['held', 'queue-music']);
    await s.close();
  });

  it('of a phone that holds is ended by a re-INVITE, unless the phone goes on', async () => {
    const s = await talking();
    const { leg } = s.talk.places.partner!;
    await reinvites(s.bob, 'sendonly');
    s.bob.reofferAnswer = `${FAKE_SDP}a=inactive\r\n`;
    await expect(resume(s.talk, leg)).rejects.toMatchObject({ code: 'phone-holds', status: 409 });
    expect(s.talk.state).toBe('held');
    s.bob.reofferAnswer = FAKE_SDP;
    await resume(s.talk, leg);
    expect(s.talk.state).toBe('talking');
    await s.close();
  });

  it('the one who holds hangs up: the call goes on after the talk, without music', async () => {
    const s = await talking({}, ['goodbye']);
    const { caller } = ears(s.talk);
    await reinvites(s.bob, 'sendonly');
    await s.clock.settle();
    s.bob.remoteEnd('normal');
    await s.clock.settle();
    expect(playing(caller)).toBe('goodbye');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('is refused where it makes no sense', async () => {
    const s = await talking();
    const { leg } = s.talk.places.partner!;
    s.alice.remoteEnd('normal');
    await s.clock.settle();
    expect(() => hold(s.talk, leg)).toThrow(expect.objectContaining({ code: 'wrong-state' }));
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('who dies while the talk is held', () => {
  it('a phone that holds is asked in the dialog, and let go when it does not answer', async () => {
    const s = await talking();
    await reinvites(s.bob, 'sendonly');
    await s.clock.advance(120_000);
    expect(s.talk.state).toBe('held');
    s.bob.dead = true;
    await s.clock.advance(30_000);
    expect(s.bob.ending).toMatchObject({ by: 'local', cause: 'dead-air' });
    expect(s.facts('disconnected')).toMatchObject([{ target: '8001', by: 'engine' }]);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('two ends that hold and die: the call ends within the time that silence may last', async () => {
    const s = await talking();
    await reinvites(s.bob, 'inactive');
    await reinvites(s.alice, 'inactive');
    s.alice.dead = true;
    s.bob.dead = true;
    await s.clock.runUntil(() => s.pbx.calls.size === 0, 30_000);
    expect(s.facts('ended')).toMatchObject([{ by: 'engine' }]);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('silence of a phone in a talk ends its leg, and its part when it does not answer again', async () => {
    const s = await talking();
    s.edge.phone('8001', { does: 'ring' });
    const { partner } = ears(s.talk);
    expect(partner!.options.rtpTimeoutMs).toBe(30_000);
    partner!.events.emit('deadAir', { silentMs: 30_000 });
    await s.clock.settle();
    expect(s.bob.ending).toMatchObject({ cause: 'dead-air' });
    await s.clock.advance(15_000);
    expect(s.pbx.acd.agents()[0]!.state).toBe('wrap-up');
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});
