import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
/** More than half of what a test file had for itself before. */
const PORTS = 200;

/** Takes ports and keeps them until its standard input ends. */
const SCRIPT = `
import { freeUdpPort } from '${join(ROOT, 'test/support/free-port.ts')}';
for (let i = 0; i < ${PORTS}; i++) console.log(await freeUdpPort());
process.stdin.resume();
`;

it('gives a port to one process at a time, also when two test runs go on beside each other', async () => {
  const children = [1, 2].map(() =>
    spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  try {
    const taken = await Promise.all(
      children.map(async ({ stdout }) => {
        const ports: string[] = [];
        for await (const port of createInterface(stdout)) if (ports.push(port) === PORTS) break;
        return ports;
      }),
    );
    expect(taken.map(({ length }) => length)).toEqual([PORTS, PORTS]);
    expect(new Set(taken.flat()).size).toBe(2 * PORTS);
  } finally {
    for (const child of children) child.kill();
  }
});
