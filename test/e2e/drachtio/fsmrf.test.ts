/** Issue 5: an application of a few lines with drachtio-srf and drachtio-fsmrf as they come, on our own protocol server and on a real one. */
import Mrf from 'drachtio-fsmrf';
import Srf from 'drachtio-srf';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEY_HEADER, sipKey } from '../../../src/media/freeswitch/sip-key.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { RtpPeer } from '../../support/rtp-peer.ts';
import { DRACHTIO_SERVERS } from '../../support/sip-engines.ts';

// biome-ignore lint/suspicious/noExplicitAny: applications are JavaScript; fsmrf has no types
type App = any;

for (const { name, missing, start } of DRACHTIO_SERVERS) {
  const skip = freeswitchMissing ?? missing;
  describe.skipIf(skip)(`drachtio-fsmrf on ${name}${skip ? `: skipped, ${skip}` : ''}`, () => {
    let server: { readonly adminPort: number; readonly secret: string; close(): Promise<unknown> };
    let freeswitch: FreeswitchProcess;
    let srf: App;
    let mediaServer: App;
    let peer: RtpPeer;

    beforeAll(async () => {
      [server, freeswitch] = [await start(), await FreeswitchProcess.start()];
      srf = new Srf();
      srf.connect({ host: '127.0.0.1', port: server.adminPort, secret: server.secret });
      await new Promise((done) => srf.once('connect', done));
      const mrf: App = new Mrf(srf);
      const { host: address, port, secret } = freeswitch;
      mediaServer = await mrf.connect({
        address,
        port,
        secret,
        listenAddress: '127.0.0.1',
        profile: 'pbx400',
      });
    }, FREESWITCH_START_MS);
    afterAll(async () => {
      mediaServer?.disconnect();
      srf?.disconnect();
      await server?.close();
      await freeswitch?.stop();
    });
    beforeEach(async () => {
      peer = await RtpPeer.open();
    });
    afterEach(() => peer.close());
    /** New for each: fsmrf writes into them. */
    const headers = () => ({ [KEY_HEADER]: sipKey(freeswitch.secret) });

    it('plays, takes keys, is given another address and hangs up', async () => {
      const endpoint = await mediaServer.createEndpoint({ remoteSdp: peer.sdp(), headers: headers() });
      peer.connect(endpoint.local.sdp);
      const keys = new Promise((done) => endpoint.on('dtmf', ({ dtmf }: { dtmf: string }) => done(dtmf)));
      const played = endpoint.play('tone_stream://%(1000,0,500)');
      await peer.hears(500);
      await played;
      await peer.press('7');
      expect(await keys).toBe('7');
      await endpoint.modify(peer.sdp());
      await endpoint.destroy();
    });

    it('makes an endpoint without an offer and is told the address later', async () => {
      const endpoint = await mediaServer.createEndpoint({ headers: headers() });
      await endpoint.modify(peer.sdp());
      peer.connect(endpoint.local.sdp);
      const played = endpoint.play('tone_stream://%(1000,0,700)');
      await peer.hears(700);
      await played;
      await endpoint.destroy();
    });
  });
}
