import { beforeEach, describe, expect, it } from 'vitest';
import { AcdCore } from '../../../../src/acd/core/acd-core.ts';
import type { AgentWish } from '../../../../src/acd/core/agent.ts';
import type { AcdCommand } from '../../../../src/acd/core/commands.ts';
import type { AcdInput, QueueSettings, RingMiss } from '../../../../src/acd/core/inputs.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { queueSettings } from '../../../support/queue-settings.ts';

const SALES = queueSettings({ name: 'sales', agents: ['8001', '8002'], maxCallers: 5 });
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
const explained = (commands: readonly AcdCommand[]) =>
  commands.map((command) => (command.type === 'explain' ? command.why : '')).join('');
const wish = (agent: string, what: AgentWish, reason?: string) =>
  tell({ type: 'wished', agent, wish: what, reason });
const signOut = (agent: string) => wish(agent, 'sign-out');

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
    const next = tell({ type: 'ring-failed', reservation: 1, agent: '8001', miss: 'no-answer' }, 15_000);
    expect(rung(next)).toEqual(['8002']);
    expect(tell(answered)).toEqual([{ type: 'let-go', visit: 'a', reservation: 1 }]);
    expect(states()).toEqual(['ready', 'reserved']);
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
    for (const { id } of AGENTS) wish(id, 'busy');
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
    for (const { id } of AGENTS) wish(id, 'busy');
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

describe('groups that help after a while', () => {
  const tiers = [{ afterMs: 20_000, agents: ['8002'] }];

  it('ring as soon as somebody has waited so long; who waits first has them too', () => {
    setUp({ agents: ['8001'], tiers });
    tell({ type: 'leg-opened', leg: 'x', extension: '8001' });
    expect(rung(comes('a'))).toEqual([]);
    expect(rung(comes('b'))).toEqual([]);
    expect(rung(tell({ type: 'time' }, 19_999))).toEqual([]);
    expect(core.wakeAt).toBe(now + 1);
    expect(tell({ type: 'time' }, 1)).toContainEqual(expect.objectContaining({ type: 'ring', visit: 'a' }));
    expect(states()).toEqual(['talking', 'reserved']);
  });

  it('do not ring for who has not waited so long, when nobody else waits', () => {
    setUp({ agents: ['8001'], tiers });
    tell({ type: 'leg-opened', leg: 'x', extension: '8001' });
    const [, asked] = [comes('a'), tell({ type: 'left', visit: 'a' }, 19_999)];
    expect(rung(asked)).toEqual([]);
    expect(explained(comes('b'))).toContain('8002 skipped: helps after 20 s of waiting');
  });

  it('count also for who waits while they are set up', () => {
    setUp({ agents: ['8001'] });
    tell({ type: 'leg-opened', leg: 'x', extension: '8001' });
    comes('a');
    now += 10_000;
    setUp({ agents: ['8001'], tiers });
    expect(rung(tell({ type: 'time' }, 10_000))).toEqual(['8002']);
  });
});

