import { expect, it } from 'vitest';
import { type TrunkMarks, toldApart } from '../../../src/provisioning/told-apart.ts';

const called = (...numbers: string[]): TrunkMarks => ({ identify: { called: numbers } });
const account = (username: string): TrunkMarks => ({ register: { username } });

it.each<[string, TrunkMarks, TrunkMarks, boolean]>([
  ['nothing', {}, {}, false],
  ['the same number', called('400'), called('400'), false],
  ['numbers of which one is in both', called('400', '401'), called('401', '402'), false],
  ['the same number at two ports', { identify: { called: ['400'], port: 1 } }, called('400'), true],
  ['numbers of their own', called('400'), called('401'), true],
  ['marks of one only', called('400'), {}, true],
  ['accounts', account('a'), account('b'), true],
  ['the same account', account('a'), account('a'), false],
  ['the same account under two names of it', account('a'), { identify: { user: 'a' } }, false],
])('tells trunks apart, or not: %s', (_, one, other, apart) => {
  expect([toldApart(one, other), toldApart(other, one)]).toEqual([apart, apart]);
});
