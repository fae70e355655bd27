import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { CallRequest } from '../../../src/http/routes/calls.ts';
import { ClosedError, PbxError } from '../../../src/shared/errors.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn } from '../../support/http.ts';

const CALL = { extension: '8001', number: '13900139000' };
const IN_DEMO = { ...AS_OPERATOR, 'pbx-tenant': 'demo' };

let asked: CallRequest[];
let hungUp: string[];
let refusal: Error | undefined;
let app: ReturnType<typeof buildHttp>;

beforeEach(() => {
  asked = [];
  hungUp = [];
  refusal = undefined;
  app = httpOn(new MemoryStore(), {
    calls: {
      originate: (request) => {
        if (refusal) throw refusal;
        asked.push(request);
        return { id: 'call-7' };
      },
      running: () => [],
      runningCall: () => undefined,
      hangUp: (_scope, id, by) => id === 'call-7' && hungUp.push(by) > 0,
    },
  });
});
afterEach(() => app.close());

const post = (payload: object, headers: Record<string, string> = IN_DEMO) =>
  app.inject({ method: 'POST', url: '/api/v1/calls', headers, payload });

it('begins a call and answers with its id', async () => {
  const response = await post(CALL);
  expect([response.statusCode, response.json()]).toEqual([201, { id: 'call-7' }]);
  expect(asked).toEqual([{ ...CALL, tenant: 'demo', by: 'operator token' }]);
  const nowhere = await post(CALL, AS_OPERATOR);
  expect([nowhere.statusCode, nowhere.json().detail]).toEqual([
    400,
    'name the company with the header Pbx-Tenant',
  ]);
});

it('ends a call, and says when there is none', async () => {
  const hangUp = (id: string) =>
    app.inject({ method: 'POST', url: `/api/v1/calls/${id}/hang-up`, headers: IN_DEMO });
  expect([(await hangUp('call-7')).statusCode, hungUp]).toEqual([204, ['operator token']]);
  expect((await hangUp('call-8')).statusCode).toBe(404);
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
