/** Issue 5: drachtio-srf applications of a few lines each run on our own drachtio protocol server. */
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { PATIENT } from '../../support/edges.ts';
import { freeSipPort, freeUdpPort } from '../../support/free-port.ts';
import { Sipp, sippMissing } from '../../support/sipp.ts';
import { type SrfApplication as App, srfApplication } from '../../support/srf-application.ts';
import { until } from '../../support/until.ts';

const SDP =
  'v=0\r\no=app 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n';

describe.skipIf(sippMissing)('a drachtio-srf application on our server', () => {
  let server: DrachtioServer;
  let sip: string;
  const apps: App[] = [];

  beforeEach(async () => {
    const listen = (['udp', 'tcp'] as const).map((transport) => ({ transport, host: '127.0.0.1', port: 0 }));
    listen[0]!.port = listen[1]!.port = await freeSipPort();
    server = createDrachtioServer(
      { listen, admin: { host: '127.0.0.1', port: 0 }, secret: 'cymru', admission: PATIENT },
      { clock: systemClock, ids: systemIds, logger: silentLogger },
    );
    await server.start();
    sip = `127.0.0.1:${server.addresses[0]!.port}`;
  });

  afterEach(async () => {
    for (const app of apps.splice(0)) app.disconnect();
    await server.close();
    expect(server.counts).toMatchObject({ clients: 0, dialogs: 0, requests: 0 });
  });

  /** An application that is connected, with its routes. */
  async function app(write: (srf: App) => void): Promise<App> {
    const srf = await srfApplication({ adminPort: server.adminPort, secret: 'cymru' }, write);
    apps.push(srf);
    return srf;
  }

  const caller = (scenario: string, more: Partial<Parameters<typeof Sipp.run>[0]> = {}) =>
    Sipp.run({ scenario, to: sip, keys: { rtp_port: 40_000, caller: '13800138000' }, pauseMs: 300, ...more });
  const callee = (port: number, scenario = 'agent-answer-expect-bye') =>
    Sipp.run({ scenario, port, keys: { rtp_port: 40_002, agent: '8001' }, pauseMs: 500 });

  it('answers calls (UAS), over UDP and TCP', async () => {
    let destroyed = 0;
    await app((srf) =>
      srf.invite(async (req: App, res: App) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.on('destroy', () => destroyed++);
      }),
    );
    await (await caller('caller-hangs-up-expect-ok', { calls: 10, rate: 20 })).passed();
    await (await caller('caller-hangs-up-expect-ok', { transport: 't1' })).passed();
    await until('both ends know', () => destroyed === 11);
    expect(server.counts.dialogs).toBe(0);
  });

  it('hangs up itself (UAS)', async () => {
    await app((srf) =>
      srf.invite(async (req: App, res: App) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        setTimeout(() => dialog.destroy(), 200);
      }),
    );
    await (await caller('caller-call-expect-bye')).passed();
  });

  it('calls, and connects callers (B2BUA)', async () => {
    const port = await freeUdpPort();
    const agent = await callee(port);
    // As attended transfers are written: Replaces names a dialog by its Call-ID and tags.
    let found: App[] = [];
    await app((srf) =>
      srf.invite(async (req: App, res: App) => {
        const { uas, uac } = await srf.createB2BUA(req, res, `sip:8001@127.0.0.1:${port}`);
        const fromTag = req.getParsedHeader('From').params.tag;
        found = [
          srf.findDialogByCallIDAndFromTag(req.get('Call-ID'), fromTag) === uas,
          srf.findDialogByCallIDAndFromTag(uac.sip.callId, uac.sip.localTag) === uac,
        ];
        uas.other = uac;
        uac.other = uas;
        for (const leg of [uas, uac]) leg.on('destroy', () => leg.other.destroy());
      }),
    );
    const call = await caller('caller-hangs-up-expect-ok');
    await Promise.all([call.passed(), agent.passed()]);
    expect(found).toEqual([true, true]);
  });

  it('registers phones (registrar)', async () => {
    const bindings = new Map<string, string>();
    await app((srf) =>
      srf.register((req: App, res: App) => {
        const [{ uri }] = req.getParsedHeader('Contact');
        bindings.set(Srf.parseUri(req.getParsedHeader('To').uri).user!, uri);
        res.send(200, { headers: { Contact: `<${uri}>;expires=300` } });
      }),
    );
    const phone = await caller('phone-registers-expect-200', { service: '8001' });
    await phone.passed();
    expect(bindings.get('8001')).toBe(`sip:8001@127.0.0.1:${phone.port}`);
  });

  it('passes calls on, one target after the other, and stays in the route (proxy)', async () => {
    const [dead, port] = [await freeUdpPort(), await freeUdpPort()];
    const agent = await callee(port);
    let result: App;
    await app((srf) =>
      srf.invite(async (req: App) => {
        result = await srf.proxyRequest(
          req,
          [`sip:8001@127.0.0.1:${dead};transport=tcp`, `sip:8001@127.0.0.1:${port}`],
          {
            recordRoute: true,
            forking: 'sequential',
          },
        );
      }),
    );
    const call = await caller('caller-on-a-route-expect-ok');
    await agent.exited;
    // Traces are dropped when a scenario has passed.
    const { messages } = agent;
    await Promise.all([call.passed(), agent.passed()]);
    await until('the application hears of it', () => result);
    expect(result).toMatchObject({ connected: true, finalStatus: 200 });
    expect(messages).toMatch(/Record-Route: <sip:[\w-]{16}@127\.0\.0\.1:\d+;lr>/i);
    // The BYE went through the server too: two Vias arrive.
    const bye = messages.slice(messages.indexOf('BYE sip:'));
    expect(bye.match(/^Via: /gm)?.length).toBeGreaterThanOrEqual(2);
  });

  it('passes a call to several targets at once; the first that answers has it (proxy)', async () => {
    const [first, second] = [await freeUdpPort(), await freeUdpPort()];
    const [answers, rings] = [await callee(first), await callee(second, 'agent-ring-expect-cancel')];
    await app((srf) =>
      srf.invite((req: App) =>
        srf.proxyRequest(req, [`sip:8001@127.0.0.1:${first}`, `sip:8001@127.0.0.1:${second}`], {
          forking: 'simultaneous',
          recordRoute: true,
        }),
      ),
    );
    const call = await caller('caller-on-a-route-expect-ok');
    await Promise.all([call.passed(), answers.passed(), rings.passed()]);
  });

  it('shares calls with others of its kind, round robin', async () => {
    const taken = [0, 0];
    for (const index of [0, 1]) {
      await app((srf) =>
        srf.invite(async (req: App, res: App) => {
          taken[index]!++;
          await srf.createUAS(req, res, { localSdp: SDP });
        }),
      );
    }
    await (await caller('caller-hangs-up-expect-ok', { calls: 10, rate: 20 })).passed();
    expect(taken).toEqual([5, 5]);
  });

  it('is gone: its calls are hung up', async () => {
    const srf = await app((each) =>
      each.invite((req: App, res: App) => each.createUAS(req, res, { localSdp: SDP })),
    );
    const call = await caller('caller-call-expect-bye');
    await call.logged('media');
    srf.disconnect();
    apps.length = 0;
    await call.passed();
  });
});
