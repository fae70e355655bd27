import { beforeEach, describe, expect, it } from 'vitest';
import { AcdCore } from '../../../../src/acd/core/acd-core.ts';
import type { AcdCommand } from '../../../../src/acd/core/commands.ts';
import type { AcdInput, QueueSettings } from '../../../../src/acd/core/inputs.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { queueSettings } from '../../../support/queue-settings.ts';

const SALES = queueSettings({ name: 'sales', agents: ['8001'], maxCallers: 1 });
const AGENT = { id: '8001', extension: '8001' };

let core: AcdCore;
let now: number;

function tell(input: AcdInput, afterMs = 0): readonly AcdCommand[] {
  now += afterMs;
  return core.take(input, now);
}

function setUp(queue: Partial<QueueSettings> = {}): void {
  tell({ type: 'set-up', agents: [AGENT], queues: [{ ...SALES, ...queue }] });
}

const wish = (what: 'sign-out' | 'busy' | 'ready') =>
  tell({ type: 'wished', agent: '8001', wish: what, reason: undefined });
const standsIn = (since: number) =>
  tell({ type: 'stands-in', visit: 'promise', callId: 'call to come', queue: 'sales', priority: 0, since });
const comes = (visit: string) => [
  ...tell({ type: 'asked', visit, callId: visit, caller: visit, queue: 'sales', priority: 0 }),
  ...tell({ type: 'joined', visit }),
];
const line = () => core.queue('sales')!.line.map(({ id }) => id);
const turnedAway = (commands: readonly AcdCommand[]) =>
  commands.flatMap((command) => (command.type === 'turned-away' ? [command.reason] : []));

beforeEach(() => {
  now = 1_000_000;
  core = new AcdCore(seededIds().random);
  tell({ type: 'phone', extension: '8001', reachable: true });
  setUp();
});

describe('a promise that stands in line', () => {
  it('has the place of who joined when its caller had, and the agent works on the call to come', () => {
    wish('busy');
    comes('alice');
    standsIn(now - 5_000);
    expect(line()).toEqual(['promise', 'alice']);
    const ready = wish('ready');
    expect(ready.filter(({ type }) => type === 'ring')).toMatchObject([{ visit: 'promise' }]);
    const rung = ready.filter((command) => command.type === 'agent-changed').at(-1);
    expect(rung).toMatchObject({ state: 'reserved', callId: 'call to come' });
  });

  it('takes no room of who waits on the line', () => {
    wish('busy');
    standsIn(now);
    expect(turnedAway(comes('alice'))).toEqual([]);
    expect(turnedAway(comes('bob'))).toEqual(['full']);
  });

  it('stays when all agents are gone and callers have to leave', () => {
    setUp({ noAgents: 'leave' });
    wish('busy');
    comes('alice');
    standsIn(now);
    expect(turnedAway(wish('sign-out'))).toEqual(['no-agents']);
    expect(line()).toEqual(['promise']);
  });

  it('waits as long as its host wants, and goes when he says so or is gone', () => {
    wish('busy');
    standsIn(now);
    tell({ type: 'time' }, 86_400_000);
    expect(line()).toEqual(['promise']);
    tell({ type: 'truth', legs: [], visits: ['promise'], reachable: ['8001'] });
    expect(line()).toEqual(['promise']);
    tell({ type: 'truth', legs: [], visits: [], reachable: ['8001'] });
    expect(line()).toEqual([]);
  });

  it('has nowhere to stand in a queue that is gone', () => {
    tell({ type: 'set-up', agents: [AGENT], queues: [] });
    expect(turnedAway(standsIn(now))).toEqual(['no-agents']);
  });
});

describe('a caller who is there again', () => {
  it('stands where he stood: before who came after him', () => {
    wish('busy');
    setUp({ maxCallers: 5 });
    comes('alice');
    tell({ type: 'time' }, 20_000);
    comes('bob');
    tell({ type: 'left', visit: 'alice' }, 10_000);
    tell(
      { type: 'asked', visit: 'again', callId: 'c2', caller: 'alice', queue: 'sales', priority: 0 },
      60_000,
    );
    const joined = tell({ type: 'joined', visit: 'again' });
    expect(line()).toEqual(['again', 'bob']);
    const why = 'his place again: he had waited 30 s and was gone for 60 s';
    expect(joined).toContainEqual({ type: 'explain', visit: 'again', queue: 'sales', why });
  });
});
