import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { announce, hotline, list, queue, schedule } from '../../../src/dialplan/index.ts';
import type { Queue } from '../../../src/provisioning/kind/queue.ts';
import { VirtualCaller } from '../../../src/testing/virtual-caller.ts';
import { VirtualPbx } from '../../../src/testing/virtual-pbx.ts';
import { company, entity, SAMPLE_ENTITIES } from '../../support/companies.ts';

const config = loadConfig({
  file: fileURLToPath(new URL('../../../dialplans/pbx400.yaml', import.meta.url)),
});
const two = {
  ...config,
  tenants: [...config.tenants, { id: 'shop', name: 'Shop' }],
  queues: [...config.queues, { ...config.queues[0]!, name: 'desk', tenant: 'shop', agents: ['9001'] }],
  extensions: [...config.extensions, { number: '9001', tenant: 'shop', name: 'Li' }],
  agents: [...config.agents, { id: '9001', tenant: 'shop', name: 'Li', extension: '9001' }],
  lists: [...config.lists, { name: 'nuisance', tenant: 'shop', numbers: ['13800138000'], prefixes: [] }],
};

const li = { tenant: 'shop', name: 'Li' };
const desk = SAMPLE_ENTITIES.find(({ kind }) => kind === 'queue')!.value as Queue;
const twoCompanies = [
  ...SAMPLE_ENTITIES,
  company('shop'),
  entity('queue', { ...desk, name: 'desk', tenant: 'shop', agents: ['9001'] }),
  entity('extension', { ...li, number: '9001' }),
  entity('agent', { ...li, id: '9001', extension: '9001' }),
  entity('list', { name: 'nuisance', tenant: 'shop', numbers: ['13800138000'], prefixes: [] }),
];

it('serves a hotline in the company that owns it, whose ever trunk the call came in on', async () => {
  const calendar = { periods: { open: { daily: '00:00-24:00' } }, switches: ['night'] } as const;
  const pbx = await new VirtualPbx({
    config: two,
    companies: twoCompanies,
    at: Date.parse('2026-10-15T10:00+08:00'),
    hotlines: [
      hotline('4001234567', { tenant: 'shop', block: list('nuisance'), flow: queue('desk') }),
      hotline('4007654321', {
        featureCodes: { night: '*61' },
        flow: schedule(calendar, { open: [announce('closed', { switch: 'cut' }), queue('sales')] }),
      }),
    ],
  }).open();
  const call = async (from: string, to: string) => {
    const { leg, callId } = pbx.arrive(from, to);
    const caller = new VirtualCaller(pbx, from, leg, callId!);
    await pbx.clock.runUntil(() => caller.cdr !== undefined);
    return caller.cdr!;
  };
  expect(await call('13300000000', '4001234567')).toMatchObject({ tenantId: 'shop', agent: '9001' });
  // Each company has its own lists.
  expect(await call('13800138000', '4001234567')).toMatchObject({ tenantId: 'shop', cause: 'blacklisted' });
  expect(await call('13800138000', '4007654321')).toMatchObject({ tenantId: 'demo', agent: '8001' });
  expect(pbx.dialplans.switchNames()).toEqual([
    { tenant: 'demo', name: 'night' },
    { tenant: 'demo', name: 'cut' },
  ]);
  await pbx.close();
  expect(pbx.leftOpen).toEqual({ legs: 0, endpoints: 0, calls: 0 });
});
