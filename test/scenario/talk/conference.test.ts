import { describe, expect, it } from 'vitest';
import { consult } from '../../../src/call/attended-transfer.ts';
import { inviteToConference, mergeConference } from '../../../src/call/conference.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import type { NullEndpoint } from '../../../src/media/null/null-endpoint.ts';
import {
  ear,
  ears,
  playing,
  reinvites,
  segments,
  type TalkScenario,
  talking,
  together,
} from '../../support/talk.ts';

function allTogether(s: TalkScenario): boolean {
  const all = Object.values(ears(s.talk)) as NullEndpoint[];
  return all.every((a, n) => all.slice(n + 1).every((b) => together(a, b)));
}

/** The three of them talk: 8002 was asked in. */
async function conferring(): Promise<TalkScenario> {
  const s = await talking();
  s.edge.phone('8002', { does: 'answer', afterMs: 2_000 });
  const status = inviteToConference(s.talk, '8002');
  const { caller, partner } = ears(s.talk);
  await s.clock.advance(1_000);
  expect(together(caller, partner!)).toBe(true);
  await s.clock.advance(1_000);
  expect(await status).toBe(200);
  await s.clock.settle();
  return s;
}

describe('conference of three', () => {
  it('somebody is asked in while the two talk on', async () => {
    const s = await conferring();
    expect([s.talk.state, allTogether(s)]).toEqual(['conference', true]);
    expect(segments(s).at(-1)).toBe('conference 8001');
    expect(s.facts('connected').map(({ target }) => target)).toEqual(['8001', '8002']);
    await s.clock.advance(5_000);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(s.facts('disconnected').map(({ target, by }) => `${target} ${by}`)).toEqual([
      '8002 caller',
      '8001 caller',
    ]);
    const cdr = projectCdr(s.events)!;
    expect(cdr.segments.find(({ kind }) => kind === 'conference')).toMatchObject({ ms: 5_000 });
    // the caller talked all the time
    const talked = cdr.segments.filter(({ kind }) => kind === 'talk' || kind === 'conference');
    expect(cdr.talkMs).toBe(talked.reduce((sum, { ms }) => sum + ms, 0));
    await s.close();
  });

  it('who was asked joins, and is left alone with the caller when the agent leaves', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    const status = consult(s.talk, '8002');
    await s.clock.advance(1_000);
    await status;
    await mergeConference(s.talk);
    expect(allTogether(s)).toBe(true);
    s.bob.remoteEnd('normal');
    await s.clock.settle();
    const { caller, partner } = ears(s.talk);
    expect([s.talk.state, s.talk.places.partner!.who.name, together(caller, partner!)]).toEqual([
      'talking',
      '8002',
      true,
    ]);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('the third leaves: two talk on', async () => {
    const s = await conferring();
    s.edge.legsTo('8002')[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect(s.talk.state).toBe('talking');
    const { caller, partner } = ears(s.talk);
    expect(together(caller, partner!)).toBe(true);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('one holds: the others talk on without music', async () => {
    const s = await conferring();
    const { caller, partner, third } = ears(s.talk);
    await reinvites(s.edge.legsTo('8002')[0]!, 'sendonly');
    await s.clock.settle();
    expect([together(caller, partner!), third!.hears(caller), playing(caller)]).toEqual([
      true,
      false,
      undefined,
    ]);
    await reinvites(s.edge.legsTo('8002')[0]!, 'sendrecv');
    await s.clock.settle();
    expect(allTogether(s)).toBe(true);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('more are asked in, hold, and leave, until two are left', async () => {
    const s = await conferring();
    for (const number of ['8003', '8004']) {
      s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
      const status = inviteToConference(s.talk, number);
      await s.clock.advance(1_000);
      expect(await status).toBe(200);
      await s.clock.settle();
    }
    const everybody = () => {
      const { caller, partner, third, guests = [] } = s.talk.places;
      return [caller, partner!, third!, ...guests].map((member) => ear(member.leg));
    };
    const all = everybody();
    const hearEachOther = (ears: NullEndpoint[]) =>
      ears.every((a, n) => ears.slice(n + 1).every((b) => together(a, b)));
    expect([s.talk.state, all.length, hearEachOther(all)]).toEqual(['conference', 5, true]);
    await reinvites(s.edge.legsTo('8004')[0]!, 'sendonly');
    await s.clock.settle();
    expect([hearEachOther(all.slice(0, 4)), all[4]!.hears(all[0]!)]).toEqual([true, false]);
    await reinvites(s.edge.legsTo('8004')[0]!, 'sendrecv');
    s.edge.legsTo('8002')[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect([s.talk.state, s.talk.places.third?.who.name, hearEachOther(everybody())]).toEqual([
      'conference',
      '8003',
      true,
    ]);
    s.bob.remoteEnd('normal');
    await s.clock.settle();
    expect([s.talk.state, s.talk.places.partner?.who.name, s.talk.places.third?.who.name]).toEqual([
      'conference',
      '8003',
      '8004',
    ]);
    s.edge.legsTo('8004')[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect([s.talk.state, s.talk.places.third, s.talk.places.guests]).toEqual(['talking', undefined, []]);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(s.facts('connected').map(({ target }) => target)).toEqual(['8001', '8002', '8003', '8004']);
    expect(s.facts('disconnected')).toHaveLength(4);
    await s.close();
  });

  it('all of it ends with the caller', async () => {
    const s = await conferring();
    s.edge.phone('8003', { does: 'answer', afterMs: 1_000 });
    const status = inviteToConference(s.talk, '8003');
    await s.clock.advance(1_000);
    await status;
    await s.clock.settle();
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(s.edge.open).toBe(0);
    await s.close();
  });

  it('is refused by an engine that cannot mix, before anybody is rung', async () => {
    const s = await talking({ can: { conference: false } });
    expect(() => inviteToConference(s.talk, '8002')).toThrow(
      expect.objectContaining({ code: 'not-supported', status: 501 }),
    );
    expect(s.edge.rung).toEqual(['8001']);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});
