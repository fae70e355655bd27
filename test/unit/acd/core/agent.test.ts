import { describe, expect, it } from 'vitest';
import { type AgentState, transition } from '../../../../src/acd/core/agent.ts';

describe('agent states', () => {
  it.each<[AgentState, Parameters<typeof transition>[1], AgentState | undefined]>([
    ['logged-out', 'log-in', 'idle'],
    ['idle', 'ring', 'ringing'],
    ['idle', 'wrap-up-left', 'wrap-up'],
    ['ringing', 'answer', 'talking'],
    ['ringing', 'ring-failed', 'idle'],
    ['talking', 'hang-up', 'wrap-up'],
    ['wrap-up', 'wrapped-up', 'idle'],
    ['talking', 'ring', undefined],
    ['logged-out', 'ring', undefined],
    ['paused', 'ring', undefined],
  ])('%s on %s becomes %s', (state, input, next) => {
    expect(transition(state, input)).toBe(next);
  });
});
