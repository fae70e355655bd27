/** Issue 2, bad input: torture messages on a live server; mistakes stop the start with their place. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dial, placeCall } from '../support/party.ts';
import { Pbx, TRUNK_HOST } from '../support/pbx.ts';
import { sippMissing } from '../support/sipp.ts';

const TORTURE = ['../shared/sip-torture', '../../shared/sip-torture']
  .map((path) => resolve(path))
  .find(existsSync);
/** The raw bytes of RFC 4475 and RFC 5118; what each must be answered is judged in torture/torture.test.ts. */
const torture = TORTURE === undefined ? [] : messagesIn(TORTURE);
const missing = TORTURE === undefined ? ' (skipped: ../shared/sip-torture is missing)' : '';

function messagesIn(folder: string): Buffer[] {
  return ['rfc4475', 'rfc5118'].flatMap((chapter) =>
    readdirSync(join(folder, chapter))
      .filter((name) => name.endsWith('.dat'))
      .map((name) => readFileSync(join(folder, chapter, name))),
  );
}

/** Sends `bytes` over a connection of its own and leaves it open for `holdMs`. */
async function overTcp(pbx: Pbx, bytes: Buffer, holdMs: number): Promise<void> {
  const [host, port] = pbx.sip.split(':') as [string, string];
  const socket = connect({ host, port: Number(port), localAddress: TRUNK_HOST });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(bytes);
  await sleep(holdMs);
  socket.destroy();
}

describe.skipIf(sippMissing)('a running server', () => {
  let pbx: Pbx;
  beforeAll(async () => {
    pbx = await Pbx.start();
  });
  afterAll(() => pbx?.cleanUp());

  /** Answered, and the welcome is heard. */
  async function takesACall(caller: string, transport: 'u1' | 't1'): Promise<void> {
    const alice = await placeCall(pbx, {
      caller,
      transport,
      scenario: 'caller-hangs-up-expect-ok',
      pauseMs: 2500,
    });
    await alice.voice.hears('welcome');
    await alice.sipp.passed();
    expect(await pbx.cdrOf(caller)).toMatchObject({ cause: 'normal', endedBy: 'caller' });
  }

  it('takes calls over UDP and TCP', async () => {
    await takesACall('13800138003', 'u1');
    await takesACall('13800138004', 't1');
  });

  it('keeps silent towards strangers', async () => {
    const stranger = await dial(pbx, {
      caller: '13900139000',
      host: '127.0.0.77',
      scenario: 'stranger-call-expect-silence',
    });
    await stranger.sipp.passed();
  });

  it.skipIf(missing !== '')(`survives every torture message over UDP${missing}`, async () => {
    const [host, port] = pbx.sip.split(':') as [string, string];
    const socket = createSocket('udp4');
    socket.bind(0, TRUNK_HOST);
    await once(socket, 'listening');
    expect(torture.length).toBeGreaterThan(60);
    for (const bytes of torture) {
      socket.send(bytes, Number(port), host);
      await sleep(10);
    }
    await sleep(500);
    socket.close();
    await takesACall('13800138005', 'u1');
  });

  it.skipIf(missing !== '')(`survives every torture message over TCP${missing}`, async () => {
    await Promise.all(torture.map((bytes) => overTcp(pbx, bytes, 500)));
    await takesACall('13800138006', 't1');
  });

  it('survives noise', async () => {
    const [host, port] = pbx.sip.split(':') as [string, string];
    const socket = createSocket('udp4');
    for (const noise of [
      '',
      '\r\n\r\n',
      '\0'.repeat(1400),
      'INVITE',
      'SIP/2.0 200 OK\r\n\r\n',
      'é'.repeat(700),
    ]) {
      socket.send(noise, Number(port), host);
    }
    for (const noise of ['\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'A'.repeat(100_000)]) {
      await overTcp(pbx, Buffer.from(noise), 200);
    }
    socket.close();
    await takesACall('13800138007', 'u1');
    expect(pbx.log.filter(({ level }) => level === 'fatal')).toEqual([]);
  });
});

describe('a mistake stops the start with exit code 78, its place and nothing half started', () => {
  let pbx: Pbx | undefined;
  afterAll(() => pbx?.cleanUp());

  async function failsToStart(options: Parameters<typeof Pbx.spawn>[0]): Promise<Pbx> {
    await pbx?.cleanUp();
    pbx = await Pbx.spawn(options);
    expect(await pbx.exited, pbx.output).toEqual({ code: 78, signal: undefined });
    expect(pbx.readyLine).toBeUndefined();
    return pbx;
  }

  it('in the configuration: a queue with an unknown agent', async () => {
    const { output, configFile } = await failsToStart({
      configure: (config) => {
        config.queues.sales.agents = ['8001', '8009'];
      },
    });
    const line = lineOf(configFile, '8009');
    expect(output).toContain(`${configFile}:${line}`);
    expect(output).toContain('8009');
    expect(existsSync(join(pbx!.dataDir, 'pbx400.db')), 'nothing half started').toBe(false);
  });

  it('in the configuration: a misspelt key', async () => {
    const { output, configFile } = await failsToStart({
      configure: (config) => {
        config.queues.sales.rign = '5s';
      },
    });
    expect(output).toContain(`${configFile}:${lineOf(configFile, 'rign')}`);
    expect(output).toMatch(/ring/);
  });

  it('in a dialplan: an unknown prompt', async () => {
    const folder = resolve('test/fixtures/dialplans/unknown-prompt');
    const { output } = await failsToStart({
      configure: (config) => {
        config.dialplans = folder;
      },
    });
    const file = join(folder, 'hotline.ts');
    expect(output).toContain(`${file}:${lineOf(file, "play('welcom')")}`);
    expect(output).toMatch(/welcom\b[\s\S]*welcome/);
  });

  it('on the command line: an address that is taken', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const { output } = await failsToStart({ sip: `127.0.0.1:${port}` });
    socket.close();
    expect(output).toContain(`cannot listen on udp 127.0.0.1 port ${port}`);
  });
});

/** Number of the first line of `file` that holds `text`; lines count from 1. */
function lineOf(file: string, text: string): number {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}
