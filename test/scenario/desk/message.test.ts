import { describe, expect, it } from 'vitest';
import type { AgentMessage } from '../../../src/desk/desk-parts.ts';
import { atDesk, chief, over, refusal } from '../../support/desk.ts';

describe('a supervisor writes to agents', () => {
  it('to one, to those of a queue, or to all whom he supervises, and the audit trail has it without the words', async () => {
    const told: AgentMessage[] = [];
    const s = await atDesk([], { tellAgents: async (message) => void told.push(message) });
    await chief(s, 'message', { agent: '8001', text: '慢一点说' });
    await chief(s, 'message', { queue: 'sales', text: 'lunch at twelve' });
    await chief(s, 'message', { text: '下班前开会' });
    const as = { tenant: 'demo', name: 'zhou@demo' };
    await s.pbx.desk.supervise(as, 'message', { text: 'to everybody' });
    expect(told.map(({ by, agents, queue, text }) => [by, agents.join(), queue, text])).toEqual([
      ['agent 8009', '8001', undefined, '慢一点说'],
      ['agent 8009', '8001', 'sales', 'lunch at twelve'],
      ['agent 8009', '8001', undefined, '下班前开会'],
      ['zhou@demo', '8001,8002,8003,8009', undefined, 'to everybody'],
    ]);
    expect(told[0]).toMatchObject({ tenantId: 'demo', at: s.clock.now() });
    expect(s.audited.map(({ act, by, agent, details }) => [act, by, agent, details])).toEqual([
      ['message', 'agent 8009', '8001', { queue: undefined, agents: 1, characters: 4 }],
      ['message', 'agent 8009', undefined, { queue: 'sales', agents: 1, characters: 15 }],
      ['message', 'agent 8009', undefined, { queue: undefined, agents: 1, characters: 5 }],
      ['message', 'zhou@demo', undefined, { queue: undefined, agents: 4, characters: 12 }],
    ]);
    await over(s);
  });

  it('is refused for those whom he does not supervise, and where there is nobody', async () => {
    const s = await atDesk();
    const codes = [
      await refusal(s, chief(s, 'message', { agent: '8002', text: 'x' })),
      await refusal(s, chief(s, 'message', { queue: 'service', text: 'x' })),
      await refusal(s, chief(s, 'message', { agent: '8001', queue: 'sales', text: 'x' })),
      await refusal(s, chief(s, 'message', { queue: 'none', text: 'x' })),
      await refusal(s, s.pbx.desk.supervise({ tenant: 'demo', agent: '8001' }, 'message', { text: 'x' })),
      // nothing keeps events in this scenario
      await refusal(s, chief(s, 'message', { text: 'x' })),
    ];
    const none = 'no-such-agent';
    expect(codes).toEqual(['forbidden', 'forbidden', 'bad-request', 'no-such-queue', none, 'not-supported']);
    expect(s.audited).toEqual([]);
    await over(s);
  });
});
