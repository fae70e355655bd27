/** Issue 10, section 2: two companies with equal numbers on one PBX, with real phones; on every SIP engine. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Cdr } from '../../src/cdr/cdr.ts';
import { Baresip, baresipMissing } from '../support/baresip.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { toneMs } from '../support/hearing.ts';
import { type ConfigDocument, type Pbx, withoutCompany } from '../support/pbx.ts';
import { enginesFor, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { UdpPhone } from '../support/udp-phone.ts';
import { until } from '../support/until.ts';

type Tenant = 'a' | 'b';

const BASE = 'pbx400.local';
/** `a` has set its domain, `b` has the default. */
const DOMAINS = { a: 'a.example', b: `b.${BASE}` } as const;
const OTHER = { a: 'b', b: 'a' } as const;
/** Each has 8001 and 8002; 8003 is of `b` alone. */
const COMPANIES = [
  { tenant: 'a', tenants: { a: { domain: DOMAINS.a } }, extensions: { 8001: {}, 8002: {} } },
  { tenant: 'b', tenants: { b: {} }, extensions: { 8001: {}, 8002: {}, 8003: {} } },
];
/** What a phone has as its domain that was given the server's address. */
const SERVER = '127.0.0.1';
const CALLER_HZ = 620;
const CALLED_HZ = 1300;
const RINGS = /answering call|Call established/;

