/** Issue 5: what becomes of a call whose SIP server dies: our own edge process, a real drachtio-server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeCall } from '../../support/party.ts';
import type { Pbx } from '../../support/pbx.ts';
import { SIP_SERVERS, type SipServer, START_MS, startPbxOn, titleOn } from '../../support/sip-engines.ts';

for (const engine of SIP_SERVERS) {
  describe.skipIf(engine.missing)(titleOn('calls', engine), () => {
    let server: SipServer;
    let pbx: Pbx;

    beforeAll(async () => {
      server = await engine.start();
      pbx = await startPbxOn(server, () => {});
    }, START_MS);
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.close();
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
