import { describe, expect, it } from 'vitest';
import { type AgentState, transition } from '../../../../src/acd/core/agent.ts';

describe('agent states', () => {
  it.each<[AgentState, Parameters<typeof transition>[1], AgentState | undefined]>([
    ['signed-out', 'sign-in', 'ready'],
    ['ready', 'ring', 'ringing'],
    ['ready', 'wrap-up-left', 'wrap-up'],
    ['ringing', 'answer', 'talking'],
    ['ringing', 'ring-failed', 'ready'],
    ['talking', 'hang-up', 'wrap-up'],
    ['wrap-up', 'wrapped-up', 'ready'],
    ['talking', 'ring', undefined],
    ['signed-out', 'ring', undefined],
    ['busy', 'ring', undefined],
    ['ready', 'break', 'break'],
    ['break', 'ring', undefined],
    ['break', 'meeting', 'meeting'],
    ['meeting', 'ready', 'ready'],
    ['training', 'sign-out', 'signed-out'],
    ['talking', 'break', undefined],
  ])('%s on %s becomes %s', (state, input, next) => {
    expect(transition(state, input)).toBe(next);
  });
});
