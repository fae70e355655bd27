import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  segmentOf,
  type TalkState,
  type TalkStep,
  transition,
  wiringOf,
} from '../../../src/call/talk-state.ts';

const STATES: TalkState[] = [
  'talking',
  'held',
  'consulting',
  'alternated',
  'conference',
  'parked',
  'waiting',
];

const seat = (name: string, held = false) => ({ who: { name }, held });
const [alice, bob, carol] = [seat('alice'), seat('bob'), seat('carol')];
const names = (state: TalkState, places: Parameters<typeof wiringOf<ReturnType<typeof seat>>>[1]) => {
  const { talkers, waiting } = wiringOf(state, places);
  return {
    talk: talkers.map(({ who }) => who.name),
    wait: [...waiting].map(([{ who }, what]) => `${who.name} ${what}`),
  };
};

describe('the states of a talk', () => {
  it.each<[TalkState, TalkStep, TalkState | undefined]>([
    ['talking', 'hold', 'held'],
    ['held', 'resume', 'talking'],
    ['held', 'consult', 'consulting'],
    ['consulting', 'complete', 'talking'],
    ['consulting', 'alternate', 'alternated'],
    ['alternated', 'alternate', 'consulting'],
    ['alternated', 'confer', 'conference'],
    ['consulting', 'park', undefined],
    ['conference', 'withdraw', 'talking'],
    ['conference', 'consult', undefined],
    ['parked', 'join', 'talking'],
    ['parked', 'hold', undefined],
    ['waiting', 'wait', undefined],
  ])('%s, %s: %s', (state, step, next) => {
    expect(transition(state, step)).toBe(next);
  });

  it('each can end, and nothing comes after the end', () => {
    for (const state of STATES) expect(transition(state, 'end')).toBe('over');
    for (const step of ['join', 'hold', 'end'] as const) expect(transition('over', step)).toBeUndefined();
  });
});

describe('who hears whom', () => {
  const three = { caller: alice, partner: bob, third: carol };
  it.each<[string, TalkState, typeof three, string[], string[]]>([
    ['two talk', 'talking', three, ['alice', 'bob'], []],
    ['the partner holds', 'held', { ...three, partner: seat('bob', true) }, [], ['alice music']],
    ['the caller holds', 'held', { ...three, caller: seat('alice', true) }, [], ['bob music']],
    ['he asks a third', 'consulting', three, ['bob', 'carol'], ['alice music']],
    ['he is back', 'alternated', three, ['alice', 'bob'], ['carol music']],
    ['all three', 'conference', three, ['alice', 'bob', 'carol'], []],
    ['one of three holds', 'conference', { ...three, third: seat('carol', true) }, ['alice', 'bob'], []],
    ['parked', 'parked', three, [], ['alice music']],
  ])('%s', (_, state, places, talk, wait) => {
    expect(names(state, places)).toEqual({ talk, wait });
  });

  it('a third who is still rung: ringing tone for who asks', () => {
    expect(names('consulting', { ...three, third: undefined })).toEqual({
      talk: [],
      wait: ['alice music', 'bob ringback'],
    });
  });

  it('nobody who is there and does not hold is left with silence, and nobody hears two things', () => {
    const anyone = (name: string) => fc.boolean().map((held) => seat(name, held));
    fc.assert(
      fc.property(
        fc.constantFrom(...STATES),
        anyone('alice'),
        anyone('bob'),
        fc.option(anyone('carol'), { nil: undefined }),
        (state, caller, partner, third) => {
          const wiring = wiringOf(state, { caller, partner, third });
          const { talkers } = wiring;
          const waiting = wiring.waiting.map(([who]) => who);
          expect(talkers).not.toHaveLength(1);
          const heard = [...talkers, ...waiting];
          expect(new Set(heard).size).toBe(heard.length);
          for (const one of heard) expect(one.held).toBe(false);
          if (!caller.held) expect(heard).toContain(caller);
        },
      ),
    );
  });
});

describe('segments of the record', () => {
  const places = { caller: alice, partner: bob, third: carol };
  const told = { rung: 'dave', slot: '701' };
  it.each<[Exclude<TalkState, 'over'>, string]>([
    ['talking', 'talk bob'],
    ['held', 'hold bob'],
    ['consulting', 'consult carol'],
    ['alternated', 'talk bob'],
    ['conference', 'conference bob'],
    ['parked', 'hold park 701'],
    ['waiting', 'ring dave'],
  ])('%s is %s', (state, segment) => {
    const { kind, owner } = segmentOf(state, places, told);
    expect(`${kind} ${owner}`).toBe(segment);
  });

  it('a hold of the caller is his, a third who is rung is named', () => {
    expect(segmentOf('held', { ...places, caller: seat('alice', true) }, told).owner).toBe('caller');
    expect(segmentOf('consulting', { ...places, third: undefined }, told).owner).toBe('dave');
  });
});
