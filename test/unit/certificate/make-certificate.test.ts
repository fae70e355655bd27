import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certify, type KeyedCertificate, makeAuthority } from '../../../src/certificate/authority.ts';
import {
  type MakeOptions,
  makeCertificate,
  takeCertificate,
} from '../../../src/certificate/make-certificate.ts';
import { namesOf, rangesOf } from '../../../src/certificate/names.ts';

const DAY_MS = 86_400_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-certificate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = () => ({ folder: join(folder, 'tls'), cert: 'server.crt', key: 'server.key' });
const read = (name: string) => readFileSync(join(folder, 'tls', name), 'utf8');
const make = (hosts: readonly string[], more: Partial<MakeOptions> = {}) =>
  makeCertificate(files(), {
    hosts,
    within: [],
    company: 'Demo 公司',
    authority: join(folder, 'tls'),
    anew: false,
    kind: undefined,
    now: Date.now(),
    ...more,
  });

/** Whether who trusts `ca` and connects to `host` takes what the server shows: undefined, or why not. */
function refusal(server: KeyedCertificate, ca: string, host: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const listener = createServer({ cert: server.cert, key: server.key }, (socket) => {
      socket.on('error', () => {});
    });
    const end = (why: string | undefined) => listener.close(() => resolve(why));
    listener.on('tlsClientError', () => {});
    listener.on('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as { port: number };
      const socket = connect({ host: '127.0.0.1', port, ca, servername: host.includes(':') ? '' : host });
      socket.on('secureConnect', () => {
        socket.destroy();
        end(undefined);
      });
      socket.on('error', (error) => end(error.message));
    });
  });
}

const served = () => ({ cert: read('server.crt'), key: read('server.key') });

describe('makeCertificate', () => {
  it('makes an authority and what it signs, which who trusts it takes under each name', async () => {
    const made = await make(['PBX.example.com', '坐席.example.com', '192.0.2.10', '[2001:DB8::1]']);
    expect(made.names).toEqual({
      dns: ['pbx.example.com', 'xn--8esq3n.example.com', 'localhost'],
      ip: ['192.0.2.10', '2001:db8::1', '127.0.0.1', '::1'],
    });
    expect(made.authority?.isNew).toBe(true);
    const ca = new X509Certificate(read('ca.crt'));
    expect(ca.fingerprint256).toBe(made.authority?.fingerprint);
    expect(ca.subject).toContain('Demo 公司');
    const server = new X509Certificate(read('server.crt'));
    expect(server.verify(ca.publicKey)).toBe(true);
    expect(server.ca).toBe(false);
    for (const host of ['pbx.example.com', 'xn--8esq3n.example.com', 'localhost'])
      expect(await refusal(served(), read('ca.crt'), host)).toBeUndefined();
    for (const address of made.names.ip) expect(server.checkIP(address)).toBe(address);
    expect(await refusal(served(), read('ca.crt'), 'other.example.com')).toMatch(/altnames/);
  });

  it('lasts for no longer than browsers take, and keys are for their owner only', async () => {
    await make(['pbx.example.com']);
    const server = new X509Certificate(read('server.crt'));
    const lastsMs = server.validToDate.getTime() - server.validFromDate.getTime();
    expect(lastsMs).toBeLessThan(398 * DAY_MS);
    expect(lastsMs).toBeGreaterThan(390 * DAY_MS);
    for (const name of ['server.key', 'ca.key'])
      expect(statSync(join(folder, 'tls', name)).mode & 0o777).toBe(0o600);
  });

  it('binds the authority to the names: nobody takes what it signs for others', async () => {
    await make(['pbx.example.com', '192.0.2.10'], { within: ['10.0.0.0/8'] });
    const authority = { cert: read('ca.crt'), key: read('ca.key') };
    const forged = await certify(authority, namesOf(['bank.example.com']), 'ec', Date.now());
    expect(await refusal(forged, authority.cert, 'bank.example.com')).toMatch(/permitted subtree violation/);
    const below = await certify(authority, namesOf(['test.pbx.example.com', '10.1.2.3']), 'ec', Date.now());
    expect(await refusal(below, authority.cert, 'test.pbx.example.com')).toBeUndefined();
    const outside = await certify(authority, namesOf(['pbx.example.com', '11.1.2.3']), 'ec', Date.now());
    expect(await refusal(outside, authority.cert, 'pbx.example.com')).toMatch(/permitted subtree violation/);
  });

  it('renews for the same names with the same authority and the same kind of key', async () => {
    await make(['pbx.example.com'], { kind: 'rsa' });
    const [ca, old] = [read('ca.crt'), read('server.crt')];
    const renewed = await make([]);
    expect(renewed.authority?.isNew).toBe(false);
    expect(renewed.names.dns).toEqual(['pbx.example.com', 'localhost']);
    expect(read('ca.crt')).toBe(ca);
    expect(read('server.crt')).not.toBe(old);
    expect(new X509Certificate(read('server.crt')).publicKey.asymmetricKeyType).toBe('rsa');
    expect(await refusal(served(), ca, 'pbx.example.com')).toBeUndefined();
  });

  it('says what to do when the authority cannot certify, and leaves what is there', async () => {
    await make(['pbx.example.com']);
    const before = read('server.crt');
    await expect(make(['other.example.org'])).rejects.toThrow(
      /bound to other names than other.example.org: --new-ca/,
    );
    await expect(make([], { within: ['example.org'] })).rejects.toThrow(/--within is for a new authority/);
    await expect(make([], { now: Date.now() + 4000 * DAY_MS })).rejects.toThrow(/the authority ended on/);
    renameSync(join(folder, 'tls/ca.key'), join(folder, 'ca.key'));
    await expect(make([])).rejects.toThrow(/ca.key of the authority is not in .*--ca names the folder/);
    expect(read('server.crt')).toBe(before);
    await expect(make(['pbx.example.com'], { anew: true })).resolves.toMatchObject({
      authority: { isNew: true },
    });
  });

  it('takes an authority that is kept elsewhere', async () => {
    const medium = join(folder, 'usb');
    await make(['pbx.example.com'], { authority: medium });
    expect(() => statSync(join(folder, 'tls/ca.key'))).toThrow(/ENOENT/);
    const renewed = await make([], { authority: medium });
    expect(renewed.authority).toMatchObject({ isNew: false, keyFile: join(medium, 'ca.key') });
    expect(
      await refusal(served(), readFileSync(join(medium, 'ca.crt'), 'utf8'), 'pbx.example.com'),
    ).toBeUndefined();
  });

  it.each(['', 'a b', 'http://pbx', 'pbx:8400', '-x', '1.2.3', '*', 'a..b'])(
    'refuses the host %j',
    async (host) => {
      await expect(make([host])).rejects.toThrow(/is not a host/);
    },
  );

  it('wants a host the first time', async () => {
    await expect(make([])).rejects.toThrow(/no host/);
  });
});

