import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { deserialize } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AcdCore } from '../../../src/acd/core/acd-core.ts';
import type { AcdInput } from '../../../src/acd/core/inputs.ts';
import { InputLog } from '../../../src/acd/input-log.ts';
import { type Replayed, replayInputs } from '../../../src/acd/replay-inputs.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { AcdWorld } from '../../support/acd-world.ts';
import { queueSettings } from '../../support/queue-settings.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'acd-inputs-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What a world of random inputs did from some input on, as it was kept. */
async function keptWorld(seed: number, before: number, after: number) {
  const log = new InputLog(dir, 'demo', silentLogger);
  const world = new AcdWorld(seed);
  const done: Replayed[] = [];
  while (world.inputs < before) world.step();
  log.begin(world.now, world.reseed(), world.core.state);
  world.onTaken = (input, commands) => {
    log.take(input, world.now);
    done.push({ at: world.now, input, commands });
  };
  while (world.inputs < before + after) world.step();
  await log.close();
  return { world, done };
}

const file = () => join(dir, 'demo.jsonl');
/** As JSON, whatever was noted. */
const plain = (replayed: readonly Replayed[]) =>
  JSON.parse(JSON.stringify(replayed), (name, value: unknown) =>
    name === 'note' && typeof value === 'string' ? value.length > 0 : value,
  ) as unknown;

describe('the inputs of an ACD', () => {
  it.each([1, 2, 3])(
    'played again from any moment give the same commands and the same end (%d)',
    async (seed) => {
      const { world, done } = await keptWorld(seed, 700, 1_500);
      const again: Replayed[] = [];
      const core = await replayInputs(file(), (one) => again.push(one));
      expect(plain(again)).toEqual(plain(done));
      expect(again.length).toBeGreaterThan(1_400);
      const standing = (of: AcdCore) =>
        [...of.agents()].map(({ id, state, since, misses }) => [id, state, since, misses]);
      expect(standing(core)).toEqual(standing(world.core));
      expect(core.wakeAt).toBe(world.core.wakeAt);
    },
  );

  it('stand in a file that nobody else reads; the one before is kept; a cut line at its end harms nobody', async () => {
    const { done } = await keptWorld(4, 100, 100);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    writeFileSync(file(), `${readFileSync(file(), 'utf8')}[17,{"type":"le`);
    const again: Replayed[] = [];
    await replayInputs(file(), (one) => again.push(one));
    expect(again).toHaveLength(done.length);
    await keptWorld(5, 100, 10);
    let before = 0;
    await replayInputs(join(dir, 'demo.before.jsonl'), () => {
      before += 1;
    });
    expect(before).toBe(done.length);
  });

  it('hold no word of what was noted', async () => {
    const log = new InputLog(dir, 'demo', silentLogger);
    const core = new AcdCore(seededIds(1).random);
    const note = (words: string): AcdInput => {
      return { type: 'noted', agent: '8001', disposition: 'order', note: words };
    };
    const before: readonly AcdInput[] = [
      { type: 'phone', extension: '8001', reachable: true },
      {
        type: 'set-up',
        agents: [{ id: '8001', extension: '8001' }],
        queues: [queueSettings({ name: 'sales', agents: ['8001'] })],
      },
      { type: 'asked', visit: 'c1', callId: 'c1', caller: 'x', queue: 'sales', priority: 0 },
      { type: 'joined', visit: 'c1' },
      { type: 'answered', visit: 'c1', reservation: 1, agent: '8001', leg: 'leg/1' },
      note('李先生'),
    ];
    for (const [at, input] of before.entries()) core.take(input, at);
    log.begin(9, 1, core.state);
    core.take(note('王女士'), 10);
    log.take(note('王女士'), 10);
    await log.close();
    const again = await replayInputs(file());
    expect(again.agent('8001')!.work!.notes).toEqual({ disposition: 'order', note: '…' });
    expect(core.agent('8001')!.work!.notes.note).toBe('王女士');
    const [head, ...lines] = readFileSync(file(), 'utf8').split('\n');
    const state = inspect(deserialize(Buffer.from(JSON.parse(head!).state, 'base64')), { depth: Infinity });
    expect(state).toContain('c1');
    for (const text of [state, lines.join()]) expect(text).not.toMatch(/先生|女士/);
  });

  it('begin anew after a day', () => {
    const log = new InputLog(dir, 'demo', silentLogger);
    expect(log.isDue(0)).toBe(true);
    log.begin(1_000, 1, new AcdWorld(1).core.state);
    log.take({ type: 'time' } satisfies AcdInput, 2_000);
    expect([log.isDue(1_000 + 86_399_999), log.isDue(1_000 + 86_400_000)]).toEqual([false, true]);
    return log.close();
  });

  it('are told from another file', async () => {
    writeFileSync(file(), '{"step":1}\n');
    await expect(replayInputs(file())).rejects.toThrow('holds no inputs of an ACD');
  });
});
