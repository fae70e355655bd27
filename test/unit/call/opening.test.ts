import { afterEach, expect, it } from 'vitest';
import { answer, earlyMedia } from '../../../src/call/answer.ts';
import { ring } from '../../../src/call/ring.ts';
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

it('answers only when the beginning of the call outlives the process, and rings nobody before', async () => {
  house = new CallHouse();
  const write = Promise.withResolvers<void>();
  house.writing = write.promise;
  const { call, alice } = house.call();
  const answered = answer(call);
  const { call: other } = house.call();
  const target = { name: '8001', destination: { kind: 'extension', number: '8001' } } as const;
  const ringing = ring(other, house.directory, [target], { ringMs: 1000, reason: 'dial' });
  await house.clock.settle();
  expect([alice.statuses, house.edge.legsTo('8001')]).toEqual([[], []]);
  write.resolve();
  await answered;
  expect(alice.statuses).toEqual([200]);
  await house.clock.settle();
  expect(house.edge.legsTo('8001')).toHaveLength(1);
  other.end('normal');
  await expect(ringing).rejects.toMatchObject({ code: 'closed' });
});

it('answers nobody who left while the beginning of his call was written', async () => {
  house = new CallHouse();
  const write = Promise.withResolvers<void>();
  house.writing = write.promise;
  const { call, alice } = house.call();
  const answered = expect(answer(call)).rejects.toMatchObject({ code: 'closed' });
  await house.clock.settle();
  alice.remoteEnd('cancelled', 487);
  write.resolve();
  await answered;
  expect(alice.statuses).toEqual([]);
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
