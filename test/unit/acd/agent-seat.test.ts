import { describe, expect, it } from 'vitest';
import { seatOf, settingsOf, textOf } from '../../../src/acd/agent-seat.ts';
import type { Agent } from '../../../src/provisioning/kind/agent.ts';

const AGENT: Agent = { tenant: 'demo', id: '8001', name: 'Li', extension: '8001', pin: '4711' };

describe('what the core is told of an agent', () => {
  it('has no secret of his: it is kept', () => {
    expect(JSON.stringify(settingsOf(AGENT))).not.toContain('4711');
  });

  it('has him at his number outside, where he has one', () => {
    expect(settingsOf(AGENT).extension).toBe('8001');
    expect(seatOf(settingsOf({ ...AGENT, phone: '13800138000' }).extension)).toEqual({
      kind: 'line',
      number: '13800138000',
    });
  });
});

it.each(['8001', 'tel:13800138000', 'tel:+85221234567'])('the seat %s is read as it is written', (text) => {
  expect(textOf(seatOf(text))).toBe(text);
});
