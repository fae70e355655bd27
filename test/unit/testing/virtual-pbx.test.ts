import { expect, it } from 'vitest';
import { announce, hotline, list, queue, schedule } from '../../../src/dialplan/index.ts';
import { Snapshot } from '../../../src/provisioning/snapshot.ts';
import { VirtualCaller } from '../../../src/testing/virtual-caller.ts';
import { VirtualPbx } from '../../../src/testing/virtual-pbx.ts';
import { company, entity, extension, SAMPLE, SAMPLE_COMPANIES } from '../../support/companies.ts';

const li = { tenant: 'shop', name: 'Li' };
const desk = SAMPLE_COMPANIES.all('queue')[0]!;
const twoCompanies = new Snapshot(1, [
  ...SAMPLE_COMPANIES,
  company('shop'),
  entity('queue', { ...desk, name: 'desk', tenant: 'shop', agents: ['9001'] }),
  extension({ ...li, number: '9001' }),
  entity('agent', { ...li, id: '9001', extension: '9001' }),
  entity('list', { name: 'nuisance', tenant: 'shop', numbers: ['13800138000'], prefixes: [] }),
]);

it('serves a hotline in the company that owns it, whose ever trunk the call came in on', async () => {
  const calendar = { periods: { open: { daily: '00:00-24:00' } }, switches: ['night'] } as const;
  const pbx = await new VirtualPbx({
    config: SAMPLE,
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
