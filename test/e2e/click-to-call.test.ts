/** Click to call with real peers: a baresip that is registered is rung first, then a line of the carrier's (SIPp). */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Baresip, baresipMissing } from '../support/baresip.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { freeSipPort } from '../support/free-port.ts';
import { toneMs } from '../support/hearing.ts';
import { waitForCall } from '../support/party.ts';
import { type Pbx, TOKEN } from '../support/pbx.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';

const DOMAIN = 'pbx400.local';
const PASSWORD = 'horse-staple';
const OWN_HZ = 1300;
const LINE_HZ = 620;
const LINE = '13900139000';

for (const engine of enginesFor(sippMissing ?? baresipMissing)) {
  describeBeside(engine.missing, titleOn('click to call', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    let phone: Baresip | undefined;
    let linePort: number;

    beforeAll(async () => {
      server = await engine.start?.();
      linePort = await freeSipPort();
      const md5 = createHash('md5').update(`8001:${DOMAIN}:${PASSWORD}`).digest('hex');
      pbx = await startPbxOn(server, (config) => {
        config.extensions['8001'].ha1 = { md5 };
        config.trunks.carrier.uri = `sip:127.0.0.1:${linePort}`;
        config.trunks.carrier.probe = '0s';
      });
    }, START_MS);
    afterAll(async () => {
      await phone?.close();
      await pbx?.cleanUp();
      await server?.close();
    });

    it('rings the extension, then the line, and connects them in one call', async () => {
      phone = new Baresip({
        pbx: pbx.sip,
        domain: DOMAIN,
        number: '8001',
        password: PASSWORD,
        toneHz: OWN_HZ,
      });
      await phone.says(/200 OK/);
      const scenario = 'agent-answers-and-hangs-up-expect-ok';
      const line = await waitForCall({ port: linePort, number: LINE, scenario, pauseMs: 4_000 });
      const begun = await pbx.post('/api/v1/calls', { extension: '8001', number: LINE }, TOKEN, 'demo');
      expect(begun).toEqual({ status: 201, body: { id: expect.any(String) } });
      await phone.says(/Call established/);
      await line.rung();
      line.voice.tone(LINE_HZ);
      await line.sipp.passed();
      await phone.says(/terminated/);

      expect(toneMs(line.voice.audio, OWN_HZ)).toBeGreaterThan(1000);
      expect(toneMs(await phone.heard(), LINE_HZ)).toBeGreaterThan(1000);
      const cdrs = await until('the record', async () => {
        const records = await pbx.records();
        return records.length > 0 && records;
      });
      expect(cdrs).toMatchObject([
        {
          callId: begun.body.id,
          direction: 'outbound',
          origin: { api: 'operator token' },
          caller: '8001',
          called: LINE,
          cause: 'normal',
          targets: [
            { target: '8001', outcome: 'answered' },
            { target: LINE, outcome: 'answered' },
          ],
        },
      ]);
    });

    it('refuses strangers and extensions that are not there', async () => {
      const call = { extension: '8009', number: LINE };
      expect((await pbx.post('/api/v1/calls', call, null)).status).toBe(401);
      expect(await pbx.post('/api/v1/calls', call, TOKEN, 'demo')).toMatchObject({
        status: 404,
        body: { detail: 'demo has no extension 8009' },
      });
    });
  });
}
