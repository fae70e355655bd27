import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AcdCore } from '../../../src/acd/core/acd-core.ts';
import type { AcdInput } from '../../../src/acd/core/inputs.ts';
import { InputLog } from '../../../src/acd/input-log.ts';
import { type Replayed, replayInputs } from '../../../src/acd/replay-inputs.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { AcdWorld } from '../../support/acd-world.ts';

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
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

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
