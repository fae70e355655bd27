import { expect, it } from 'vitest';
import { pressed } from '../../../src/conference/keys.ts';

/** What follows of keys, one after the other. */
const keyed = (keys: string, isHost = true) => {
  let typed = '';
  return [...keys].flatMap((key) => {
    const [next, command] = pressed(typed, key, isHost);
    typed = next;
    return command ? [command] : [];
  });
};

it('codes begin with *: a key that is leant on does nothing', () => {
  expect(keyed('0123456789#')).toEqual([]);
  expect(keyed('*1*2*3*9*0').map(({ do: what }) => what)).toEqual([
    'mute',
    'mute-all',
    'lock',
    'end',
    'help',
  ]);
  expect(keyed('**1')).toEqual([{ do: 'mute' }]);
});

it('members have few of them', () => {
  expect(keyed('*1*2*4*9*0', false).map(({ do: what }) => what)).toEqual([
    'mute',
    'nothing',
    'nothing',
    'nothing',
    'help',
  ]);
});

it('a number follows *4 up to #, and * takes it back', () => {
  expect(keyed('*48002#')).toEqual([{ do: 'ask-number' }, { do: 'invite', number: '8002' }]);
  expect(keyed('*4#*1')).toEqual([{ do: 'ask-number' }, { do: 'mute' }]);
  expect(keyed('*48002**1')).toEqual([{ do: 'ask-number' }, { do: 'mute' }]);
  expect(keyed(`*4${'1'.repeat(30)}#`)[1]).toEqual({ do: 'invite', number: '1'.repeat(20) });
});