describe('how long callers wait', () => {
  beforeEach(() => {
    for (const leg of ['8001', '8002']) tell({ type: 'leg-opened', leg, extension: leg });
  });

  const timeout = { type: 'turned-away', reason: 'timeout' };

  it('is limited by the queue, or by the call', () => {
    setUp({ maxWaitMs: 60_000 });
    comes('a');
    tell({
      type: 'asked',
      visit: 'b',
      callId: 'b',
      caller: '',
      queue: 'sales',
      priority: 0,
      maxWaitMs: 30_000,
    });
    tell({ type: 'joined', visit: 'b' });
    expect(types(tell({ type: 'time' }, 29_999))).toEqual([]);
    expect(tell({ type: 'time' }, 1)).toContainEqual(
      expect.objectContaining({ ...timeout, visit: 'b', why: 'nobody answered in 30 s' }),
    );
    expect(tell({ type: 'time' }, 30_000)).toContainEqual(
      expect.objectContaining({ ...timeout, visit: 'a' }),
    );
    expect(core.queue('sales')!.line).toEqual([]);
  });

  it('ends a ring that is under way, and counts on while somebody has answered who hangs up before the talk', () => {
    setUp({ maxWaitMs: 20_000 });
    comes('a');
    tell({ type: 'leg-ended', leg: '8001' }, 10_000);
    expect(states()).toEqual(['reserved', 'talking']);
    tell({ type: 'answered', visit: 'a', reservation: 1, agent: '8001', leg: 'l1' }, 5_000);
    expect(types(tell({ type: 'time' }, 5_000))).not.toContain('turned-away');
    expect(tell({ type: 'returned', visit: 'a' })).toContainEqual(expect.objectContaining(timeout));

    tell({ type: 'leg-ended', leg: '8002' });
    comes('b');
    expect(states()[1]).toBe('reserved');
    expect(tell({ type: 'time' }, 20_000)).toContainEqual(
      expect.objectContaining({ ...timeout, visit: 'b' }),
    );
    expect(states()[1]).toBe('ready');
  });

  it('what he has waited elsewhere counts for his place, not for the limit', () => {
    setUp({ maxWaitMs: 60_000 });
    comes('a');
    now += 10_000;
    tell({
      type: 'asked',
      visit: 'b',
      callId: 'b',
      caller: '',
      queue: 'sales',
      priority: 0,
      waitedMs: 15_000,
    });
    tell({ type: 'joined', visit: 'b' });
    expect(core.queue('sales')!.line.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(tell({ type: 'time' }, 50_000)).toContainEqual(
      expect.objectContaining({ ...timeout, visit: 'a' }),
    );
    expect(core.queue('sales')!.line.map(({ id }) => id)).toEqual(['b']);
  });
});

describe('a ring that grows', () => {
  const AGAIN = { strategy: 'ring-progressively', ringNextMs: 5_000 } as const;

  it('takes the next of the list without letting the first one go, as long as there are any', () => {
    setUp(AGAIN);
    expect(rung(comes('a'))).toEqual(['8001']);
    const more = tell({ type: 'time' }, 5_000);
    expect(more).toContainEqual({
      type: 'ring-more',
      visit: 'a',
      reservation: 1,
      agents: [{ agent: '8002', extension: '8002' }],
      ringMs: 15_000,
    });
    expect(states()).toEqual(['reserved', 'reserved']);
    tell({ type: 'time' }, 5_000);
    tell({ type: 'answered', visit: 'a', reservation: 1, agent: '8001', leg: 'l1' });
    expect(states()).toEqual(['talking', 'ready']);
  });

  it('takes one who is free later, but rather gives him to somebody who waits', () => {
    setUp(AGAIN);
    tell({ type: 'leg-opened', leg: 'x', extension: '8002' });
    comes('a');
    expect(types(tell({ type: 'time' }, 5_000))).not.toContain('ring-more');
    comes('b');
    const freed = tell({ type: 'leg-ended', leg: 'x' });
    expect(freed).toContainEqual(expect.objectContaining({ type: 'ring', visit: 'b' }));
    const failed = tell({ type: 'left', visit: 'b' });
    expect(failed).toContainEqual(expect.objectContaining({ type: 'ring-more', visit: 'a' }));
  });

  it('rings nobody twice', () => {
    setUp(AGAIN);
    comes('a');
    tell({ type: 'time' }, 5_000);
    tell({ type: 'ring-failed', reservation: 1, agent: '8001', miss: undefined });
    expect(types(tell({ type: 'time' }, 5_000))).not.toContain('ring-more');
  });
});

describe('an agent who misses calls', () => {
  const missed = (miss: RingMiss, afterMs = 0) => {
    const one = [...core.agents()].find(({ state }) => state === 'reserved')!;
    const reservation = one.work!.reservation!.id;
    return tell({ type: 'ring-failed', reservation, agent: one.id, miss }, afterMs);
  };
  const only = { agents: ['8001'] };

  it('rests as long as the queue says: other times for a refusal and for no answer', () => {
    setUp({ ...only, restAfterRefusalMs: 60_000, restAfterNoAnswerMs: 10_000 });
    comes('a');
    expect(explained(missed('refused'))).toContain('8001 skipped: refused a call, rests 60 s');
    expect(rung(tell({ type: 'time' }, 59_999))).toEqual([]);
    expect(rung(tell({ type: 'time' }, 1))).toEqual(['8001']);
    expect(explained(missed('no-answer'))).toContain('8001 skipped: did not answer, rests 10 s');
    expect(rung(tell({ type: 'time' }, 10_000))).toEqual(['8001']);
  });

  it('is busy after so many in a row, until he says that he is ready', () => {
    setUp({ ...only, busyAfterMisses: 3 });
    comes('a');
    missed('no-answer');
    tell({ type: 'time' }, 5_000);
    missed('refused');
    tell({ type: 'time' }, 5_000);
    expect(missed('unreachable')).toContainEqual(
      expect.objectContaining({
        type: 'agent-changed',
        agent: '8001',
        state: 'busy',
        reason: 'missed calls',
      }),
    );
    expect(rung(tell({ type: 'time' }, 60_000))).toEqual([]);
    expect(rung(tell({ type: 'wished', agent: '8001', wish: 'ready', reason: undefined }))).toEqual(['8001']);
    expect(missed('no-answer').map((command) => 'state' in command && command.state)).not.toContain('busy');
  });

  it('begins to count anew when he answers; what was let go is no miss', () => {
    setUp({ ...only, busyAfterMisses: 2, wrapUpMs: 0 });
    comes('a');
    missed('no-answer');
    tell({ type: 'time' }, 5_000);
    const reservation = core.agents()[Symbol.iterator]().next().value!.work!.reservation!.id;
    tell({ type: 'answered', visit: 'a', reservation, agent: '8001', leg: 'l1' });
    tell({ type: 'leg-ended', leg: 'l1' });
    comes('b');
    missed('no-answer');
    tell({ type: 'time' }, 5_000);
    tell({ type: 'left', visit: 'b' });
    expect(states()[0]).toBe('ready');
  });

  it('has wished something else meanwhile: that is done', () => {
    setUp({ ...only, busyAfterMisses: 1 });
    comes('a');
    tell({ type: 'wished', agent: '8001', wish: 'break', reason: 'lunch' });
    missed('no-answer');
    expect(states()[0]).toBe('break');
  });

  it('rings as long as he himself may be rung', () => {
    const agents = [{ ...AGENTS[0]!, ringMs: 8_000 }, AGENTS[1]!];
    const queues = [{ ...SALES, strategy: 'ring-all' as const }];
    tell({ type: 'set-up', agents, queues });
    const offered = [{ agent: '8001', extension: '8001', ringMs: 8_000 }, expect.anything()];
    expect(comes('a')).toContainEqual(expect.objectContaining({ agents: offered, ringMs: 15_000 }));
    tell({ type: 'left', visit: 'a' });
    tell({ type: 'leg-opened', leg: 'x', extension: '8002' });
    expect(comes('b')).toContainEqual(expect.objectContaining({ type: 'ring', ringMs: 8_000 }));
  });
});
