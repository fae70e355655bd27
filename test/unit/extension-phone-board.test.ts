/** What is told of the phones of an extension. */
import { expect, it } from 'vitest';
import { extensionPhoneBoard } from '../../src/extension-phone-board.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import type { Binding } from '../../src/registrar/bindings.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { entity } from '../support/companies.ts';
import { AS_OPERATOR, httpOn } from '../support/http.ts';

const NOON = Date.UTC(2026, 9, 10, 4);
const extension = (number: string, more: object = {}) =>
  entity('extension', {
    ...{ tenant: 'demo', number, name: '李雷', outside: 'domestic', forward: {}, seesNumbers: true },
    ...more,
  } as never);
const binding = (more: Partial<Binding>): Binding => ({
  ...{ tenantId: 'demo', aor: 'demo/8001', key: 'k', contact: 'sip:8001@10.0.0.1', q: 1000, callId: 'c' },
  ...{ expiresAt: NOON + 60_000, cseq: 1, path: [], source: 'udp:10.0.0.1:5062', userAgent: 'Yealink T31' },
  ...{ flow: undefined, since: NOON, outbound: false },
  ...more,
});

it('tells who is registered, from where, since when, and what a phone is set up with', async () => {
  const provisioning = new Provisioning([
    extension('8001'),
    extension('8002', { contact: 'sip:8002@10.0.0.9' }),
    entity('agent', { tenant: 'demo', id: '1001', name: '王芳', extension: '8001' } as never),
  ]);
  const phones = {
    contacts: (tenant: string, number: string) =>
      tenant === 'demo' && number === '8001'
        ? [
            binding({}),
            binding({ source: 'wss:[2001:db8::7]:40000', userAgent: undefined, since: undefined }),
          ]
        : [],
    account: () => ({ username: '8001', domain: 'demo.pbx400.local' }),
  };
  const listen = [
    { transport: 'udp', host: '0.0.0.0', port: 5060 },
    { transport: 'tls', host: '10.0.0.2', port: 5061, advertise: { host: '203.0.113.1' } },
  ];
  const app = httpOn(new MemoryStore(), {
    extensionPhones: extensionPhoneBoard({ phones, provisioning, config: { sip: { listen } } as never }),
  });
  const get = async (path: string, tenant = 'demo') => {
    const headers = { ...AS_OPERATOR, 'pbx-tenant': tenant };
    const answer = await app.inject({ url: `/api/v1/extensions/${path}/phones`, headers });
    return [answer.statusCode, answer.json()] as const;
  };
  expect(await get('8001')).toEqual([
    200,
    {
      account: { domain: 'demo.pbx400.local', username: '8001' },
      servers: [
        { transport: 'udp', host: '', port: 5060 },
        { transport: 'tls', host: '203.0.113.1', port: 5061 },
      ],
      agents: ['1001'],
      fixedContact: null,
      registrations: [
        {
          ...{ source: '10.0.0.1:5062', transport: 'udp', userAgent: 'Yealink T31', inBrowser: false },
          ...{ since: '2026-10-10T04:00:00.000Z', until: '2026-10-10T04:01:00.000Z' },
        },
        {
          ...{ source: '[2001:db8::7]:40000', transport: 'wss', userAgent: null, inBrowser: true },
          ...{ since: null, until: '2026-10-10T04:01:00.000Z' },
        },
      ],
    },
  ]);
  expect((await get('8002'))[1]).toMatchObject({ fixedContact: 'sip:8002@10.0.0.9', registrations: [] });
  expect((await get('8001', 'other'))[0]).toBe(404);
  expect((await get('8003'))[0]).toBe(404);
  await app.close();
});
