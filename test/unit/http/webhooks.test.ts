import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Permission } from '../../../src/auth/rights.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn } from '../../support/http.ts';

const WEBHOOK: readonly Permission[] = ['webhook:read', 'webhook:create', 'webhook:update'];
const BODY = { url: 'https://crm.example/', title: 'CRM' };

let http: ReturnType<typeof httpOn>;
let keys = 0;
beforeAll(() => {
  http = httpOn(new MemoryStore());
});

/** Asks as who has these rights in company `a`. */
async function asking(...permissions: readonly Permission[]) {
  const body = { name: `key${keys++}`, permissions };
  const made = await http.inject({
    method: 'POST',
    url: '/api/v1/api-keys',
    headers: { ...AS_OPERATOR, 'pbx-tenant': 'a' },
    body,
  });
  const headers = { authorization: `Bearer ${made.json().secret}` };
  return async (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: object,
  ): Promise<LightMyRequestResponse> =>
    await http.inject({
      method,
      url: `/api/v1/webhooks${path}`,
      headers: { ...headers, ...(method === 'PATCH' && { 'if-match': '*' }) },
      ...(body && { body }),
    });
}

describe('a webhook tells no more than whoever chose its topics may read', () => {
  it('and says what that is', async () => {
    const ask = await asking(...WEBHOOK, 'call:read', 'queue:read');
    const made = await ask('POST', '', BODY);
    expect([made.statusCode, made.json().webhook.resources]).toEqual([201, ['call', 'queue']]);
    expect(made.json().secret).toMatch(/^whsec_/);
    const shown = await ask('GET', `/${made.json().webhook.id}`);
    expect(shown.json()).toMatchObject({ title: 'CRM', numbers: 'masked', topics: [] });
    expect(shown.body).not.toContain('whsec_');
  });

  it.each([
    ['topics that he may not read', { topics: ['calls', 'agents/8001'] }, 403],
    ['whole numbers', { numbers: 'whole' }, 403],
    ['gauges, which are no events', { topics: ['metrics'] }, 400],
  ])('not %s', async (_what, more, status) => {
    const ask = await asking(...WEBHOOK, 'call:read');
    expect((await ask('POST', '', { ...BODY, ...more })).statusCode).toBe(status);
  });

  it('and is led elsewhere by nobody who may read less', async () => {
    const whole = await asking(...WEBHOOK, 'call:read', 'agent:read', 'number:read');
    const made = await whole('POST', '', { ...BODY, numbers: 'whole' });
    const path = `/${made.json().webhook.id}`;
    const elsewhere = { url: 'https://mallory.example/' };
    const fewer = await asking(...WEBHOOK, 'call:read', 'number:read');
    expect((await fewer('PATCH', path, elsewhere)).statusCode).toBe(403);
    const masked = await asking(...WEBHOOK, 'call:read', 'agent:read');
    expect((await masked('PATCH', path, elsewhere)).statusCode).toBe(403);
    expect((await masked('PATCH', path, { ...elsewhere, numbers: 'masked' })).statusCode).toBe(200);
    const narrowed = await fewer('PATCH', path, { topics: ['calls'] });
    expect([narrowed.statusCode, narrowed.json().resources]).toEqual([200, ['call']]);
  });
});