describe('takeCertificate', () => {
  const names = namesOf(['pbx.example.com']);
  const pair = async (now = Date.now()) =>
    certify(await makeAuthority('Other', rangesOf(names), 'ec', now), names, 'ec', now);

  it('takes what somebody else has signed, with its chain', async () => {
    const authority = await makeAuthority('Other', rangesOf(names), 'rsa', Date.now());
    const signed = await certify(authority, names, 'rsa', Date.now());
    const chain = signed.cert + authority.cert;
    expect(takeCertificate(files(), { ...signed, cert: chain }, Date.now())).toEqual({
      names,
      endsAt: new X509Certificate(signed.cert).validToDate.getTime(),
    });
    expect(read('server.crt')).toBe(chain);
    expect(statSync(join(folder, 'tls/server.key')).mode & 0o777).toBe(0o600);
  });

  it('refuses what browsers would', async () => {
    const now = Date.now();
    const [one, other] = [await pair(), await pair()];
    const take =
      (given: KeyedCertificate, at = now) =>
      () =>
        takeCertificate(files(), given, at);
    expect(take({ cert: one.cert, key: other.key })).toThrow(/the key belongs to another one/);
    expect(take({ cert: 'nothing', key: one.key })).toThrow(/no certificate in PEM/);
    expect(take({ cert: one.cert, key: 'nothing' })).toThrow(/the key cannot be read/);
    expect(take(one, now + 400 * DAY_MS)).toThrow(/it ended on/);
    expect(take(one, now - DAY_MS)).toThrow(/it begins on/);
    const { cert } = await makeAuthority('Other', rangesOf(names), 'ec', now);
    expect(take({ cert, key: one.key })).toThrow(/names no host/);
    expect(() => read('server.crt')).toThrow(/ENOENT/);
  });
});
