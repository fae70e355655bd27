/**
 * Issue 10: entities of every kind are added, changed and removed by `pbx400 apply` while 50 calls a second go through: no
 * call fails, and the next call meets the new state. A kind that `live` does not have fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Holidays } from '../../src/calendar/holidays.ts';
import { loadAreaTable } from '../../src/numbering/area-source.ts';
import { importSegments } from '../../src/numbering/segments.ts';
import { keepHolidays, keepSegments } from '../../src/open-tables.ts';
import type { PlannedChange } from '../../src/provisioning/change.ts';
import { CONTROL_SOCKET } from '../../src/provisioning/control/protocol.ts';
import { KIND_NAMES, type KindName } from '../../src/provisioning/kinds.ts';
import { SippRun } from '../bench/signalling/sipp-run.ts';
import { applyTo } from '../support/apply.ts';
import { freeUdpPort } from '../support/free-port.ts';
import { LINE_HOST, liveCompany } from '../support/live-company.ts';
import { dial, phones, placeCall, waitForCall } from '../support/party.ts';
import { type ConfigDocument, Pbx, TRUNK_HOST, withoutCompany } from '../support/pbx.ts';
import { runInRealTime } from '../support/real-time.ts';
import { sippMissing } from '../support/sipp.ts';
import { UdpPhone } from '../support/udp-phone.ts';
import { until } from '../support/until.ts';

/** Where a second trunk is, and where it moves to. */
const [SECOND_HOST, MOVED_HOST] = ['127.0.0.20', '127.0.0.21'];
/** Load: each call talks for a second. */
const CALLS_PER_SECOND = 50;
const TALK_MS = 1000;
const [BUSY, QUEUE, MESSAGE, HOURS, NOBODYS] = [
  '4001234567',
  '4001234568',
  '4001234569',
  '4001234570',
  '4001234560',
];
/** A hotline that is data, and its other number. */
const [STORED, ALIAS] = ['4001234571', '4001234572'];
/** Kinds that show in calls of the same hotline, or of the same phones. */
const MEETING: { readonly [Kind in KindName]?: string } = {
  extension: QUEUE,
  agent: QUEUE,
  queue: QUEUE,
  survey: QUEUE,
  mailbox: MESSAGE,
  prompt: MESSAGE,
  hotline: STORED,
  secret: STORED,
  announcement: STORED,
  segments: STORED,
  calendar: HOURS,
  holidays: HOURS,
  group: QUEUE,
  conference: STORED,
  skill: QUEUE,
  department: 'export',
  breakReason: 'export',
  disposition: 'export',
  script: 'export',
  wallboard: 'export',
  contact: 'export',
};
/** Takes documents in place of those of before. */
type Change = (sections: ConfigDocument, ...others: readonly ConfigDocument[]) => Promise<void>;
const NODE = resolve('node_modules/.bin/node');