for (const engine of enginesFor(baresipMissing)) {
  describeBeside(engine.missing, titleOn('two companies with equal extensions', engine), () => {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-companies-'));
    let server: SipServer | undefined;
    let pbx: Pbx;
    let passwords: Record<string, string>;
    const open: { close(): unknown }[] = [];

    beforeAll(async () => {
      server = await engine.start?.();
      const seed = join(folder, 'companies.yaml');
      writeFileSync(seed, COMPANIES.map((document) => stringify(document)).join('---\n'));
      pbx = await startPbxOn(server, (config: ConfigDocument) => {
        withoutCompany(config);
        Object.assign(config, { seed, dialplans: folder });
      });
      passwords = passwordsOf(pbx);
    }, START_MS);
    afterEach(async () => {
      for (const phone of open.splice(0)) await phone.close();
    });
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** That of an extension which one company alone has is told with the base domain. */
    const passwordOf = (tenant: Tenant, number: string) =>
      passwords[`${number}@${DOMAINS[tenant]}`] ?? passwords[`${number}@${BASE}`]!;

    interface Phone {
      readonly domain?: string;
      readonly dial?: string;
    }
    /** A phone set up with what `initial-passwords.txt` says. */
    function phoneOf(
      tenant: Tenant,
      number: string,
      { domain = DOMAINS[tenant], dial }: Phone = {},
    ): Baresip {
      const password = passwordOf(tenant, number);
      const toneHz = dial === undefined ? CALLED_HZ : CALLER_HZ;
      const phone = new Baresip({ pbx: pbx.sip, domain, number, password, toneHz, ...(dial && { dial }) });
      open.push(phone);
      return phone;
    }
    async function registered(...phones: readonly Baresip[]): Promise<void> {
      for (const phone of phones) await phone.says(/200 OK/);
    }
    async function udpPhone(host: string, domain: string): Promise<UdpPhone> {
      const phone = await UdpPhone.open(pbx.sip, host, domain);
      open.push(phone);
      return phone;
    }
    const records = () => pbx.records('limit=100');
    /** The records that there are more than `before`, when there is one. */
    const newRecords = (before: readonly Cdr[]) =>
      until('a record', async () => {
        const now = await records();
        return now.length > before.length && now.slice(0, now.length - before.length);
      });

    it.each([
      ['a', 'a'],
      ['b', 'b'],
      ['a', 'b'],
    ] as const)(
      '8002 of %s, when it dials 8001 in the domain of %s, rings its own',
      async (tenant, named) => {
        const own = phoneOf(tenant, '8001');
        const others = [phoneOf(OTHER[tenant], '8001'), phoneOf(OTHER[tenant], '8002')];
        await registered(own, phoneOf(tenant, '8002'), ...others);
        const before = await records();
        const caller = phoneOf(tenant, '8002', { dial: `sip:8001@${DOMAINS[named]}` });
        await own.says(/Call established/);
        await caller.says(/Call established/);
        await new Promise((done) => setTimeout(done, 2_000));
        await caller.close();
        await own.says(/session closed/);
        expect(toneMs(await own.heard(), CALLER_HZ)).toBeGreaterThan(500);
        const [record, ...more] = await newRecords(before);
        expect(more).toEqual([]);
        expect(record).toMatchObject({
          tenantId: tenant,
          direction: 'internal',
          origin: { extension: '8002' },
          caller: '8002',
          called: '8001',
          targets: [{ target: '8001', outcome: 'answered' }],
        });
        for (const phone of others) expect(phone.output).not.toMatch(RINGS);
      },
    );

    it('the password of one company registers nothing in the domain of the other', async () => {
      for (const tenant of ['a', 'b'] as const) {
        const phone = await udpPhone('127.0.0.41', DOMAINS[tenant]);
        const stolen = passwordOf(OTHER[tenant], '8001');
        expect((await phone.register({ user: '8001', password: stolen })).status).toBe(403);
        const password = passwordOf(tenant, '8001');
        const query = await phone.register({ user: '8001', password, contact: '' });
        expect(query.status).toBe(200);
        expect(query.headers('Contact').join()).not.toContain(phone.address);
      }
    });

    it("a phone whose domain is the server's address is that of the only company with its extension", async () => {
      const phone = phoneOf('b', '8003', { domain: SERVER });
      await registered(phone);
      const caller = phoneOf('b', '8002', { dial: `sip:8003@${DOMAINS.b}` });
      await phone.says(/Call established/);
      await caller.close();
      await phone.says(/session closed/);
    });

    it.each([SERVER, BASE])(
      'a phone whose domain is %s is refused where both companies have its extension, and the log says what to set',
      async (domain) => {
        const phone = await udpPhone(`127.0.0.${domain === BASE ? 42 : 43}`, domain);
        const password = passwordOf('a', '8001');
        expect((await phone.register({ user: '8001', password })).status).toBe(403);
        const [source] = phone.address.split(':');
        const line = await until('a log line', () => pbx.log.find((each) => each['source'] === source));
        expect(line).toMatchObject({
          user: '8001',
          realm: BASE,
          set: [DOMAINS.a, DOMAINS.b],
          msg: 'several companies have this extension: set the domain of its company in the phone',
        });
        // What the line says helps, and so does the name of the company.
        const told = await udpPhone(phone.address.split(':')[0]!, DOMAINS.a);
        expect((await told.register({ user: '8001', password })).status).toBe(200);
        expect((await phone.register({ user: '8001', username: '8001@a', password })).status).toBe(200);
      },
    );

    it('a phone that gives itself out for one of the other company makes no call of that', async () => {
      const rung = phoneOf('b', '8003');
      await registered(rung);
      const password = passwordOf('a', '8001');
      const before = await records();
      const other = await udpPhone('127.0.0.44', DOMAINS.b);
      for (const [user, from] of [
        ['8001', '8001'],
        ['8001', '8002'],
        ['8002', '8002'],
      ] as const) {
        expect((await other.call({ user, password, from, called: '8003' })).status).toBe(403);
      }
      expect(await records()).toEqual(before);

      const phone = await udpPhone('127.0.0.44', DOMAINS.a);
      expect((await phone.register({ user: '8001', password })).status).toBe(200);
      const asserted = ['P-Asserted-Identity', 'P-Preferred-Identity', 'Remote-Party-ID'];
      const more = asserted.map((name) => `${name}: <sip:8002@${DOMAINS.b}>`);
      const call = { user: '8001', password, from: '8001', called: '8003', more };
      expect((await phone.call(call)).status).toBeGreaterThanOrEqual(400);
      expect(await newRecords(before)).toMatchObject([
        {
          tenantId: 'a',
          caller: '8001',
          origin: { extension: '8001' },
          sent: { identity: null },
          answeredAt: null,
        },
      ]);
      expect(rung.output).not.toMatch(RINGS);
    });
  });
}

/** By `number@domain`: what the operator reads to set up phones. */
function passwordsOf(pbx: Pbx): Record<string, string> {
  const lines = readFileSync(join(pbx.dataDir, 'initial-passwords.txt'), 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [number, password, domain] = line.split('\t');
      return [`${number}@${domain}`, password!];
    }),
  );
}
