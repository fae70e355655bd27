/** Issue 5: the sample call on `sip.edge: drachtio`, with our own SIP edge process and with a real drachtio-server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { freeUdpPort } from '../../support/free-port.ts';
import { toneMs } from '../../support/hearing.ts';
import { phones, placeCall, waitForCall } from '../../support/party.ts';
import { Pbx } from '../../support/pbx.ts';
import { digitsOf } from '../../support/prompt-samples.ts';
import { drachtioMissing, freeTcpPort, RealDrachtio } from '../../support/real-drachtio.ts';
import { sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CALLER_HZ = 620;
const AGENT_HZ = 1300;

/** A SIP server that a PBX connects to. */
interface SipServer {
  readonly adminPort: number;
  readonly sipPort: number;
  readonly secret: string;
  stop(): Promise<void>;
}

/** `pbx400 edge` as a process of its own. */
async function ownEdge(): Promise<SipServer> {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-edge-'));
  const [adminPort, sipPort] = [await freeTcpPort(), await freeUdpPort()];
  const secret = 'a-secret-of-the-test';
  const config = parse(readFileSync(join(ROOT, 'dialplans/pbx400.yaml'), 'utf8'));
  Object.assign(config, { data: join(folder, 'data'), edge: { port: adminPort, secret } });
  const file = join(folder, 'pbx400.yaml');
  writeFileSync(file, stringify(config));
  const child: ChildProcess = spawn(
    join(ROOT, 'node_modules/.bin/node'),
    [join(ROOT, 'src/cli/pbx400.ts'), 'edge', '--config', file, '--sip', `127.0.0.1:${sipPort}`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout?.on('data', (text: Buffer) => {
    output += text;
  });
  await until('the edge is ready', () => output.includes('ready'), { limitMs: 20_000, show: () => output });
  return {
    adminPort,
    sipPort,
    secret,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

const servers = [
  { name: 'our own edge process', missing: undefined, start: ownEdge },
  { name: 'a real drachtio-server', missing: drachtioMissing, start: () => RealDrachtio.start() },
];

for (const { name, missing, start } of servers) {
  const why = sippMissing ?? missing;
  describe.skipIf(why)(why ? `${name} (skipped: ${why})` : `the sample call on ${name}`, () => {
    let server: SipServer;
    let pbx: Pbx;
    let port: number;

    beforeAll(async () => {
      server = await start();
      const { ports, contacts } = await phones('8001');
      port = ports[8001];
      pbx = await Pbx.start({
        sip: `127.0.0.1:${server.sipPort}`,
        configure: (config) => {
          const { adminPort, secret } = server;
          config.sip.edge = 'drachtio';
          config.sip.drachtio = { servers: [{ host: '127.0.0.1', port: adminPort, secret }] };
          config.extensions[8001].contact = contacts[8001];
          Object.assign(config.queues.sales, { agents: ['8001'], wrapUp: '0s', survey: undefined });
        },
      });
    });
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.stop();
    });

    it('menu, queue, announcement, talk, survey, record', async () => {
      const agent = await waitForCall({
        number: '8001',
        port,
        scenario: 'agent-answers-and-hangs-up-expect-ok',
        pauseMs: 6000,
      });
      const caller = await placeCall(pbx, { caller: '+8675523456789', called: '864001234567' });
      await caller.voice.hears('main-menu');
      caller.voice.press('1');
      await agent.rung();
      caller.voice.tone(CALLER_HZ);
      agent.voice.tone(AGENT_HZ);
      await agent.sipp.passed();
      caller.voice.tone(undefined);
      await caller.voice.hears('survey-three-keys');
      caller.voice.press('1');
      await caller.sipp.passed();

      const announcement = ['agent-prefix', ...digitsOf('8001'), 'agent-suffix'];
      expect(caller.voice.heard(announcement), 'the caller hears the work number').toBeDefined();
      expect(toneMs(caller.voice.audio, AGENT_HZ)).toBeGreaterThan(1000);
      expect(toneMs(agent.voice.audio, CALLER_HZ)).toBeGreaterThan(1000);
      const cdr = await pbx.cdrOf('075523456789');
      expect(cdr).toMatchObject({ trunk: 'carrier', agent: '8001', surveyDigit: '1', cause: 'normal' });
      expect(cdr.recordings).toHaveLength(1);
    });

    it('a server that dies ends its calls with edge-lost', async () => {
      const caller = await placeCall(pbx, { caller: '13800138000', called: '864001234567' });
      await caller.voice.hears('welcome');
      await server.stop();
      const cdr = await pbx.cdrOf('13800138000');
      expect(cdr).toMatchObject({ cause: 'edge-lost' });
      caller.sipp.kill();
    });
  });
}
