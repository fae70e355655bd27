/** Issue 2: one command starts the sample configuration; its help needs nothing installed. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { freeSipPort, freeTcpPort } from '../support/free-port.ts';
import { placeCall } from '../support/party.ts';
import { sippMissing } from '../support/sipp.ts';
import { slownessOf } from '../support/slowness.ts';

const folder = mkdtempSync(join(tmpdir(), 'pbx400-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('scripts/start', () => {
  it('explains its options before anything is installed', () => {
    cpSync(resolve('scripts'), join(folder, 'scripts'), { recursive: true });
    const help = execFileSync(join(folder, 'scripts/start'), ['--help'], { encoding: 'utf8' });
    for (const option of ['--config FILE', '--sip HOST:PORT', '--http HOST:PORT', '--data DIR']) {
      expect(help).toContain(option);
    }
  });

  it('starts the sample configuration within 10 s, takes a call as the simulator says, and stops on Ctrl-C', async ({
    skip,
  }) => {
    const [sip, http] = [`127.0.0.1:${await freeSipPort()}`, `127.0.0.1:${await freeTcpPort()}`];
    const began = performance.now();
    const child = spawn(resolve('scripts/start'), ['--sip', sip, '--http', http, '--data', 'data'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const line = await readyLine(child);
      expect((performance.now() - began) / slownessOf(child.pid!)).toBeLessThan(10_000);
      expect(line).toContain(sip);
      expect(line).toContain(http);
      expect(readdirSync(join(folder, 'data'))).toContain('api-token');
      if (!sippMissing) await callGoesAsSimulated(sip);
      const exited = new Promise<number | null>((done) => child.once('exit', done));
      child.kill('SIGINT');
      expect(await exited).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
    if (sippMissing) skip(`it starts and stops, but nobody called: ${sippMissing}`);
  });
});

/** The line `ready ...` on standard output; rejects when the process ends before. */
function readyLine(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  let output = '';
  return new Promise((done, fail) => {
    child.on('exit', (code) => fail(new Error(`ended with ${code}: ${output}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const line = output.split('\n').find((entry) => /^ready\b/.test(entry));
      if (line) done(line);
    });
  });
}

/** Calls the sample hotline: open or closed now, the caller hears what the simulator says. */
async function callGoesAsSimulated(sip: string): Promise<void> {
  const args = ['pbx400', 'simulate', '4001234567', '--from', '13800138030'];
  const simulated = execFileSync('npx', args, { encoding: 'utf8' });
  const prompt = /play +(welcome|closed)/.exec(simulated)?.[1];
  expect(prompt, simulated).toBeDefined();
  const caller = await placeCall(
    { sip },
    { caller: '13800138030', host: '127.0.0.1', scenario: 'caller-hangs-up-expect-ok', pauseMs: 3000 },
  );
  await caller.voice.hears(prompt!);
  await caller.sipp.passed();
}