describe.skipIf(sippMissing)('companies change while calls run', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-live-'));
  let lines: Awaited<ReturnType<typeof phones<'8001' | '8002' | '8003'>>>;
  let company: ConfigDocument;
  let pbx: Pbx;
  let line: SippRun;
  let load: SippRun;
  let beganMs: number;
  let files = 0;
  /** The change that was asked for last. */
  let changed: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    lines = await phones('8001', '8002', '8003');
    const linePort = await freeUdpPort();
    company = liveCompany(`sip:${LINE_HOST}:${linePort}`, lines.contacts['8001']);
    const seed = write(company);
    pbx = await Pbx.start({
      configure: (config) => {
        withoutCompany(config);
        config.dialplans = resolve('test/e2e/live-dialplans');
        config.seed = seed;
        config.http = { ...config.http, outbound: { allow: ['127.0.0.1'] } };
        config.sip = { ...config.sip, unknownSource: 'forbidden' };
      },
    });
    line = new SippRun('line', ['-i', LINE_HOST, '-p', `${linePort}`, '-key', 'contact_port', `${linePort}`]);
    const rate = ['-r', `${CALLS_PER_SECOND}`, '-d', `${TALK_MS}`, '-l', '1000', '-timeout', '240'];
    load = new SippRun('flood', [pbx.sip, '-i', TRUNK_HOST, ...rate]);
    for (const { pid } of [pbx, line, load]) runInRealTime(pid);
    beganMs = performance.now();
  }, 60_000);
  afterAll(async () => {
    load?.kill();
    line?.kill();
    await pbx?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  function write(...documents: readonly ConfigDocument[]): string {
    const file = join(folder, `company-${++files}.yaml`);
    writeFileSync(file, documents.map((document) => stringify(document)).join('---\n'));
    return file;
  }
  const apply = (...args: readonly string[]) => applyTo(pbx, ...args);
  /** Takes sections in place of those that the company has, and takes out what they do not name; one change at a time. */
  function change(sections: ConfigDocument, ...others: readonly ConfigDocument[]): Promise<PlannedChange[]> {
    company = { ...company, ...sections };
    const file = write(company, ...others);
    const planned = changed.then(async () => {
      const { code, out, err } = await apply(file, '--prune', '--json');
      expect([code, err]).toEqual([0, '']);
      return out
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text) as PlannedChange);
    });
    changed = planned.catch(() => {});
    return planned;
  }
  /** A call that the PBX answers with what the scenario expects. */
  async function meets(scenario: string, called = BUSY, host = TRUNK_HOST, caller = '13800138009') {
    const party = await dial(pbx, { caller, called, scenario, host, pauseMs: 300 });
    await party.sipp.passed();
  }
  /** A call through the queue rings that phone, which takes it and hangs up. */
  async function rings(number: '8001' | '8002' | '8003', prompt?: string): Promise<void> {
    const scenario = 'agent-answers-and-hangs-up-expect-ok';
    const agent = await waitForCall({ port: lines.ports[number], number, scenario, pauseMs: 300 });
    const caller = await placeCall(pbx, { caller: '13800138008', called: QUEUE });
    await agent.sipp.passed();
    if (prompt) await caller.voice.hears(prompt);
    await caller.sipp.passed();
  }
  async function isGreeted(prompt: string, called = MESSAGE, pauseMs = 2000): Promise<void> {
    const scenario = 'caller-hangs-up-expect-ok';
    const caller = await placeCall(pbx, { caller: '13800138007', called, scenario, pauseMs });
    await caller.voice.hears(prompt);
    await caller.sipp.passed();
  }
  /** A phone dials 600 and is answered by that one, which hangs up. */
  async function reaches(number: '8001' | '8002' | '8003'): Promise<void> {
    const scenario = 'agent-answers-and-hangs-up-expect-ok';
    const answerer = await waitForCall({ port: lines.ports[number], number, scenario, pauseMs: 300 });
    const phone = await UdpPhone.open(pbx.sip, '127.0.0.31');
    try {
      const who = { user: '8004', password: PASSWORD };
      await phone.register(who);
      const [host, port] = phone.address.split(':');
      const lines = ['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0'];
      const sdp = [...lines, `m=audio ${port} RTP/AVP 8`, ''].join('\r\n');
      expect((await phone.call({ ...who, from: '8004', called: '600', sdp })).status).toBe(200);
      await answerer.sipp.passed();
    } finally {
      phone.close();
    }
  }
  async function registers(domain: string): Promise<number> {
    const phone = await UdpPhone.open(pbx.sip, '127.0.0.30', domain);
    try {
      return (await phone.register({ user: '8001', password: PASSWORD })).status;
    } finally {
      phone.close();
    }
  }

  /** The cookie of somebody who has changed the password that was made for him. */
  async function signsIn(login: string, password: string): Promise<string> {
    const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
      const said = { method: 'POST', body: JSON.stringify(body) };
      const all = { 'content-type': 'application/json', ...headers };
      const response = await fetch(`${pbx.http}/api/v1/${path}`, { ...said, headers: all });
      const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
      return { cookie, ...((await response.json()) as { csrf: string }) };
    };
    const { cookie, csrf } = await post('session', { login, password });
    const change = { old: password, password: `${password}-mine` };
    return (await post('me/password', change, { cookie, 'pbx-csrf': csrf })).cookie;
  }

  /** Words that the company's export has, and one that it does not have. */
  async function exports(there: readonly string[], gone: string): Promise<void> {
    const text = await pbx.cli('export', '--tenant', 'demo');
    for (const word of there) expect(text).toContain(word);
    expect(text).not.toContain(gone);
  }
  /** Of a kind that people meet, and no call: the export shows it. */
  const exported = (section: string, bodyWith: (word: string) => object) => async (change: Change) => {
    const [first, second] = [`${section}-one`, `${section}-two`];
    for (const word of [first, second]) await change({ [section]: { spare: bodyWith(word) } });
    await exports([section, second], first);
    await change({ [section]: {} });
    await exports([], `${section}:`);
  };

  /** By kind: one is added, changed and removed, and each time the next call shows it. */
  const live: { readonly [Kind in KindName]?: (change: Change) => Promise<void> } = {
    async tenant(change) {
      const { tenants } = company;
      const other = (domain: string) => ({ tenant: 'other', extensions: { 8001: phoneIn(domain) } });
      expect(await registers('one.example')).toBe(403);
      for (const domain of ['one.example', 'two.example']) {
        await change({ tenants: { ...tenants, other: { domain } } }, other(domain));
        expect(await registers(domain)).toBe(200);
      }
      expect(await registers('one.example')).toBe(403);
      await change({ tenants }, { tenant: 'other', tenants: {}, extensions: {} });
      expect(await registers('two.example')).toBe(403);
    },
    async trunk(change) {
      const { trunks } = company;
      const isHeard = (host: string) => meets('caller-call-expect-404', NOBODYS, host);
      const isStranger = (host: string) => meets('caller-call-expect-403', NOBODYS, host);
      await isStranger(SECOND_HOST);
      for (const [host, other] of [
        [SECOND_HOST, MOVED_HOST],
        [MOVED_HOST, SECOND_HOST],
      ] as const) {
        await change({ trunks: { ...trunks, second: { addresses: [host], probe: '0s' } } });
        await Promise.all([isHeard(host), isStranger(other)]);
      }
      await change({ trunks });
      await isStranger(MOVED_HOST);
    },
    async extension(change) {
      const { extensions, agents } = company;
      await rings('8001');
      await change({ extensions: { 8001: { contact: lines.contacts['8002'] } } });
      await rings('8002');
      await change({
        extensions: { ...extensions, 8003: { contact: lines.contacts['8003'] } },
        agents: { 8001: { extension: '8003' } },
      });
      await rings('8003');
      await change({ extensions, agents });
      await rings('8001');
    },
    async agent(change) {
      const { extensions, agents, queues } = company;
      const { contacts } = lines;
      await change({
        extensions: {
          ...extensions,
          8002: { contact: contacts['8002'] },
          8003: { contact: contacts['8003'] },
        },
        agents: { ...agents, 8002: {} },
        queues: { sales: { ...queues.sales, agents: [8002] } },
      });
      await rings('8002');
      await change({ agents: { ...agents, 8002: { extension: '8003' } } });
      await rings('8003');
      await change({ extensions, agents, queues });
      await rings('8001');
    },
    async queue(change) {
      const { queues } = company;
      await change({ queues: { sales: { ...queues.sales, maxCallers: 0 }, spare: {} } });
      const caller = await placeCall(pbx, { caller: '13800138006', called: QUEUE });
      await caller.voice.hears('busy-agents');
      await caller.sipp.passed();
      await change({ queues });
      await rings('8001');
    },
    async skill(change) {
      const { extensions, agents, queues } = company;
      const phone = { 8002: { contact: lines.contacts['8002'] } };
      const staffed = { ...queues.sales, agents: [8001, 8002], skills: [{ skill: 'repair' }] };
      await change({
        extensions: { ...extensions, ...phone },
        agents: { ...agents, 8002: { skills: [{ skill: 'repair' }] } },
        queues: { sales: staffed },
        skills: { repair: {} },
      });
      await rings('8002');
      await change({ skills: { repair: { title: '维修' } } });
      await rings('8002');
      await change({ extensions, agents, queues, skills: {} });
      await rings('8001');
    },
    async group(change) {
      const { extensions } = company;
      const caller = { 8004: phoneIn('pbx400.local', '8004') };
      await change({ extensions: { ...extensions, 8002: { contact: lines.contacts['8002'] }, ...caller } });
      for (const number of ['8001', '8002'] as const) {
        await change({ groups: { 600: { members: [{ extension: number }] } } });
        await reaches(number);
      }
      // Its number is free for a phone.
      await change({
        groups: {},
        extensions: { ...extensions, 600: { contact: lines.contacts['8003'] }, ...caller },
      });
      await reaches('8003');
      await change({ extensions });
    },
    async conference(change) {
      const hotlines = { [STORED]: { flow: { type: 'conference', number: '610' } } };
      await change({ conferences: { 610: {} }, hotlines });
      await isGreeted('conference-first', STORED);
      await change({ conferences: { 610: { memberPin: '1234' } } });
      await isGreeted('conference-pin', STORED, 4000);
      await change({ conferences: {}, hotlines: {} });
      await meets('caller-call-expect-404', STORED);
    },
    async reseller(change) {
      const takes = (resellers: object) => change({}, { tenant: 'system', resellers });
      const zhao = { login: 'zhao', name: 'Zhao', reseller: 'north', roles: ['reseller'] };
      expect((await pbx.post('/api/v1/users', zhao)).status).toBe(404);
      await takes({ north: {} });
      const { password } = (await pbx.post('/api/v1/users', zhao)).body as { password: string };
      const cookie = await signsIn('zhao', password);
      const sees = async () => {
        const headers = { cookie, 'pbx-tenant': 'demo' };
        return (await fetch(`${pbx.http}/api/v1/calls?limit=1`, { headers })).status;
      };
      expect(await sees()).toBe(404);
      await takes({ north: { companies: ['demo'] } });
      expect(await sees()).toBe(200);
      await takes({});
      expect(await sees()).toBe(401);
    },
    department: exported('departments', (title) => ({ title })),
    breakReason: exported('breakReasons', (zh) => ({ title: { zh } })),
    disposition: exported('dispositions', (title) => ({ entries: [{ code: 'sold', title }] })),
    script: exported('scripts', (text) => ({ text })),
    wallboard: exported('wallboards', (title) => ({ title })),
    contact: exported('contacts', (title) => ({ title, number: '119' })),
    async list(change) {
      const { lists } = company;
      const caller = '02066668888';
      const isLetIn = () => meets('caller-hangs-up-expect-ok', BUSY, TRUNK_HOST, caller);
      await isLetIn();
      await change({ lists: { nuisance: { numbers: [caller] }, spare: {} } });
      await meets('caller-call-expect-603', BUSY, TRUNK_HOST, caller);
      await change({ lists });
      await isLetIn();
    },
    async announcement(change) {
      const flow = [{ type: 'announcements' }, { type: 'hangup', cause: 'rejected' }];
      const cut = { from: '2026-01-01T00:00+08:00', prompt: 'agent-prefix' };
      const isSilent = () => meets('caller-call-expect-603', STORED);
      await change({ hotlines: { [STORED]: { flow } } });
      await isSilent();
      await change({ announcements: { cut } });
      const caller = await placeCall(pbx, { caller: '13800138006', called: STORED });
      await caller.voice.hears(cut.prompt);
      await caller.sipp.passed();
      await change({ announcements: { cut: { ...cut, on: false } } });
      await isSilent();
      await change({ announcements: {} });
      await isSilent();
      await change({ hotlines: {} });
    },
    async nuisance(change) {
      const caller = '02066669999';
      await change({ nuisances: { [caller]: {} } });
      await meets('caller-hangs-up-expect-ok', BUSY, TRUNK_HOST, caller);
      await change({ nuisances: { [caller]: { state: 'confirmed' } } });
      await meets('caller-call-expect-603', BUSY, TRUNK_HOST, caller);
      await change({ nuisances: {} });
      await meets('caller-hangs-up-expect-ok', BUSY, TRUNK_HOST, caller);
    },
    async mailbox(change) {
      const { mailboxes } = company;
      for (const greeting of ['agent-prefix', 'agent-suffix']) {
        await change({ mailboxes: { sales: { greeting }, spare: {} } });
        await isGreeted(greeting);
      }
      await change({ mailboxes });
      await isGreeted('bank-balance');
    },
    async survey(change) {
      const { queues, surveys } = company;
      const withSurvey = { queues: { sales: { ...queues.sales, survey: 'after' } } };
      for (const prompt of ['agent-prefix', 'agent-suffix']) {
        await change({ ...withSurvey, surveys: { ...surveys, after: { prompt, timeout: '500ms' } } });
        await rings('8001', prompt);
      }
      await change({ queues, surveys });
      await rings('8001');
    },
    async calendar(change) {
      const { calendars } = company;
      await meets('caller-call-expect-603', HOURS);
      await change({ calendars: { hours: { periods: { open: {} } }, spare: calendars.hours } });
      await meets('caller-call-expect-480', HOURS);
      await change({ calendars });
      await meets('caller-call-expect-603', HOURS);
    },
    async prompt(change) {
      const folder = join(pbx.dataDir, 'prompts/demo');
      mkdirSync(folder, { recursive: true });
      for (const prompt of ['agent-prefix', 'agent-suffix']) {
        copyFileSync(resolve(`media/prompts/zh-CN/${prompt}.wav`), join(folder, `${prompt}.wav`));
        await change({ prompts: { 'bank-balance': { file: `${prompt}.wav` } } });
        await isGreeted(prompt);
      }
      await change({ prompts: {} });
      await isGreeted('bank-balance');
    },
    async secret(change) {
      const heard: (string | undefined)[] = [];
      const service = createHttpServer(({ headers }, response) => {
        heard.push(headers.authorization);
        response.end('{}');
      });
      await once(service.listen(0, '127.0.0.1'), 'listening');
      const { port } = service.address() as AddressInfo;
      const asks = {
        type: 'http',
        url: `http://127.0.0.1:${port}/`,
        headers: { authorization: '{secret.crm}' },
      };
      const hotlines = { [STORED]: { flow: [asks, { type: 'hangup', cause: 'rejected' }] } };
      for (const value of ['one', 'two']) {
        await change({ secrets: { crm: { value, hosts: ['127.0.0.1'] } }, hotlines });
        await meets('caller-call-expect-603', STORED);
      }
      await change({ secrets: {}, hotlines: {} });
      await meets('caller-call-expect-404', STORED);
      service.close();
      expect(heard).toEqual(['one', 'two']);
    },
    async hotline(change) {
      const stored = (cause: string, aliases: readonly string[] = []) => ({
        hotlines: { [STORED]: { aliases, flow: { type: 'hangup', cause } } },
      });
      await meets('caller-call-expect-404', STORED);
      await change(stored('rejected'));
      await meets('caller-call-expect-603', STORED);
      await change(stored('unavailable', [ALIAS]));
      await meets('caller-call-expect-480', ALIAS);
      await change({ hotlines: {} });
      await meets('caller-call-expect-404', ALIAS);
    },
    async segments(change) {
      const hangup = (cause: string) => ({ type: 'hangup', cause });
      const areas = { 深圳: hangup('rejected'), 广州: hangup('unavailable') };
      const flow = { type: 'byArea', areas, unknown: hangup('forbidden'), otherwise: hangup('forbidden') };
      const isFrom = (scenario: string) => meets(scenario, STORED, TRUNK_HOST, '19200001234');
      const loads = () => pbx.output.split('of the mobile segments').length;
      /** A thread of its own loads a table, beside the calls. */
      const takes = async (mobile: object) => {
        const before = loads();
        await change({}, { tenant: 'system', segments: mobile });
        await until('the table', () => loads() > before);
      };
      await change({ hotlines: { [STORED]: { flow } } });
      await isFrom('caller-call-expect-403');
      for (const [city, scenario] of [
        ['深圳', 'caller-call-expect-603'],
        ['广州', 'caller-call-expect-480'],
      ] as const) {
        const table = loadAreaTable();
        importSegments(table, Buffer.from(`192,广东,${city}\n`), 'table.csv', city);
        await takes({ mobile: keepSegments(pbx.dataDir, table, { source: 'table.csv', atMs: 0 }).value });
        await isFrom(scenario);
      }
      await takes({});
      await isFrom('caller-call-expect-403');
      await change({ hotlines: {} });
    },
    async holidays(change) {
      const { calendars } = company;
      const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
      const anotherDay = today.endsWith('-03-15') ? '03-16' : '03-15';
      const [open, closed] = ['caller-call-expect-603', 'caller-call-expect-480'];
      const decreed = new Holidays().on(today)?.kind === 'holiday' ? closed : open;
      const weekly = { 'mon-sun': '00:00-24:00' };
      await change({ calendars: { hours: { periods: { open: weekly }, holidays: 'CN' } } });
      await meets(decreed, HOURS);
      for (const [day, scenario] of [
        [`${today.slice(0, 4)}-${anotherDay}`, open],
        [today, closed],
      ] as const) {
        const days = new Map([[day, { kind: 'holiday', name: '店庆' }]] as const);
        const { value } = keepHolidays(pbx.dataDir, days, { source: 'days.ics', atMs: 0 });
        await change({}, { tenant: 'system', holidays: { CN: value } });
        await meets(scenario, HOURS);
      }
      await change({}, { tenant: 'system', holidays: {} });
      await meets(decreed, HOURS);
      await change({ calendars });
    },
  };

  /** By what calls of theirs meet: kinds that share it take turns. */
  const turns = new Map<string | undefined, Promise<unknown>>();
  function inTurn(kind: KindName, show: () => Promise<void>): Promise<void> {
    const meeting = MEETING[kind];
    const shown = (turns.get(meeting) ?? Promise.resolve()).then(show);
    if (meeting)
      turns.set(
        meeting,
        shown.catch(() => {}),
      );
    return shown;
  }

  it.concurrent.each(KIND_NAMES)(
    '%s: added, changed and removed, and the next call meets it',
    async (kind) => {
      const show = live[kind];
      if (!show) throw new Error(`there is no live change of ${kind}: add one to \`live\``);
      const verbs = new Set<string>();
      await inTurn(kind, () =>
        show(async (...documents) => {
          for (const each of await change(...documents)) if (each.kind === kind) verbs.add(each.verb);
        }),
      );
      expect([...verbs].sort()).toEqual(['add', 'change', 'remove']);
    },
  );

  it('takes nothing of a file with a mistake, whoever finds it', async () => {
    const mistakes = [
      { lists: { nuisance: { prefixes: ['138'] } }, queues: { sales: { agents: [8009] } } },
      { lists: { nuisance: { prefixes: ['138'] } }, mailboxes: { spare: {} } },
      { lists: { nuisance: { prefixes: ['one'] } } },
    ];
    for (const sections of mistakes) {
      const { code, err } = await apply(write({ ...company, ...sections }), '--prune');
      expect([code, err]).toEqual([78, expect.stringMatching(/.+/)]);
    }
    const torn = join(folder, 'torn.yaml');
    writeFileSync(torn, readFileSync(write(company)).subarray(0, -20));
    writeFileSync(torn, `${readFileSync(torn)}\nlists: { nuisance: { numbers: [`);
    expect((await apply(torn)).code).toBe(78);
    await meets('caller-hangs-up-expect-ok');
    expect((await apply(write(company), '--prune')).out).toBe('nothing changes\n');
  });

  /** Names of the lists that the PBX has besides the company's. */
  async function otherLists(): Promise<readonly string[]> {
    const plan = ['--prune', '--dry-run', '--json'];
    const { out } = await apply(write({ tenant: 'demo', lists: company.lists }), ...plan);
    return out.split('\n').flatMap((text) => (text ? [(JSON.parse(text) as PlannedChange).name] : []));
  }
  const many = (first: number) => ({
    numbers: Array.from({ length: 5000 }, (_, index) => `138${first + index}`),
  });

  it.each([
    ['half of it', 0.5, []],
    ['all of it', 1, ['killed1', 'killed2']],
  ])('takes all or nothing of an apply that is killed -9 when it has sent %s', async (_, share, taken) => {
    const data = mkdtempSync(join(folder, 'between-'));
    let killed: ChildProcess;
    const answered = new Promise<void>((done) => {
      const between = createServer({ allowHalfOpen: true }, async (client) => {
        client.on('error', () => {});
        between.close();
        const request = await buffer(client);
        killed.kill('SIGKILL');
        const engine = connect({ path: join(pbx.dataDir, CONTROL_SOCKET), allowHalfOpen: true });
        engine.end(request.subarray(0, request.length * share));
        await buffer(engine);
        done();
      }).listen(join(data, CONTROL_SOCKET));
    });
    const file = write({ tenant: 'demo', lists: { killed1: many(10_000_000), killed2: many(20_000_000) } });
    const args = ['src/cli/launch.js', 'apply', file, '--config', pbx.configFile, '--data', data];
    killed = spawn(NODE, args, { stdio: 'ignore' });
    expect((await once(killed, 'exit'))[0]).toBeNull();
    await answered;
    expect(await otherLists()).toEqual(taken);
    await change({});
  });

  it('takes the changes of two at once', async () => {
    // Both have read their file before either asks.
    const both = ['first', 'second'].map((name) => {
      const lists = { [name]: many(30_000_000), both: { numbers: [`13${name.length}`] } };
      return apply(write({ tenant: 'demo', lists }));
    });
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual([0, 0]);
    expect(await otherLists()).toEqual(['both', 'first', 'second']);
    await change({});
    await meets('caller-hangs-up-expect-ok');
  });

  it('has failed no call of the load meanwhile', async () => {
    const seconds = (performance.now() - beganMs) / 1000;
    const counts = await load.finish();
    const [admitted, refused] = [counts.counted('admitted'), counts.counted('refused')];
    expect(counts).toMatchObject({ failed: 0, successful: counts.created });
    expect(counts.created).toBeGreaterThan(seconds * CALLS_PER_SECOND * 0.9);
    // A machine that is full with other work refuses with 503, and says so; changes never make it.
    expect(admitted).toBeGreaterThan(counts.created * 0.9);
    if (!pbx.output.includes('"overloaded":true')) expect(refused).toBe(0);
    // Each was put through to the line: SIPp there counts a late repetition of an INVITE as one more.
    expect((await line.finish()).created).toBeGreaterThanOrEqual(admitted);
  });
});

const PASSWORD = 'geheim';

/** The account of a phone in a domain. */
function phoneIn(realm: string, user = '8001'): ConfigDocument {
  return { ha1: { md5: createHash('md5').update(`${user}:${realm}:${PASSWORD}`).digest('hex'), realm } };
}
