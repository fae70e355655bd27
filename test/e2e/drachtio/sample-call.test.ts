/** Issue 5: the sample call on `sip.edge: drachtio`, with our own SIP edge process and with a real drachtio-server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EdgeProcess } from '../../support/edge-process.ts';
import { phones, placeCall } from '../../support/party.ts';
import { Pbx } from '../../support/pbx.ts';
import { drachtioMissing, RealDrachtio } from '../../support/real-drachtio.ts';
import { sampleTalk } from '../../support/sample-talk.ts';
import { sippMissing } from '../../support/sipp.ts';

/** A SIP server that a PBX connects to. */
interface SipServer {
  readonly adminPort: number;
  readonly sipPort: number;
  readonly secret: string;
  /** Ends it as a crash would. */
  stop(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

const servers = [
  { name: 'our own edge process', missing: undefined, start: () => EdgeProcess.start() },
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
      // Two processes start.
    }, 100_000);
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.close();
    });

    it('menu, queue, announcement, talk, survey, record', async () => {
      await sampleTalk(pbx, port);
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
