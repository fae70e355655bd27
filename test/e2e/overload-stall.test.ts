import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../support/until.ts';

const CHILD = fileURLToPath(new URL('../support/admission-child.ts', import.meta.url));

let child: ChildProcess;
let said: string[];

beforeEach(async () => {
  child = spawn(process.execPath, [CHILD], { stdio: ['pipe', 'pipe', 'inherit'] });
  said = [];
  child.stdout!.on('data', (bytes: Buffer) => said.push(...bytes.toString().trim().split('\n')));
  await until('the child', () => said.includes('ready'), { limitMs: 20_000 });
});
afterEach(() => child.kill('SIGKILL'));

test('a machine that stands still is not a full engine, one that works without a pause is', async () => {
  // A start is work.
  await sleep(1500);
  said.length = 0;
  for (let stall = 0; stall < 20; stall++) {
    child.kill('SIGSTOP');
    await sleep(300);
    child.kill('SIGCONT');
    await sleep(60);
  }
  await sleep(500);
  expect(said).toEqual([]);
  child.stdin!.write('work\n');
  await until('overload', () => said.includes('on'), { limitMs: 20_000 });
});
