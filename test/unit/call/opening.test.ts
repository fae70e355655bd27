import { afterEach, expect, it } from 'vitest';
import { answer, earlyMedia } from '../../../src/call/answer.ts';
import { CallHouse } from '../../support/call-house.ts';

let house: CallHouse;
afterEach(() => house.close());

it('rings once, whoever asks how often, and without a port', () => {
  house = new CallHouse();
  const { call, alice } = house.call();
  call.ring();
  call.ring();
  expect(alice.statuses).toEqual([180]);
  expect(house.media.endpoints.size).toBe(0);
});

it('is heard before the answer over 183, once', async () => {
  house = new CallHouse();
  const { call, alice } = house.call();
  expect(call.opening.audible).toBe(false);
  await earlyMedia(call);
  await earlyMedia(call);
  expect(alice.statuses).toEqual([183]);
  expect([call.opening.audible, call.state]).toEqual([true, 'arriving']);
  await answer(call);
  await answer(call);
  expect(alice.statuses).toEqual([183, 200]);
  expect([call.state, house.media.endpoints.size]).toEqual(['answered', 1]);
  expect(house.facts('answered')).toHaveLength(1);
});

it('answers a trunk that has no early media: a prompt that nobody hears is worse', async () => {
  house = new CallHouse();
  const { call, alice } = house.call({ earlyMedia: false });
  await earlyMedia(call);
  expect(alice.statuses).toEqual([200]);
  expect(call.opening.audible).toBe(true);
});

// RFC 3261 21.5.4
it('has no room for audio: 503, which says when to try again', async () => {
  house = new CallHouse({ maxEndpoints: 0 });
  const { call, alice } = house.call();
  await expect(answer(call)).rejects.toMatchObject({ code: 'closed' });
  expect(alice.statuses).toEqual([503]);
  expect(alice.endRequest).toMatchObject({ headers: { 'Retry-After': '10' } });
  expect(call.outcome).toMatchObject({ cause: 'resource-unavailable', by: 'engine' });
});

// RFC 3261 21.4.26
it('refuses audio that it cannot carry with 488, and says why', async () => {
  house = new CallHouse();
  const { call, alice } = house.call({ media: { codecs: ['PCMU'] } });
  await expect(earlyMedia(call)).rejects.toMatchObject({ code: 'closed' });
  expect(alice.statuses).toEqual([488]);
  expect(house.facts('step').at(-1)).toMatchObject({
    step: 'audio',
    why: expect.stringMatching(/codec|PCM/i),
  });
});

it('ends with who calls, and answers nobody afterwards', async () => {
  house = new CallHouse();
  const { call, alice } = house.call();
  alice.remoteEnd('cancelled', 487);
  await expect(answer(call)).rejects.toMatchObject({ code: 'closed' });
  expect(call.outcome).toMatchObject({ cause: 'cancelled', by: 'caller' });
  expect(alice.statuses).toEqual([]);
});
