/** An agent through his day: what his phone and his calls make of him, and what he wishes meanwhile. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AcdCore } from '../../../../src/acd/core/acd-core.ts';
import type { AgentWish } from '../../../../src/acd/core/agent.ts';
import type { AcdCommand } from '../../../../src/acd/core/commands.ts';
import type { AcdInput } from '../../../../src/acd/core/inputs.ts';
import { openWish, type PhoneSetting } from '../../../../src/acd/core/rest.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { queueSettings } from '../../../support/queue-settings.ts';

const SALES = queueSettings({ name: 'sales', agents: ['8001', '8002'], noAgents: 'join', wrapUpMs: 10_000 });
const AGENTS = ['8001', '8002'].map((id) => ({ id, extension: '8001' }));

let core: AcdCore;
let now: number;

function tell(input: AcdInput, afterMs = 1_000): readonly AcdCommand[] {
  now += afterMs;
  return core.take(input, now);
}

const of = (id = '8001') => core.agent(id)!;
const is = (id = '8001') => [of(id).state, of(id).reason];
const wish = (what: AgentWish, reason?: string) =>
  tell({ type: 'wished', agent: '8001', wish: what, reason });
const phone = (reachable: boolean, setting?: PhoneSetting) =>
  tell({ type: 'phone', extension: '8001', reachable, setting });
const opens = (leg: string, phase: 'dialling' | 'ringing') =>
  tell({ type: 'leg-opened', leg, extension: '8001', callId: `call of ${leg}`, phase });

/** He talks with a caller of the queue. */
function serves(): void {
  tell({ type: 'asked', visit: 'v', callId: 'c', caller: '138', queue: 'sales', priority: 0 });
  tell({ type: 'joined', visit: 'v' });
  expect(is()).toEqual(['reserved', undefined]);
  tell({ type: 'leg-opened', leg: 'l', extension: '8001', callId: 'c', phase: 'ringing' });
  expect(is()).toEqual(['ringing', undefined]);
  tell({ type: 'answered', visit: 'v', reservation: 1, agent: '8001', leg: 'l' });
  expect(is()).toEqual(['talking', undefined]);
}

beforeEach(() => {
  now = 1_000;
  core = new AcdCore(seededIds().random);
  phone(true);
  tell({ type: 'set-up', agents: AGENTS.slice(0, 1), queues: [SALES] });
});

describe('the phone of an agent', () => {
  it('makes him unreachable when it is gone, and he is back with what he wished meanwhile', () => {
    phone(false);
    expect(is()).toEqual(['unreachable', undefined]);
    phone(true);
    expect(is()).toEqual(['ready', undefined]);
    phone(false);
    wish('break', 'lunch');
    expect(is()).toEqual(['break', 'lunch']);
    phone(true);
    expect(is()).toEqual(['break', 'lunch']);
    phone(false);
    wish('ready');
    expect(is()).toEqual(['unreachable', undefined]);
  });

  it('has him busy while it takes no calls, and says when it sends them elsewhere', () => {
    phone(false, 'do-not-disturb');
    expect(is()).toEqual(['busy', 'do-not-disturb']);
    phone(true, 'forwarded');
    expect(is()).toEqual(['ready', 'forwarded']);
    phone(true);
    expect(is()).toEqual(['ready', undefined]);
  });
});

