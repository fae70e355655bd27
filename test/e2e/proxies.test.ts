/** The PBX behind nginx and Caddy, with the examples of scripts/deploy/proxy: pages, API, event stream, and an agent who talks in the browser. */
import { once } from 'node:events';
import { get, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { baresipMissing } from '../support/baresip.ts';
import { AS_OPERATOR, ask, GOOD_PASSWORD, personOn } from '../support/browser.ts';
import { browserMissing } from '../support/console-browser.ts';
import { PhoneHouse } from '../support/phone-house.ts';
import { PhonePage, startTalkingBrowser } from '../support/phone-page.ts';
import { PROXIES, PROXY_HOST, proxyMissing, ReverseProxy } from '../support/proxies.ts';
import { START_MS } from '../support/sip-engines.ts';

/** Who asks, as the proxy sees him. */
const OWN = '127.0.0.77';

const none = browserMissing ?? baresipMissing;
/** Of each proxy its own: the phone of a page that is gone is known for a while. */
async function openHouse(): Promise<PhoneHouse> {
  const house = await PhoneHouse.open({
    machine: (config) => {
      config.http.proxies = ['127.0.0.1'];
    },
    company: (document) => {
      Object.assign(document.queues.sales, { agents: [8001], noAgents: 'join', ring: '60s' });
    },
  });
  await personOn(house.pbx.http, 'a', { login: 'li', roles: ['agent'], agent: '8001' });
  return house;
}

for (const kind of PROXIES) {
  const missing = proxyMissing(kind) ?? none;
  describe.skipIf(missing !== undefined)(
    `behind ${kind.name}${missing ? `: skipped, ${missing}` : ''}`,
    () => {
      let house: PhoneHouse;
      let proxy: ReverseProxy;

      beforeAll(async () => {
        house = await openHouse();
        proxy = await ReverseProxy.start(kind, Number(new URL(house.pbx.http).port));
      }, START_MS);
      afterAll(async () => {
        await proxy?.close();
        await house?.close();
      });

      const reached = () => ({ ca: proxy.ca, servername: PROXY_HOST, localAddress: OWN });
      const asked = async (path: string, more: RequestOptions = {}) => {
        const host = `${PROXY_HOST}:${proxy.httpsPort}`;
        const headers = { host, ...more.headers };
        const where = { ...reached(), host: '127.0.0.1', port: proxy.httpsPort, path };
        const [response] = await once(get({ ...where, ...more, headers }), 'response');
        return { status: response.statusCode, headers: response.headers, body: await text(response) };
      };
      const open = (path: string, headers: Record<string, string>, protocols: string[] = []) =>
        new WebSocket(`${proxy.origin.replace('https', 'wss')}${path}`, protocols, {
          ...{ ...reached(), headers },
          lookup: (_host, _options, done) => void done(null, '127.0.0.1', 4),
        });

      it('gives pages, and the API, which knows that they are secure and who asks', async () => {
        const page = await asked('/calls');
        expect(page.status).toBe(200);
        expect(page.headers['content-security-policy']).toContain("default-src 'none'");
        const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page.body) ?? [];
        expect((await asked(script)).status).toBe(200);
        const health = JSON.parse((await asked('/api/v1/health')).body);
        expect(health.pages).toEqual({ secure: true, why: null });
        const away = await fetch(`http://127.0.0.1:${proxy.httpPort}/calls?q=1`, {
          redirect: 'manual',
          headers: { host: PROXY_HOST },
        });
        expect(away.status).toBe(308);
        expect(away.headers.get('location')).toMatch(/^https:\/\/[^/]+\/calls\?q=1$/);
      });

      it('hands on each event when it happens, to pages of its own host only', async () => {
        const socket = open('/api/v1/stream', { ...AS_OPERATOR, origin: proxy.origin });
        const told: { type: string; event?: { type: string; data: { state?: string } } }[] = [];
        socket.on('message', (data) => told.push(JSON.parse(String(data))));
        await once(socket, 'open');
        socket.send(JSON.stringify({ type: 'hello', tenant: 'a', topics: ['agents/8001'] }));
        await expect.poll(() => told.at(0)?.type, { timeout: 10_000 }).toBe('ready');
        const polled = asked('/api/v1/events?after=0&waitMs=20000&topics=agents/8001&limit=1', {
          headers: { ...AS_OPERATOR, 'pbx-tenant': 'a' },
        });
        for (const state of ['meeting', 'busy']) {
          const headers = { ...AS_OPERATOR, 'pbx-tenant': 'a' };
          const set = await ask(house.pbx.http, 'POST /api/v1/agents/8001/state', {
            headers,
            body: { state },
          });
          expect(set.status).toBe(200);
        }
        await expect
          .poll(() => told.map(({ event }) => event?.data.state), { timeout: 10_000 })
          .toContain('busy');
        expect((await polled).status).toBe(200);
        socket.terminate();
        const stranger = open('/sip', { origin: 'https://evil.example.com' }, ['sip']);
        const [error] = await once(stranger, 'error');
        expect(String(error)).toContain('403');
      });

      it('lets an agent talk in the browser: both hear the other, and the cookie is for HTTPS alone', async () => {
        const browser = await startTalkingBrowser('bob', {
          more: ['--ignore-certificate-errors', `--host-resolver-rules=MAP ${PROXY_HOST} 127.0.0.1`],
        });
        try {
          const li = await PhonePage.open(browser.chromium, proxy.origin, undefined, {
            show: () => house.pbx.output.slice(-3000),
          });
          const { page } = li;
          await page.getByLabel('用户名').fill('li');
          await page.getByLabel('密码').fill(GOOD_PASSWORD);
          await page.getByLabel('企业').fill('a');
          await page.getByRole('button', { name: '登录' }).click();
          // He was set busy: ready, he has no phone that can be rung, and is offered the one in the page.
          await li.bar.locator('.pb-state-button').click();
          await page.getByRole('menuitem', { name: '就绪' }).click();
          await li.button('启用网页话机').click();
          await li.isIn('就绪');
          const [cookie] = await page.context().cookies(proxy.origin);
          expect(cookie).toMatchObject({ secure: true, httpOnly: true });
          const alice = await house.outside('a', '13800138001');
          const calling = await house.calls(alice);
          await li.button('接听').click();
          await Promise.all([li.hears('alice'), alice.hears('bob')]);
          await calling.hangUp();
          await li.isIn('就绪');
          expect(li.faults).toEqual([]);
        } finally {
          await browser.close();
        }
      });
    },
  );
}
