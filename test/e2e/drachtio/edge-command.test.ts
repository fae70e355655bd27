/** `pbx400 edge` as an operator has it: what it says, its secret, its signals, its exit codes. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { socketEdge } from '../../contract/edge/drachtio-world.ts';
import { ALICE, BOB, Desk, place } from '../../contract/edge/edge-world.ts';
import { DrachtioClient } from '../../support/drachtio-client.ts';
import { EdgeProcess } from '../../support/edge-process.ts';
import { until } from '../../support/until.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('pbx400 edge', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function start(options: Parameters<typeof EdgeProcess.start>[0] = {}): Promise<EdgeProcess> {
    const edge = await EdgeProcess.start(options);
    open.push(edge);
    return edge;
  }

  /** An application that answers one call, and its BYE. */
  async function application(edge: EdgeProcess, secret = edge.secret): Promise<void> {
    const client = await DrachtioClient.ready(edge.adminPort, secret);
    open.push(client);
    const answer = async (request: string, body: string) => {
      const { tokens } = await client.notified(request);
      await client.command(`sip|${tokens[8]}|\r\nSIP/2.0 200 OK\r\n\r\n${body}`);
    };
    void answer('INVITE', BOB)
      .then(() => answer('BYE', ''))
      .catch(() => {});
  }

  async function caller() {
    const far = socketEdge();
    await far.start(new Desk());
    open.push(far);
    return far;
  }

  it('explains itself', () => {
    const help = execFileSync(
      join(ROOT, 'node_modules/.bin/node'),
      [join(ROOT, 'src/cli/launch.js'), 'edge', '--help'],
      { encoding: 'utf8' },
    );
    for (const word of ['--config', '--sip', '--data', 'edge:', 'secret', 'handlers', 'SIGHUP', 'SIGTERM']) {
      expect(help).toContain(word);
    }
  });

  it('says where it listens, makes a secret when it has none, and shows it to nobody', async () => {
    let data = '';
    const edge = await start({
      configure: (config) => {
        delete config.edge.secret;
        data = config.data;
        config.logLevel = 'debug';
      },
    });
    expect(edge.output).toContain(`udp:${edge.sip} tcp:${edge.sip}`);
    expect(edge.output).toContain(`applications 127.0.0.1:${edge.adminPort}`);
    const file = join(data, 'edge-secret');
    const secret = readFileSync(file, 'utf8').trim();
    expect(secret.length).toBeGreaterThanOrEqual(20);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const [said, verdict] of [
      [secret, 'OK'],
      [`${secret.slice(1)}x`, 'NO'],
    ]) {
      const client = await DrachtioClient.open(edge.adminPort);
      open.push(client);
      expect((await client.command(`authenticate|${said}|`)).tokens[3]).toBe(verdict);
    }
    expect(readFileSync(`/proc/${edge.pid}/cmdline`, 'utf8')).not.toContain(secret);
    expect(edge.output).not.toContain(secret);
  });

  it('lets calls in progress end, and takes no new ones, then is gone', async () => {
    const edge = await start();
    await application(edge);
    const far = await caller();
    const talk = place(far, `sip:400@${edge.sip}`);
    await until('the call', () => talk.leg.state === 'confirmed');
    edge.signal('SIGTERM');
    await until('it says so', () => edge.output.includes('waiting for calls in progress'));
    const late = place(far, `sip:400@${edge.sip}`);
    await until('the refusal', () => late.log.ending);
    expect([late.log.ending?.status, talk.leg.state]).toEqual([503, 'confirmed']);
    talk.leg.end({ cause: 'normal' });
    expect(await edge.exited).toBe(0);
  });

  it('ends them at a second signal', async () => {
    const edge = await start();
    await application(edge);
    const talk = place(await caller(), `sip:400@${edge.sip}`, { sdp: ALICE });
    await until('the call', () => talk.leg.state === 'confirmed');
    edge.signal('SIGTERM');
    await until('it says so', () => edge.output.includes('waiting for calls in progress'));
    edge.signal('SIGTERM');
    expect(await edge.exited).toBe(143);
    await until('the BYE', () => talk.log.ending);
    expect(talk.log.ending).toMatchObject({ by: 'remote' });
  });

  it('reads its certificates again at SIGHUP', async () => {
    const edge = await start();
    edge.signal('SIGHUP');
    await until('it says so', () => edge.output.includes('certificates were read again'));
  });

  it('a mistake in the configuration is said in a line or two, with exit code 78', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    open.push(taken);
    const { port } = taken.address() as { port: number };
    const mistakes: [change: Record<string, unknown>, message: RegExp][] = [
      [{ port }, new RegExp(`127\\.0\\.0\\.1:${port}: .*EADDRINUSE`)],
      [{ tls: true }, /edge\.tls is on, but there is no tls/],
      [{ secret: 'a|b' }, /a secret must not hold/],
      [{ secret: { env: 'NOT_SET' } }, /edge has no secret/],
    ];
    for (const [change, message] of mistakes) {
      const edge = await EdgeProcess.spawn({ configure: (config) => Object.assign(config.edge, change) });
      open.push(edge);
      expect(await edge.exited).toBe(78);
      expect(edge.output).toMatch(message);
      expect(edge.output.trim().split('\n').length).toBeLessThan(4);
      expect(edge.output).not.toContain('a|b');
    }
  });
});
