import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { CallRequest } from '../../../src/http/routes/calls.ts';
import { ClosedError, PbxError } from '../../../src/shared/errors.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn } from '../../support/http.ts';

const CALL = { tenant: 'demo', extension: '8001', number: '13900139000' };

let asked: CallRequest[];
let refusal: Error | undefined;
let app: ReturnType<typeof buildHttp>;

beforeEach(() => {
  asked = [];
  refusal = undefined;
  app = httpOn(new MemoryStore(), {
    calls: {
      originate: (request) => {
        if (refusal) throw refusal;
        asked.push(request);
        return { id: 'call-7' };
      },
    },
  });
});
afterEach(() => app.close());

const post = (payload: object, headers: Record<string, string> = AS_OPERATOR) =>
  app.inject({ method: 'POST', url: '/api/v1/calls', headers, payload });

it('begins a call and answers with its id', async () => {
  const response = await post(CALL);
  expect([response.statusCode, response.json()]).toEqual([201, { id: 'call-7' }]);
  expect(asked).toEqual([{ ...CALL, by: 'operator token' }]);
});

it.each([
  ['without a number', { ...CALL, number: undefined }, /number/],
  ['to a feature code', { ...CALL, number: '*43' }, /number/],
  ['of a name', { ...CALL, extension: 'alice' }, /extension/],
  ['with something else', { ...CALL, by: 'somebody' }, /^there is no field by$/],
])('refuses one %s', async (_, payload, message) => {
  const response = await post(payload);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({
    code: 'bad-request',
    detail: expect.stringMatching(message),
  });
  expect(asked).toEqual([]);
});

it('says that there is no such extension, and that no calls are taken', async () => {
  refusal = new PbxError('not-found', 'demo has no extension 8009');
  const missing = await post(CALL);
  expect([missing.statusCode, missing.json().detail]).toEqual([404, 'demo has no extension 8009']);
  refusal = new ClosedError('the PBX');
  expect((await post(CALL)).statusCode).toBe(503);
});

it('is for the operator only', async () => {
  expect((await post(CALL, {})).statusCode).toBe(401);
  expect(asked).toEqual([]);
});
