import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importSwitches } from '../../../src/store/import-switches.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-switches-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('takes the switches of an older version over, once', async () => {
  const file = join(dir, 'switches.json');
  const { switches } = new MemoryStore();
  await importSwitches(file, switches);
  writeFileSync(file, '[{"tenant":"demo","name":"night"},{"tenant":"demo","name":"cut","untilMs":5000}]');
  await importSwitches(file, switches);
  const on = [
    { tenant: 'demo', name: 'night', untilMs: undefined },
    { tenant: 'demo', name: 'cut', untilMs: 5000 },
  ];
  expect(await switches.all()).toEqual(on);
  expect(existsSync(file)).toBe(false);
  await importSwitches(file, switches);
  expect(await switches.all()).toEqual(on);
});

it('refuses a file that holds no switches, and says what to do', async () => {
  const file = join(dir, 'switches.json');
  writeFileSync(file, '{');
  await expect(importSwitches(file, new MemoryStore().switches)).rejects.toThrow(/switches cannot be read/);
  expect(existsSync(file)).toBe(true);
});
