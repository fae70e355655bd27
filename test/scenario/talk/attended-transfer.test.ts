import { describe, expect, it } from 'vitest';
import {
  alternate,
  completeTransfer,
  consult,
  endConsultation,
} from '../../../src/call/attended-transfer.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { ears, playing, segments, type TalkScenario, talking, together } from '../../support/talk.ts';

/** The agent asks colleague 8002, who answers after 2 s. */
async function asking(): Promise<TalkScenario & { status: Promise<number> }> {
  const s = await talking();
  s.edge.phone('8002', { does: 'answer', afterMs: 2_000 });
  return { ...s, status: consult(s.talk, '8002') };
}

async function proveNothingLeft(s: TalkScenario): Promise<void> {
  await s.clock.advance(20_000);
  const cdr = projectCdr(s.events)!;
  expect(cdr.segments.reduce((sum, { ms }) => sum + ms, 0)).toBe(cdr.durationMs);
  await s.close();
}

describe('attended transfer by operations', () => {
  it('consult: music for the caller, ringing for who asks, then the two of them', async () => {
    const s = await asking();
    await s.clock.advance(1_000);
    expect(s.talk.state).toBe('consulting');
    expect([playing(ears(s.talk).caller), playing(ears(s.talk).partner!)]).toEqual([
      'queue-music',
      'ringback',
    ]);
    await s.clock.advance(2_000);
    expect(await s.status).toBe(200);
    const { caller, partner, third } = ears(s.talk);
    expect(together(partner!, third!)).toBe(true);
    expect([playing(caller), caller.hears(third!)]).toEqual(['queue-music', false]);
    expect(segments(s).at(-1)).toBe('consult 8002');
    s.alice.remoteEnd('normal');
    await proveNothingLeft(s);
  });

  it('complete: the caller talks with who was asked, the agent goes to wrap-up', async () => {
    const s = await asking();
    await s.clock.advance(3_000);
    await completeTransfer(s.talk);
    const { caller, partner } = ears(s.talk);
    expect(s.talk.places.partner!.who).toEqual({ name: '8002', kind: 'agent' });
    expect([s.bob.state, together(caller, partner!), playing(caller)]).toEqual(['ended', true, undefined]);
    expect(s.facts('connected').map(({ target }) => target)).toEqual(['8001', '8002']);
    expect(s.pbx.acd.agents()[0]!.state).toBe('wrap-up');
    s.alice.remoteEnd('normal');
    await proveNothingLeft(s);
    expect(segments(s).slice(-3)).toEqual(['talk 8001', 'consult 8002', 'talk 8002']);
  });

  it('complete while the colleague still rings: the caller waits with music', async () => {
    const s = await asking();
    await s.clock.advance(500);
    await completeTransfer(s.talk);
    expect([s.talk.state, s.bob.state, playing(ears(s.talk).caller)]).toEqual([
      'waiting',
      'ended',
      'queue-music',
    ]);
    await s.clock.advance(3_000);
    expect([s.talk.state, s.talk.places.partner!.who.name]).toEqual(['talking', '8002']);
    s.alice.remoteEnd('normal');
    await proveNothingLeft(s);
  });

  it('alternate: back to the caller and to the colleague again, the other hears music', async () => {
    const s = await asking();
    expect(() => alternate(s.talk)).toThrow(expect.objectContaining({ code: 'wrong-state' }));
    await s.clock.advance(3_000);
    await alternate(s.talk);
    const { caller, partner, third } = ears(s.talk);
    expect([together(caller, partner!), playing(third!), third!.hears(partner!)]).toEqual([
      true,
      'queue-music',
      false,
    ]);
    await alternate(s.talk);
    expect([together(partner!, third!), playing(caller)]).toEqual([true, 'queue-music']);
    s.alice.remoteEnd('normal');
    await proveNothingLeft(s);
    expect(segments(s).slice(-3)).toEqual(['consult 8002', 'talk 8001', 'consult 8002']);
  });

  it.each(['who was asked hangs up', 'the agent lets him go'])('%s: the caller is back', async (who) => {
    const s = await asking();
    await s.clock.advance(3_000);
    if (who.startsWith('who')) s.edge.legsTo('8002')[0]!.remoteEnd('normal');
    else endConsultation(s.talk);
    await s.clock.settle();
    const { caller, partner } = ears(s.talk);
    expect([s.talk.state, together(caller, partner!)]).toEqual(['talking', true]);
    expect(s.edge.legsTo('8002')).toEqual([]);
    s.alice.remoteEnd('normal');
    await proveNothingLeft(s);
  });

  it('a colleague who does not answer, is busy, or is let go while he rings', async () => {
    const s = await asking();
    await s.clock.advance(500);
    endConsultation(s.talk);
    await s.clock.settle();
    expect([await s.status, s.talk.state, s.edge.legsTo('8002').length]).toEqual([487, 'talking', 0]);
    s.edge.phone('8002', { does: 'reject', status: 486 });
    const busy = consult(s.talk, '8002');
    await s.clock.advance(100);
    expect([await busy, s.talk.state]).toEqual([486, 'talking']);
    s.edge.phone('8002', { does: 'ring' });
    const late = consult(s.talk, '8002');
    await s.clock.advance(31_000);
    expect([await late, s.talk.state]).toEqual([480, 'talking']);
    s.alice.remoteEnd('normal');
    await proveNothingLeft(s);
  });

  it('the agent hangs up: the caller goes to whom he asked, also when that one answers later', async () => {
    const s = await asking();
    await s.clock.advance(500);
    s.bob.remoteEnd('normal');
    await s.clock.advance(3_000);
    expect([s.talk.state, s.talk.places.partner!.who.name]).toEqual(['talking', '8002']);
    s.alice.remoteEnd('normal');
    await proveNothingLeft(s);
  });

  it('the caller hangs up: everybody is let go, whoever rings or talks', async () => {
    const s = await asking();
    await s.clock.advance(500);
    s.alice.remoteEnd('normal');
    await s.clock.settle();
    expect([s.bob.state, s.edge.legsTo('8002').length]).toEqual(['ended', 0]);
    await proveNothingLeft(s);
  });
});