describe('a call of his own', () => {
  it('is his state as long as it lasts, and afterwards he is what he was', () => {
    wish('break', 'lunch');
    opens('own', 'dialling');
    expect([is(), of().ownCall]).toEqual([['dialling', undefined], 'call of own']);
    tell({ type: 'leg-phase', leg: 'own', phase: 'talking' });
    tell({ type: 'leg-phase', leg: 'own', phase: 'hold' });
    expect([is(), openWish(of().state, of().wish)]).toEqual([
      ['hold', undefined],
      { state: 'break', reason: 'lunch' },
    ]);
    tell({ type: 'leg-ended', leg: 'own' });
    expect([is(), of().ownCall]).toEqual([['break', 'lunch'], undefined]);
  });

  it('keeps a wish until it is over, and tells of it', () => {
    opens('own', 'ringing');
    expect(wish('busy', 'paperwork')).toEqual([{ type: 'agent-wished', agent: '8001' }]);
    wish('sign-out');
    expect(is()).toEqual(['ringing', undefined]);
    tell({ type: 'leg-ended', leg: 'own' });
    expect(is()).toEqual(['signed-out', undefined]);
  });

  it('is that of nobody in particular where two are signed in at the phone', () => {
    tell({ type: 'set-up', agents: AGENTS, queues: [SALES] });
    opens('own', 'dialling');
    expect([is(), is('8002')]).toEqual([
      ['ready', undefined],
      ['ready', undefined],
    ]);
    tell({ type: 'wished', agent: '8002', wish: 'sign-out', reason: undefined });
    expect(is()).toEqual(['dialling', undefined]);
  });

  it('goes on when the wrap-up of a talk is over', () => {
    serves();
    tell({ type: 'leg-ended', leg: 'l' });
    opens('own', 'dialling');
    expect(is()).toEqual(['wrap-up', undefined]);
    tell({ type: 'wrap-up-ended', agent: '8001' });
    expect(is()).toEqual(['dialling', undefined]);
  });
});

describe('a talk with a caller', () => {
  it('is hold, consultation and conference as it is led, and one talk for who counts', () => {
    serves();
    for (const phase of ['hold', 'consulting', 'conference', 'talking'] as const) {
      tell({ type: 'leg-phase', leg: 'l', phase });
      expect(is()).toEqual([phase, undefined]);
    }
    tell({ type: 'leg-ended', leg: 'l' });
    expect(is()).toEqual(['wrap-up', undefined]);
    expect(core.queue('sales')!.members[0]).toMatchObject({ calls: 1, talkMs: 5_000 });
  });

  it('waits for a phone that was lost, and goes on when it is back', () => {
    serves();
    tell({ type: 'seat-lost', leg: 'l' });
    tell({ type: 'leg-ended', leg: 'l' });
    expect(is()).toEqual(['reconnecting', undefined]);
    tell({ type: 'seat-back', lost: 'l', leg: 'l2' });
    expect(is()).toEqual(['talking', undefined]);
    tell({ type: 'leg-ended', leg: 'l2' });
    expect(is()).toEqual(['wrap-up', undefined]);
  });

  it.each([
    ['who waited for it says so', () => tell({ type: 'seat-gone', lost: 'l' })],
    ['nobody tells what became of it', () => tell({ type: 'time' }, 60_000)],
  ])('is over when %s', (_, gone) => {
    serves();
    tell({ type: 'seat-lost', leg: 'l' });
    phone(false);
    gone();
    expect(is()).toEqual(['wrap-up', undefined]);
    tell({ type: 'time' }, 10_000);
    expect(is()).toEqual(['unreachable', undefined]);
  });

  describe('whose phone stayed lost', () => {
    const isOffered = () => {
      tell({ type: 'asked', visit: 'w', callId: 'd', caller: '139', queue: 'sales', priority: 0 });
      const said = tell({ type: 'joined', visit: 'w' });
      const why = said.flatMap((command) => (command.type === 'explain' ? [command.why] : []));
      return why.some((text) => text.includes('8001 skipped: his phone was lost in a talk, rests'))
        ? false
        : is()[0];
    };
    const gone = (refused: boolean) => {
      serves();
      tell({ type: 'seat-lost', leg: 'l' });
      tell({ type: 'leg-ended', leg: 'l' });
      tell({ type: 'seat-gone', lost: 'l', refused });
      tell({ type: 'left', visit: 'v' });
      tell({ type: 'time' }, 10_000);
      expect(is()).toEqual(['ready', undefined]);
    };

    it('is not rung for a minute', () => {
      gone(false);
      expect(isOffered()).toBe(false);
      tell({ type: 'time' }, 60_000);
      expect(is()).toEqual(['reserved', undefined]);
    });

    it('is rung as soon as the phone registers', () => {
      gone(false);
      expect(isOffered()).toBe(false);
      phone(true);
      expect(is()).toEqual(['reserved', undefined]);
    });

    it('is rung at once when the agent was there, and would not', () => {
      gone(true);
      expect(isOffered()).toBe('reserved');
    });
  });
});
