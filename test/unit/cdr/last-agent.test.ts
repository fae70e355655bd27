import { expect, it } from 'vitest';
import type { Cdr } from '../../../src/cdr/cdr.ts';
import type { CdrQuery } from '../../../src/cdr/cdr-query.ts';
import { lastAgentOf } from '../../../src/cdr/last-agent.ts';

it('the last agent of a caller is whom the newest of his talks was with; lines are passed over', async () => {
  const asked: CdrQuery[] = [];
  const records = (...agents: (string | null)[]) => ({
    query: async (query: CdrQuery) => {
      asked.push(query);
      return { cdrs: agents.map((agent) => ({ agent }) as Cdr), next: undefined };
    },
  });
  expect(await lastAgentOf(records(null, '8002', '8001'), 'demo', '13800138000', 1_000)).toBe('8002');
  expect(await lastAgentOf(records(null), 'demo', '13800138000', 1_000)).toBeUndefined();
  expect(asked[0]).toEqual({ tenantId: 'demo', caller: '13800138000', from: 1_000, minTalkMs: 1, limit: 20 });
});
