import { afterEach, beforeEach, expect, it } from 'vitest';
import { answer } from '../../../src/call/answer.ts';
import type { Call } from '../../../src/call/call.ts';
import type { FakeInboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import type { NullEndpoint } from '../../../src/media/null/null-endpoint.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { Survey } from '../../../src/survey/survey.ts';
import { CallHouse } from '../../support/call-house.ts';
import { entity } from '../../support/companies.ts';

/** A question of 3 s, 8 s for the key. */
const score = entity('survey', {
  tenant: 'demo',
  name: 'score',
  prompt: 'question',
  keys: ['1', '2'],
  timeoutMs: 8_000,
});

let house: CallHouse;
let call: Call;
let alice: FakeInboundLeg;
let ear: NullEndpoint;
let said: string[];
beforeEach(async () => {
  said = [];
  house = new CallHouse();
  ({ call, alice } = house.call());
  await answer(call);
  [ear] = house.ears(call) as [NullEndpoint];
});
afterEach(() => house.close());

/** The key that counts; `none`, or the code of the error. */
function asking(survey = score, name = 'score'): { key?: string } {
  const how: { key?: string } = {};
  new Survey({
    provisioning: new Provisioning([survey]),
    promptItems: (_, prompts) => {
      said.push(...prompts);
      return [{ silenceMs: 3_000 }];
    },
  })
    .ask(call, name)
    .then(
      ({ digit = 'none' }) => {
        how.key = digit;
      },
      (error: { code: string }) => {
        how.key = error.code;
      },
    );
  return how;
}

it('takes a key of its own, and notes it', async () => {
  const how = asking();
  await house.clock.advance(1_000);
  ear.press('2');
  await house.clock.settle();
  expect([how.key, said]).toEqual(['2', ['question']]);
  expect(house.facts('surveyed')).toMatchObject([{ survey: 'score', digit: '2' }]);
  expect(house.facts('segment').at(-1)).toMatchObject({ kind: 'survey', owner: 'score' });
});

it('thanks where it has words for that', async () => {
  const how = asking({ ...score, value: { ...score.value, thanks: 'thanks' } });
  ear.press('1');
  await house.clock.settle();
  expect([how.key, said]).toEqual([undefined, ['question', 'thanks']]);
  await house.clock.advance(3_000);
  expect(how.key).toBe('1');
});

it('asks once more after a wrong key', async () => {
  const how = asking();
  ear.press('9');
  await house.clock.advance(1_000);
  ear.press('1');
  await house.clock.settle();
  expect([how.key, said]).toEqual(['1', ['question', 'question']]);
});

it('asks twice, then lets the caller go, and says why', async () => {
  const how = asking();
  await house.clock.advance(21_900);
  expect(how.key).toBeUndefined();
  await house.clock.advance(200);
  expect([how.key, said.length]).toEqual(['none', 2]);
  expect(house.facts('surveyed')).toEqual([]);
  expect(house.facts('step').at(-1)).toMatchObject({ step: 'survey score', why: 'no valid key was pressed' });
});

it('is not asked when it was removed meanwhile', async () => {
  const how = asking(score, 'other');
  await house.clock.settle();
  expect([how.key, said]).toEqual(['none', []]);
  expect(house.facts('step').at(-1)).toMatchObject({ why: 'there is no such survey any more' });
});

it('is over with the call', async () => {
  const how = asking();
  alice.remoteEnd('normal');
  await house.clock.settle();
  expect(how.key).toBe('closed');
});
