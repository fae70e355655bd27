/** Issue 2: one command starts the sample configuration; its help needs nothing installed. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freeUdpPort } from '../support/free-port.ts';

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

  it('starts the sample configuration, says ready within 10 s, and stops on Ctrl-C', async () => {
    const [sip, http] = [`127.0.0.1:${await freeUdpPort()}`, `127.0.0.1:${await freeUdpPort()}`];
    const began = performance.now();
    const child = spawn(resolve('scripts/start'), ['--sip', sip, '--http', http, '--data', 'data'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      const ready = new Promise<string>((done, fail) => {
        child.on('exit', (code) => fail(new Error(`ended with ${code}: ${output}`)));
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          const line = output.split('\n').find((entry) => /^ready\b/.test(entry));
          if (line) done(line);
        });
      });
      const line = await ready;
      expect(performance.now() - began).toBeLessThan(10_000);
      expect(line).toContain(sip);
      expect(line).toContain(http);
      const exited = new Promise<number | null>((done) => child.once('exit', done));
      child.kill('SIGINT');
      expect(await exited).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
