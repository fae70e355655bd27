/** The sample call with FreeSWITCH as media engine over each SIP edge, and what the PBX says when it cannot be had. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeTcpPort } from '../support/free-port.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../support/freeswitch.ts';
import { phones, placeCall } from '../support/party.ts';
import { type ConfigDocument, Pbx } from '../support/pbx.ts';
import { sampleTalk } from '../support/sample-talk.ts';
import { enginesFor, type SipServer, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';

for (const engine of enginesFor(freeswitchMissing ?? sippMissing)) {
  describe.skipIf(engine.missing)(titleOn('the sample call over FreeSWITCH', engine), () => {
    let edge: SipServer | undefined;
    let server: FreeswitchProcess;
    let pbx: Pbx;
    let agentPort: number;
    let dataDir: string;
    /** One after the other on the same data. */
    let start: () => Promise<Pbx>;

    beforeAll(async () => {
      server = await FreeswitchProcess.start();
      edge = await engine.start?.();
      const { ports, contacts } = await phones('8001');
      agentPort = ports['8001'];
      dataDir = mkdtempSync(join(tmpdir(), 'pbx400-data-'));
      start = () =>
        startPbxOn(
          edge,
          (config) => {
            config.extensions[8001].contact = contacts['8001'];
            Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s', survey: undefined });
            config.media = useFreeswitch(server);
          },
          { dataDir },
        );
      pbx = await start();
    }, FREESWITCH_START_MS);
    afterAll(async () => {
      await pbx?.cleanUp();
      await edge?.close();
      await server?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    it('plays, takes keys, bridges, records both sides and asks for a score', async () => {
      await sampleTalk(pbx, agentPort);
    });

    it('killed in mid-call, it ends at the next start what it left in FreeSWITCH', async () => {
      const caller = await placeCall(pbx, { caller: '13800138001' });
      await caller.voice.hears('welcome');
      await pbx.kill();
      caller.sipp.kill();
      expect(await channelsOf(server)).toBeGreaterThan(0);
      await pbx.cleanUp();
      pbx = await start();
      const rendered = readdirSync(join(dataDir, 'exchange'));
      expect(rendered).toHaveLength(1);
      await until('they are gone', async () => (await channelsOf(server)) === 0);
    });

    it('ends its calls with a clear cause when the server dies', async () => {
      const caller = await placeCall(pbx, { caller: '13800138000' });
      await caller.voice.hears('welcome');
      await server.kill();
      await caller.sipp.passed();
      expect(await pbx.cdrOf('13800138000')).toMatchObject({ cause: 'media-lost', endedBy: 'engine' });
      const lost = pbx.log.find(({ msg }) => String(msg).includes('media server was lost'));
      expect(lost).toMatchObject({ server: `127.0.0.1:${server.port}` });
      // what drachtio-fsmrf prints is no JSON
      const lines = pbx.output.split('\n').filter((line) => /freeswitch|mediaserver|endpoint/i.test(line));
      expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
    });
  });
}

describe('the PBX with no FreeSWITCH behind it', () => {
  it('does not start, and says which servers cannot be used', async () => {
    const port = await freeTcpPort();
    const nobody = { host: '127.0.0.1', port, secret: 'a-secret-of-the-test', sip: '127.0.0.1:9' };
    const pbx = await Pbx.spawn({
      configure: (config) => {
        config.media = useFreeswitch(nobody);
      },
    });
    try {
      expect((await pbx.exited).code).not.toBe(0);
      await until('the reason', () => pbx.output.includes(`no FreeSWITCH can be used: 127.0.0.1:${port}`));
      expect(pbx.output).not.toContain(nobody.secret);
    } finally {
      await pbx.cleanUp();
    }
  });
});

const channelsOf = async (server: FreeswitchProcess) =>
  Number.parseInt(await server.api('show channels count'), 10);

function useFreeswitch(server: Pick<FreeswitchProcess, 'host' | 'port' | 'secret' | 'sip'>): ConfigDocument {
  const { host, port, secret, sip } = server;
  return { engine: 'freeswitch', freeswitch: { servers: [{ host, port, secret, sip }] } };
}
