import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestHa1 } from '../../../src/sip/auth/digest.ts';
import { company, edited, extension } from '../../support/companies.ts';
import { edgeRequest } from '../../support/edge-request.ts';
import { type Attempt, RegistrarFixture } from './registrar-fixture.ts';

const YAML = `
tenants: { a: {}, b: {} }
sip: { domain: pbx.example, listen: [{ host: 192.0.2.1 }] }
extensions: { 8001: { tenant: a } }
`;
/** Each company's 8001 has its own domain and password; 8005 is known to b alone, in the base domain. */
const secret = (user: string, realm: string) => ({
  md5: digestHa1('md5', user, realm, `pw-${realm}`),
  realm,
});
const COMPANIES = [
  company('a'),
  company('b', { domain: 'b.example' }),
  extension({ number: '8001', tenant: 'a', name: 'A1', ha1: secret('8001', 'a.pbx.example') }),
  extension({ number: '8001', tenant: 'b', name: 'B1', ha1: secret('8001', 'b.example') }),
  extension({ number: '8005', tenant: 'b', name: 'B5', ha1: secret('8005', 'pbx.example') }),
];

let fixture: RegistrarFixture;
beforeEach(async () => {
  fixture = new RegistrarFixture();
  await fixture.open({ yaml: YAML });
  fixture.provisioning.replace(COMPANIES);
});
afterEach(() => fixture.close());

/** A phone that names a domain. */
const at = (user: string, domain: string, realm = domain): Attempt => ({
  user,
  password: `pw-${realm}`,
  from: `<sip:${user}@${domain}>`,
  target: `sip:${domain}`,
});

const contact = (port: number) => ({ headers: { Contact: `<sip:8001@10.0.0.7:${port}>` } });

describe('two companies with an extension 8001', () => {
  it('each phone registers in the domain of its company, and is found there only', async () => {
    expect(await fixture.register({ ...at('8001', 'a.pbx.example'), ...contact(1) })).toMatchObject({
      status: 200,
    });
    expect(await fixture.register({ ...at('8001', 'B.example', 'b.example'), ...contact(2) })).toMatchObject({
      status: 200,
    });
    expect([fixture.uris('8001', 'a'), fixture.uris('8001', 'b')]).toEqual([
      ['sip:8001@10.0.0.7:1'],
      ['sip:8001@10.0.0.7:2'],
    ]);
  });

  it('the challenge names the domain that the phone named', async () => {
    const realmFor = async (domain: string) => {
      const request = edgeRequest({ from: `<sip:8001@${domain}>`, target: `sip:${domain}` });
      const { headers } = await fixture.registrar.handle(request);
      return /realm="([^"]*)"/.exec(String(headers?.['WWW-Authenticate']))?.[1];
    };
    expect([await realmFor('b.example'), await realmFor('192.0.2.1')]).toEqual(['b.example', 'pbx.example']);
  });

  it('the password of one company opens nothing of the other', async () => {
    const password = 'pw-a.pbx.example';
    const wrong = fixture.register({ ...at('8001', 'b.example'), password, ...contact(3) });
    await fixture.clock.advance(5_000);
    expect(await wrong).toMatchObject({ status: 403 });
    expect(fixture.uris('8001', 'b')).toEqual([]);
  });

  it('a phone calls as the extension of its own company', async () => {
    const invite = { ...at('8001', 'b.example'), method: 'INVITE' };
    const who = await fixture.authorised(invite, (fields) => fixture.registrar.identify(edgeRequest(fields)));
    expect(who).toEqual({ tenant: 'b', extension: '8001' });
  });

  it('guesses at the 8001 of one company, from an address that both have, are no matter of the other', async () => {
    const guess = async (domain: string) => {
      const answer = fixture.register({ ...at('8001', domain), password: 'guess' });
      await fixture.clock.advance(5_000);
      return (await answer).status;
    };
    for (let count = 0; count < 12; count++) expect(await guess('b.example')).toBe(403);
    expect(await fixture.register(at('8001', 'a.pbx.example'))).toMatchObject({ status: 200 });
    // Nor does the right password of the one let the other's be guessed on.
    const right = fixture.register(at('8001', 'b.example'));
    await fixture.clock.advance(5_000);
    expect(await right).toMatchObject({ status: 403 });
  });

  it.each(['a.pbx.example', 'pbx.example'])(
    'nobody gets the phones of %s by calling his own so',
    async (domain) => {
      fixture.provisioning.replace(
        edited(fixture.provisioning.snapshot, {
          tenant: (one) => (one.id === 'b' ? { domain } : one),
        }),
      );
      expect(await fixture.register({ ...at('8001', 'a.pbx.example'), ...contact(1) })).toMatchObject({
        status: 200,
      });
      expect(await fixture.register(at('8005', 'pbx.example'))).toMatchObject({ status: 200 });
      expect([fixture.uris('8001', 'a'), fixture.uris('8001', 'b')]).toEqual([['sip:8001@10.0.0.7:1'], []]);
    },
  );

  it('in the base domain only an extension that one company has is known by its number', async () => {
    expect(await fixture.register(at('8005', 'pbx.example'))).toMatchObject({ status: 200 });
    const unclear = fixture.register({ ...at('8001', 'pbx.example') });
    await fixture.clock.advance(5_000);
    expect(await unclear).toMatchObject({ status: 403 });
  });
});

describe('extensions that change while phones are registered', () => {
  it('one that is removed loses its phones, that of the other company stays', async () => {
    await fixture.register({ ...at('8001', 'a.pbx.example'), ...contact(1) });
    await fixture.register({ ...at('8001', 'b.example'), ...contact(2) });
    fixture.provisioning.replace(
      edited(fixture.provisioning.snapshot, {
        extension: (one) => (one.tenant === 'a' ? undefined : one),
      }),
    );
    expect([fixture.uris('8001', 'a'), fixture.uris('8001', 'b')]).toEqual([[], ['sip:8001@10.0.0.7:2']]);
    expect(fixture.registrar.routes('a', '8001')).toEqual([]);
    const gone = fixture.register({ ...at('8001', 'a.pbx.example'), ...contact(1) });
    await fixture.clock.advance(5_000);
    expect(await gone).toMatchObject({ status: 403 });
  });

  it('one that is added gets an account that holds in each domain that it may name', async () => {
    const more = extension({ number: '8009', tenant: 'a', name: 'A9' });
    fixture.provisioning.replace([...fixture.provisioning.snapshot, more]);
    await fixture.clock.settle();
    const stored = (await fixture.store.accounts.all()).filter(({ username }) => username.startsWith('8009'));
    expect(stored.map(({ tenantId, username, realm }) => [tenantId, username, realm]).sort()).toEqual([
      ['a', '8009', 'a.pbx.example'],
      ['a', '8009', 'pbx.example'],
      ['a', '8009@a', 'pbx.example'],
    ]);
  });
});
