import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { ClosedError } from '../../../src/shared/errors.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, authOf, httpOn, person, signIn } from '../../support/http.ts';

const NOW = 1_800_000_000_000;

let app: ReturnType<typeof buildHttp>;
let store: MemoryStore;
let calls: string[];
let isClosed: boolean;

beforeEach(async () => {
  store = new MemoryStore();
  await person(store, 'li');
  calls = [];
  isClosed = false;
  await begin(NOW);
});

/** The API as it is at a time, on the same store. */
async function begin(at: number): Promise<void> {
  await app?.close();
  const clock = new ManualClock(at);
  const originate = ({ by }: { readonly by: string }) => {
    if (isClosed) throw new ClosedError('the PBX');
    return { id: `call ${calls.push(by)}` };
  };
  app = httpOn(store, { clock, auth: authOf(store, { clock }), calls: { originate } });
}
afterEach(() => app.close());

const dial = (key: string | undefined, number = '13900139000', headers: object = AS_OPERATOR) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/calls',
    headers: { ...headers, 'pbx-tenant': 'a', ...(key !== undefined && { 'idempotency-key': key }) },
    payload: { extension: '8001', number },
  });

it('gives who asks again the first answer, and dials once', async () => {
  const [first, again] = [await dial('k1'), await dial('k1')];
  expect([first.statusCode, first.json()]).toEqual([201, { id: 'call 1' }]);
  expect([again.statusCode, again.json(), again.headers['idempotent-replayed']]).toEqual([
    201,
    { id: 'call 1' },
    'true',
  ]);
  expect(again.headers['content-type']).toBe(first.headers['content-type']);
  expect(calls).toHaveLength(1);
});

it('dials once for ten at once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => dial('k1')));
  expect(calls).toHaveLength(1);
  for (const { statusCode } of answers) expect([201, 409]).toContain(statusCode);
});

it('refuses the same key with another body', async () => {
  await dial('k1');
  const other = await dial('k1', '13900139001');
  expect([other.statusCode, other.json().code]).toEqual([422, 'key-reused']);
  expect(calls).toHaveLength(1);
});

it('takes keys of others, and of none, for others', async () => {
  await dial('k1');
  await dial('k1', undefined, await signIn(app, 'li'));
  await dial(undefined);
  await dial(undefined);
  expect(calls).toEqual(['operator token', 'li@a', 'operator token', 'operator token']);
});

it('keeps an answer for a day', async () => {
  await dial('k1');
  await begin(NOW + 86_400_000);
  await dial('k1');
  expect(calls).toHaveLength(1);
  await begin(NOW + 86_400_001);
  await dial('k1');
  expect(calls).toHaveLength(2);
});

it('may be asked again when the first one failed', async () => {
  isClosed = true;
  expect((await dial('k1')).statusCode).toBe(503);
  isClosed = false;
  expect((await dial('k1')).statusCode).toBe(201);
});

it('is not used up by a request that is wrong', async () => {
  expect((await dial('k1', 'nobody')).statusCode).toBe(400);
  expect((await dial('k1')).statusCode).toBe(201);
});

it.each(['', 'x'.repeat(129), 'with blank', '\u00e9'])('refuses the key %j', async (key) => {
  expect((await dial(key)).statusCode).toBe(400);
  expect(calls).toEqual([]);
});
