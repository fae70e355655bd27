/** Browser phones: what they are given registers over a real socket, and ends with the session. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Browser, GOOD_PASSWORD, personOn } from '../support/browser.ts';
import { Pbx } from '../support/pbx.ts';
import { UdpPhone } from '../support/udp-phone.ts';
import { until } from '../support/until.ts';

let pbx: Pbx;
let li: Browser;

beforeAll(async () => {
  pbx = await Pbx.start({ configure: ({ http }) => Object.assign(http, { sip: true }) });
  const fields = { login: 'li', roles: ['agent'], agent: '8001' };
  li = await personOn(pbx.http, 'demo', fields);
});
afterAll(() => pbx?.cleanUp());

/** Has the page given what its phone needs, and registers with it. */
async function phoneOf(browser: Browser, host: string) {
  const { status, body: given } = await browser.ask('POST /api/v1/me/phone-credentials');
  expect(status).toBe(201);
  const phone = await UdpPhone.open(pbx.sip, host, given.domain);
  const register = (more = {}) =>
    phone.register({ user: given.extension, username: given.username, password: given.password, ...more });
  return { given, phone, register };
}

it('register the extension of their agent until the session is revoked, with no password of it', async () => {
  const { given, phone, register } = await phoneOf(li, '127.0.0.41');
  expect(given).toMatchObject({ extension: '8001', webSocket: '/sip' });
  expect((await register()).status).toBe(200);
  expect((await register({ to: '8002' })).status).toBe(403);
  const call = { user: given.username, password: given.password, called: '999' };
  expect((await phone.call({ ...call, from: '8002' })).status).toBe(403);
  expect([401, 403]).not.toContain((await phone.call({ ...call, from: '8001' })).status);
  const renewed = await li.ask(`POST /api/v1/me/phone-credentials/${given.id}/renew`);
  expect(renewed.status).toBe(200);
  expect(renewed.body.endsAt >= given.endsAt).toBe(true);

  const second = new Browser(pbx.http);
  await second.signIn({ tenant: 'demo', login: 'li', password: GOOD_PASSWORD });
  const other = await phoneOf(second, '127.0.0.42');
  expect((await other.register()).header('Contact')).toContain(other.phone.address);
  const sessions = await second.ask('GET /api/v1/me/sessions');
  const [first] = sessions.body.items.filter(({ isThis }: { readonly isThis: boolean }) => !isThis);
  expect((await second.ask(`DELETE /api/v1/me/sessions/${first.id}`)).status).toBe(204);
  const contacts = await until('the phone of the revoked session is gone', async () => {
    const { status, headers } = await other
      .register({ contact: '' })
      .then((answer) => ({ status: answer.status, headers: answer.headers('Contact').join() }));
    return status === 200 && !headers.includes(phone.address) && headers;
  });
  expect(contacts).toContain(other.phone.address);
  expect((await register()).status).toBe(403);
  for (const each of [phone, other.phone]) each.close();
});
