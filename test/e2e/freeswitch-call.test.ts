/** The sample call with FreeSWITCH as media engine over each SIP edge, and what the PBX says when it cannot be had. */
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

    beforeAll(async () => {
      server = await FreeswitchProcess.start();
      edge = await engine.start?.();
      const { ports, contacts } = await phones('8001');
      agentPort = ports['8001'];
      pbx = await startPbxOn(edge, (config) => {
        config.extensions[8001].contact = contacts['8001'];
        Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s', survey: undefined });
        config.media = useFreeswitch(server);
      });
    }, FREESWITCH_START_MS);
    afterAll(async () => {
      await pbx?.cleanUp();
      await edge?.close();
      await server?.stop();
    });

    it('plays, takes keys, bridges, records both sides and asks for a score', async () => {
      await sampleTalk(pbx, agentPort);
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

function useFreeswitch(server: Pick<FreeswitchProcess, 'host' | 'port' | 'secret' | 'sip'>): ConfigDocument {
  const { host, port, secret, sip } = server;
  return { engine: 'freeswitch', freeswitch: { servers: [{ host, port, secret, sip }] } };
}
