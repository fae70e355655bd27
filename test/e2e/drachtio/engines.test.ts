/** Issue 5: the whole PBX on each SIP engine: phones and trunks that register, trunks that are probed, servers that come. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBeside } from '../../support/describe-beside.ts';
import { type ConfigDocument, type Pbx, TOKEN } from '../../support/pbx.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../../support/sip-engines.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { UdpPhone } from '../../support/udp-phone.ts';
import { until } from '../../support/until.ts';

const ha1 = (user: string) => createHash('md5').update(`${user}:pbx400.local:pw-${user}`).digest('hex');

for (const engine of enginesFor(undefined)) {
  describeBeside(engine.missing, titleOn('the PBX', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    let carrier: UdpParty;
    const open: { close(): unknown }[] = [];

    beforeAll(async () => {
      server = await engine.start?.();
      if (server) open.push(server);
      carrier = await UdpParty.open();
      open.push(carrier);
      pbx = await startPbxOn(server, configure);
      open.push({ close: () => pbx.cleanUp() });
    }, START_MS);
    afterAll(async () => {
      for (const one of open.splice(0).reverse()) await one.close();
    });

    function configure(config: ConfigDocument): void {
      for (const [user, extension] of Object.entries<ConfigDocument>(config.extensions)) {
        extension.ha1 = { md5: ha1(user) };
      }
      Object.assign(config.trunks.carrier, {
        uri: `sip:127.0.0.1:${carrier.port}`,
        probe: '1s',
        probeFailures: 1,
        probeSuccesses: 1,
        register: { username: 'pbx', password: 'secret-of-the-carrier', expires: '5m' },
      });
    }

    async function newPhone(): Promise<UdpPhone> {
      const phone = await UdpPhone.open(pbx.sip);
      open.push(phone);
      return phone;
    }

    async function metric(name: string): Promise<number> {
      const response = await fetch(`${pbx.http}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
      const lines = (await response.text()).split('\n');
      const line = lines.find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
      return Number(line?.split(' ').at(-1));
    }

    it('a trunk is registered with digest and probed with OPTIONS', async () => {
      const port = Number(pbx.sip.split(':')[1]);
      const first = await carrier.request('REGISTER');
      const challenge = 'Digest realm="carrier", nonce="n1", qop="auth", algorithm=MD5';
      carrier.answer(first, 401, port, [`WWW-Authenticate: ${challenge}`]);
      const second = await until('credentials', () =>
        carrier.requests('REGISTER').find((each) => each.get('Authorization')),
      );
      expect(second.get('Authorization')).toMatch(/username="pbx".*nonce="n1"/);
      expect([second.callId, second.cseq.number > first.cseq.number]).toEqual([first.callId, true]);
      carrier.answer(second, 200, port, ['Expires: 300']);
      await until('it is up', async () => {
        const probe = carrier.requests('OPTIONS').at(-1);
        if (probe) carrier.answer(probe, 200, port);
        return (await metric('pbx400_trunk_up')) === 1;
      });
      // The next probes stay without an answer.
      await until('it is down', async () => (await metric('pbx400_trunk_up')) === 0, { limitMs: 60_000 });
      expect(pbx.output).not.toContain('secret-of-the-carrier');
    });

    it('phones register with digest, and call; a wrong password is refused', async () => {
      const phone = await newPhone();
      const registered = await phone.register({ user: '8001', password: 'pw-8001' });
      expect(registered.status).toBe(200);
      expect(registered.header('Contact')).toMatch(new RegExp(`^<sip:8001@${phone.address}>;expires=\\d+$`));
      expect((await phone.register({ user: '8001', password: 'guess' })).status).toBe(403);
      const call = { user: '8001', password: 'pw-8001', called: '999' };
      // A busy machine says 503 first.
      await until('the refusal', async () => (await phone.call({ ...call, from: '8002' })).status === 403);
      // The trunk is down: it is the call that fails, not the caller.
      expect([401, 403]).not.toContain((await phone.call({ ...call, from: '8001' })).status);
      expect(await metric('pbx400_registered_contacts')).toBe(1);
    });

    // Nothing is lost with SIP in the PBX's own process.
    if (!engine.start) return;

    it('its server dies and comes back: said in the metrics', async () => {
      expect(await metric('pbx400_sip_server_connections_total')).toBe(1);
      await server!.stop();
      await until('the loss', async () => (await metric('pbx400_sip_server_losses_total')) === 1);
      await server!.run();
      const isBack = async () => (await metric('pbx400_sip_server_connections_total')) === 2;
      await until('it is back', isBack, { limitMs: 30_000 });
      const phone = await newPhone();
      expect((await phone.register({ user: '8001', password: 'pw-8001' })).status).toBe(200);
    });
  });
}
