import { afterEach, expect, it } from 'vitest';
import { echo } from '../../../src/call/echo.ts';
import { CallHouse } from '../../support/call-house.ts';

const MINUTE_MS = 60_000;

let house: CallHouse;
afterEach(() => house.close());

/** How an echo came out. */
function told(work: Promise<void>): { by: string } {
  const how = { by: 'nothing yet' };
  work.then(
    () => {
      how.by = 'its limit';
    },
    (error: { code: string }) => {
      how.by = error.code;
    },
  );
  return how;
}

it('answers and lets the caller hear himself until he hangs up', async () => {
  house = new CallHouse();
  const { call, alice } = house.call();
  const how = told(echo(call));
  await house.clock.settle();
  const [ear] = house.ears(call);
  expect(alice.statuses).toEqual([200]);
  expect(ear!.hears(ear!)).toBe(true);
  expect(house.facts('segment').at(-1)).toMatchObject({ kind: 'ivr', owner: 'echo' });
  await house.clock.advance(9 * MINUTE_MS);
  expect(how.by).toBe('nothing yet');
  alice.remoteEnd('normal');
  await house.clock.settle();
  expect(how.by).toBe('closed');
  expect(house.facts('ended')).toMatchObject([{ cause: 'normal', by: 'caller' }]);
});

it('ends after ten minutes, and the caller hears himself no more', async () => {
  house = new CallHouse();
  const { call } = house.call();
  const how = told(echo(call));
  await house.clock.advance(10 * MINUTE_MS);
  const [ear] = house.ears(call);
  expect(how.by).toBe('its limit');
  expect(ear!.hears(ear!)).toBe(false);
});

it('refuses the call when the media engine has none', async () => {
  house = new CallHouse({ can: { echo: false } });
  const { call, alice } = house.call();
  await echo(call);
  expect(alice.statuses).toEqual([501]);
  expect(house.facts('step').at(-1)).toMatchObject({ step: 'echo', why: 'the media engine has no echo' });
});
