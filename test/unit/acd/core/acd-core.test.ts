import { beforeEach, describe, expect, it } from 'vitest';
import { AcdCore } from '../../../../src/acd/core/acd-core.ts';
import type { AcdCommand } from '../../../../src/acd/core/commands.ts';
import type { AcdInput, QueueSettings } from '../../../../src/acd/core/inputs.ts';
import { seededIds } from '../../../../src/shared/ids.ts';

const SALES: QueueSettings = {
  name: 'sales',
  strategy: 'sequential',
  agents: ['8001', '8002'],
  ringMs: 15_000,
  maxCallers: 5,
  noAgents: 'refuse',
  wrapUpMs: 10_000,
};
const AGENTS = ['8001', '8002'].map((id) => ({ id, extension: id }));

let core: AcdCore;
let now: number;

/** Tells the core, so many ms later; what it commands. */
function tell(input: AcdInput, afterMs = 0): readonly AcdCommand[] {
  now += afterMs;
  return core.take(input, now);
}

function setUp(queue: Partial<QueueSettings> = {}): void {
  tell({ type: 'set-up', agents: AGENTS, queues: [{ ...SALES, ...queue }] });
}

function comes(visit: string): readonly AcdCommand[] {
  const asked = tell({
    type: 'asked',
    visit,
    callId: `call of ${visit}`,
    caller: '',
    queue: 'sales',
    priority: 0,
  });
  return [...asked, ...tell({ type: 'joined', visit })];
}

const states = () => [...core.agents()].map(({ state }) => state);
const types = (commands: readonly AcdCommand[]) => commands.map(({ type }) => type);
const rung = (commands: readonly AcdCommand[]) =>
  commands.flatMap((command) => (command.type === 'ring' ? command.agents.map(({ agent }) => agent) : []));
const signOut = (agent: string) => tell({ type: 'wished', agent, wish: 'sign-out', reason: undefined });

beforeEach(() => {
  now = 1_000;
  core = new AcdCore(seededIds().random);
  for (const { extension } of AGENTS) tell({ type: 'phone', extension, reachable: true });
  setUp();
});

describe('an input that comes late, twice or never', () => {
  const answered = { type: 'answered', visit: 'a', reservation: 1, agent: '8001', leg: 'l1' } as const;

  it('an answer that is told twice counts once', () => {
    expect(rung(comes('a'))).toEqual(['8001']);
    tell(answered, 4_000);
    expect(tell(answered)).toEqual([]);
    expect(states()).toEqual(['talking', 'ready']);
  });

  it('an answer of a reservation that is over is let go; the caller is offered to the next', () => {
    comes('a');
    const next = tell({ type: 'ring-failed', reservation: 1, agent: '8001', rests: true }, 15_000);
    expect(rung(next)).toEqual(['8002']);
    expect(tell(answered)).toEqual([{ type: 'let-go', visit: 'a', reservation: 1 }]);
    expect(states()).toEqual(['ready', 'ringing']);
  });

  it('a ring of whose end nobody tells is over by itself: the agent and the caller are free again', () => {
    comes('a');
    expect(core.wakeAt).toBe(now + 45_000);
    const woken = tell({ type: 'time' }, 45_000);
    expect(types(woken)).toContain('let-go');
    expect(woken.filter(({ type }) => type === 'ring')).toMatchObject([{ visit: 'a', reservation: 2 }]);
  });

  it('a talk of whose end nobody tells is over by the truth, and so is a caller who is gone', () => {
    comes('a');
    tell(answered);
    comes('b');
    tell({ type: 'truth', legs: [], visits: [], reachable: ['8001', '8002'] }, 60_000);
    expect([states(), core.queue('sales')!.visits]).toEqual([['wrap-up', 'ready'], 0]);
    tell({ type: 'time' }, 10_000);
    expect(states()).toEqual(['ready', 'ready']);
  });

  it('time that runs back stands still', () => {
    comes('a');
    tell(answered);
    tell({ type: 'leg-ended', leg: 'l1' });
    core.take({ type: 'time' }, 0);
    expect(states()).toEqual(['wrap-up', 'ready']);
  });
});

describe('an agent on a call of his own', () => {
  it('is offered nothing from the first moment of his leg to its end, however many legs his phone has', () => {
    for (const leg of ['x', 'y']) tell({ type: 'leg-opened', leg, extension: '8001' });
    expect(rung(comes('a'))).toEqual(['8002']);
    expect(rung(comes('b'))).toEqual([]);
    expect(rung(tell({ type: 'leg-ended', leg: 'x' }))).toEqual([]);
    expect(rung(tell({ type: 'leg-ended', leg: 'y' }))).toEqual(['8001']);
  });

  it('is offered nothing while his phone is gone', () => {
    tell({ type: 'phone', extension: '8001', reachable: false });
    expect(rung(comes('a'))).toEqual(['8002']);
    expect(rung(comes('b'))).toEqual([]);
    expect(rung(tell({ type: 'phone', extension: '8001', reachable: true }))).toEqual(['8001']);
  });
});

describe('while no agent is signed in', () => {
  const turnedAway = { type: 'turned-away', reason: 'no-agents' };

  it('refuse: nobody may join; who waits goes on waiting', () => {
    for (const leg of ['8001', '8002']) tell({ type: 'leg-opened', leg, extension: leg });
    comes('a');
    signOut('8001');
    expect(types(signOut('8002'))).not.toContain('turned-away');
    expect(comes('b')).toMatchObject([{ ...turnedAway, visit: 'b' }]);
    expect(core.queue('sales')!.line).toHaveLength(1);
  });

  it('join: callers wait for the first who signs in', () => {
    setUp({ noAgents: 'join' });
    for (const { id } of AGENTS) signOut(id);
    expect(types(comes('a'))).not.toContain('turned-away');
    expect(rung(tell({ type: 'wished', agent: '8002', wish: 'sign-in', reason: undefined }))).toEqual([
      '8002',
    ]);
  });

  it('leave: who waits leaves when the last one signs out, or is removed', () => {
    setUp({ noAgents: 'leave' });
    for (const leg of ['8001', '8002']) tell({ type: 'leg-opened', leg, extension: leg });
    comes('a');
    expect(types(signOut('8001'))).not.toContain('turned-away');
    expect(signOut('8002')).toContainEqual({
      ...turnedAway,
      visit: 'a',
      why: 'the last agent has signed out',
    });
    expect(core.queue('sales')!.line).toEqual([]);
    tell({ type: 'left', visit: 'a' });
    expect(core.queue('sales')!.visits).toBe(0);

    tell({ type: 'wished', agent: '8001', wish: 'sign-in', reason: undefined });
    comes('b');
    const queues = [{ ...SALES, noAgents: 'leave' as const, agents: ['8002'] }];
    expect(tell({ type: 'set-up', agents: AGENTS, queues })).toContainEqual(
      expect.objectContaining({ ...turnedAway, visit: 'b' }),
    );
  });
});
