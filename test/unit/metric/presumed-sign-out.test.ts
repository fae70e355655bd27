import { describe, expect, it } from 'vitest';
import type { AgentInput, AgentState } from '../../../src/acd/core/agent.ts';
import { AgentTimeline, NODE_LOST } from '../../../src/metric/agent-timeline.ts';

const timeline = () => {
  const times = new AgentTimeline();
  return (at: number, did: AgentInput, state: AgentState, reason?: string) => {
    const work = { reason, callId: undefined, queue: undefined };
    return times
      .take({ type: 'agent', tenantId: 'demo', agent: '8001', at, did, state, ...work })
      .map((time) => [time.state, time.from, time.until]);
  };
};

describe('a sign-out that was presumed', () => {
  it('is taken back by what his own process tells of him', () => {
    const tell = timeline();
    tell(0, 'sign-in', 'ready');
    expect(tell(5, 'sign-out', 'signed-out', NODE_LOST)).toEqual([['ready', 0, 5]]);
    expect(tell(9, 'busy', 'busy')).toEqual([
      ['ready', 0, 9],
      ['busy', 9, undefined],
    ]);
  });

  it('stands when he signs in anew', () => {
    const tell = timeline();
    tell(0, 'sign-in', 'ready');
    tell(5, 'sign-out', 'signed-out', NODE_LOST);
    expect(tell(9, 'sign-in', 'ready')).toEqual([['ready', 9, undefined]]);
    expect(tell(12, 'sign-out', 'signed-out')).toEqual([['ready', 9, 12]]);
  });
});
