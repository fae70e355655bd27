import { describe, expect, it } from 'vitest';
import { type AgentInput, type AgentState, type Rest, transition } from '../../../../src/acd/core/agent.ts';

describe('agent states', () => {
  it.each<[AgentState, AgentInput, AgentState | undefined, Rest?]>([
    ['signed-out', 'sign-in', 'ready'],
    ['signed-out', 'sign-in', 'unreachable', 'unreachable'],
    ['signed-out', 'reserve', undefined],
    ['ready', 'reserve', 'reserved'],
    ['ready', 'break', 'break', 'break'],
    ['ready', 'phone-lost', 'unreachable', 'unreachable'],
    ['ready', 'restored', 'wrap-up'],
    ['ready', 'dial', 'dialling'],
    ['busy', 'reserve', undefined],
    ['busy', 'dial', 'dialling'],
    ['break', 'meeting', 'meeting', 'meeting'],
    ['training', 'sign-out', 'signed-out'],
    ['unreachable', 'reserve', undefined],
    ['unreachable', 'phone-back', 'ready'],
    ['reserved', 'ring', 'ringing'],
    ['reserved', 'answer', 'talking'],
    ['ringing', 'answer', 'talking'],
    ['ringing', 'ring-failed', 'busy', 'busy'],
    ['dialling', 'talk', 'talking'],
    ['dialling', 'call-over', 'break', 'break'],
    ['dialling', 'hang-up', undefined],
    ['talking', 'hold', 'hold'],
    ['talking', 'break', undefined],
    ['talking', 'hang-up', 'wrap-up'],
    ['hold', 'consult', 'consulting'],
    ['consulting', 'confer', 'conference'],
    ['conference', 'seat-lost', 'reconnecting'],
    ['reconnecting', 'seat-back', 'talking'],
    ['reconnecting', 'hang-up', 'wrap-up'],
    ['wrap-up', 'wrapped-up', 'meeting', 'meeting'],
    ['wrap-up', 'dial', undefined],
  ])('%s on %s becomes %s', (state, input, next, rest = 'ready') => {
    expect(transition(state, input, rest)).toBe(next);
  });
});
