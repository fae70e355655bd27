import { expect, it } from 'vitest';
import { openWebhooks } from '../../src/open-webhooks.ts';
import { CheckedOutbound } from '../../src/outbound/checked-outbound.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { Scope } from '../../src/shared/scope.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { company } from '../support/companies.ts';

it("a company's webhooks end when it is removed, and stay so when it is there again", async () => {
  const clock = new ManualClock(Date.parse('2026-10-15T10:00:00+08:00'));
  const store = new MemoryStore();
  const both = [company('a'), company('b')];
  const provisioning = new Provisioning(both);
  const outbound = new CheckedOutbound({ allow: [], clock, resolve: async () => [] });
  const services = { clock, ids: seededIds(), logger: silentLogger };
  const { webhooks, close } = openWebhooks({ nodeId: 'one' }, store, outbound, { provisioning }, services);
  const settings = {
    ...{ url: 'https://crm.example/', title: 'CRM', topics: [], types: [] },
    ...{ seesNumbers: false, resources: ['job'] as const },
  };
  for (const { name } of both) await webhooks.add(name, `li@${name}`, settings);
  await clock.settle();
  provisioning.replace([company('b')]);
  provisioning.replace(both);
  await clock.settle();
  const states = await webhooks.list(Scope.all, { limit: 9, after: undefined });
  const byCompany = new Map(states.map(({ tenantId, state }) => [tenantId, state]));
  expect(Object.fromEntries(byCompany)).toEqual({ a: 'gone', b: 'on' });
  await close();
  outbound.close();
  provisioning.replace([]);
  await clock.settle();
  const [last] = await webhooks.list(Scope.of('b'), { limit: 1, after: undefined });
  expect(last).toMatchObject({ tenantId: 'b', state: 'on' });
  expect(clock.pending).toBe(0);
});
