/** Hotlines that are data: taken by `apply` while calls run, beside those of TypeScript files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import { Dialplans } from '../../src/dialplan/dialplans.ts';
import { hangup, hotline, queue } from '../../src/dialplan/index.ts';
import { flowBoard } from '../../src/flow-board.ts';
import { hotlineBoard } from '../../src/hotline-board.ts';
import { openHotlineVersions } from '../../src/open-hotline-versions.ts';
import type { ProposedEntity } from '../../src/provisioning/change.ts';
import { ChangeRefused, mistakeText } from '../../src/provisioning/check/mistake.ts';
import { Companies } from '../../src/provisioning/companies.ts';
import { EntitySources } from '../../src/provisioning/file/entity-sources.ts';
import { readEntityFiles } from '../../src/provisioning/file/read-entities.ts';
import { writeEntities } from '../../src/provisioning/file/write-entities.ts';
import { Snapshot } from '../../src/provisioning/snapshot.ts';
import { FlowEditors } from '../../src/provisioning/version/flow-editors.ts';
import type { HotlineVersions } from '../../src/provisioning/version/hotline-versions.ts';
import { ClosedError } from '../../src/shared/errors.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { Scope } from '../../src/shared/scope.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { testCallBoard } from '../../src/test-call-board.ts';
import { simulate } from '../../src/testing/simulate.ts';
import { SAMPLE, SAMPLE_COMPANIES } from '../support/companies.ts';
import { smallAreas } from '../support/dialplan-fixture.ts';
import { AS_OPERATOR, httpOn } from '../support/http.ts';
import { type Scenario, scenario } from '../support/scenario.ts';
import { writeWav } from '../support/wav-file.ts';

const TENANTS = `
tenants: { demo: {} }
tenant: demo
trunks: { carrier: { addresses: [127.0.0.1] } }
extensions: { 8001: {} }
agents: { 8001: {} }
queues: { sales: { agents: [8001], announceAgent: false }, service: {} }
---
tenants: { other: {} }
tenant: other
queues: { theirs: {} }
`;
const written = () => hotline('4009999999', { aliases: ['4009999998'], flow: queue('service') });

let dir: string;
let store: MemoryStore;
let open: { close(): unknown }[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-stored-hotline-'));
  mkdirSync(join(dir, 'companies'));
  writeFileSync(join(dir, 'pbx400.yaml'), '');
  writeFileSync(join(dir, 'companies/all.yaml'), TENANTS);
  store = new MemoryStore();
  open = [];
});
afterEach(async () => {
  for (const each of open.reverse()) await each.close();
  rmSync(dir, { recursive: true, force: true });
});

interface House extends Scenario {
  readonly companies: Companies;
  readonly dialplans: Dialplans;
  readonly versions: HotlineVersions;
  /** Takes a file as `pbx400 apply` does. */
  apply(text: string): Promise<string[]>;
  remove(kind: ProposedEntity['kind'], name: string): Promise<string[]>;
}

/** The engine with hotlines in TypeScript, and what companies have set up. */
async function house(hotlines = [written()]): Promise<House> {
  const companies = await Companies.open({
    sources: new EntitySources({
      file: join(dir, 'pbx400.yaml'),
      dataDir: dir,
      companiesDir: join(dir, 'companies'),
    }),
    store: store.entities,
    clock: new ManualClock(1000),
    ids: seededIds(),
    log: silentLogger,
  });
  const { provisioning } = companies;
  let dialplans: Dialplans | undefined;
  const s = await scenario(async () => {}, {
    config: { ...SAMPLE, dataDir: dir },
    provisioning,
    hotlines: {
      route: (called) => dialplans!.route(called),
      switchCode: (code, tenant) => dialplans!.switchCode(code, tenant),
    },
  });
  dialplans = new Dialplans({
    dir: '/nowhere',
    provisioning,
    versionOf: (value) => companies.versionOf(value),
    timeZone: 'Asia/Shanghai',
    prompts: ['welcome', 'goodbye', 'voicemail-greeting', 'queue-music'],
    logger: silentLogger,
    clock: s.clock,
    ids: seededIds(),
    areas: smallAreas(),
  });
  open.push(s, dialplans, companies);
  dialplans.replace(hotlines);
  await companies.begin((snapshot, tenants) => dialplans.prove(snapshot, tenants));
  const change = async (
    put: readonly ProposedEntity[],
    removed: Parameters<Companies['apply']>[0]['removed'],
  ) => {
    try {
      const plan = await companies.apply({ put, removed, by: 'li' });
      return plan.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`);
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      return error.mistakes.map(mistakeText);
    }
  };
  return {
    ...s,
    companies,
    dialplans,
    versions: await openHotlineVersions(companies, dialplans, store, s.clock),
    apply: (text) => {
      writeFileSync(join(dir, 'applied'), text);
      const { entities, mistakes } = readEntityFiles([join(dir, 'applied')], {});
      if (mistakes[0]) throw mistakes[0];
      return change(entities as readonly ProposedEntity[], []);
    },
    remove: (kind, name) => change([], [{ kind, tenant: 'demo', name }]),
  };
}

const toSales =
  'tenant: demo\nhotlines: { "4001111111": { aliases: ["02151111111"], flow: { type: queue, queue: sales } } }';
const rejects = toSales.replace('{ type: queue, queue: sales }', '{ type: hangup, cause: rejected }');
const causes = (h: House) => h.facts('ended').map(({ cause }) => cause);

describe('a hotline that is stored', () => {
  it('takes calls as soon as it is applied; the record has the number called and the hotline', async () => {
    const h = await house();
    h.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    h.call({ to: '02151111111' });
    expect(await h.apply(toSales)).toEqual(['add hotline 4001111111']);
    const caller = h.call({ to: '02151111111' });
    await h.clock.runUntil(() => caller.state === 'ended');
    expect(causes(h)).toEqual(['unknown-number', 'normal']);
    const [, { callId }] = h.facts('arrived') as [unknown, { callId: string }];
    const cdr = projectCdr(h.events.filter((event) => event.callId === callId));
    expect(cdr).toMatchObject({
      tenantId: 'demo',
      called: '02151111111',
      hotline: '4001111111',
      agent: '8001',
    });
  });

  it('tells its flow which of its numbers was called', async () => {
    const h = await house();
    await h.apply(`tenant: demo
hotlines:
  "4001111111":
    aliases: ["02151111111"]
    flow:
      type: byVariable
      variable: called
      values: { "02151111111": { type: hangup, cause: busy } }
      otherwise: { type: byVariable, variable: hotline, values: { "4001111111": { type: hangup, cause: rejected } } }`);
    h.call({ to: '02151111111' });
    h.call({ to: '4001111111' });
    await h.clock.advance(100);
    expect(causes(h)).toEqual(['busy', 'rejected']);
  });

  it('changes and goes from the next call on; a call in progress keeps what it began with', async () => {
    const h = await house();
    await h.apply(toSales);
    h.edge.phone('8001', { does: 'answer', afterMs: 5_000, talkMs: 1_000 });
    const first = h.call({ to: '4001111111' });
    await h.clock.advance(1_000);
    expect(await h.apply(rejects)).toEqual(['change hotline 4001111111']);
    h.call({ to: '4001111111' });
    expect(await h.remove('hotline', '4001111111')).toEqual(['remove hotline 4001111111']);
    h.call({ to: '4001111111' });
    h.call({ to: '02151111111' });
    await h.clock.runUntil(() => first.state === 'ended');
    expect(causes(h).toSorted()).toEqual(['normal', 'rejected', 'unknown-number', 'unknown-number']);
    expect(h.facts('connected')).toMatchObject([{ target: '8001' }]);
  });

  it('is there after a restart, and is written so that it can be applied', async () => {
    const first = await house();
    await first.apply(toSales);
    const again = await house();
    expect(again.dialplans.route('02151111111')?.number).toBe('4001111111');
    const text = writeEntities(again.companies.stored);
    expect(await again.apply(text)).toEqual([]);
  });

  it('plays a prompt of its company, which no other company can name', async () => {
    const h = await house();
    writeWav(join(dir, 'prompts/demo/hello.wav'), new Int16Array(8000));
    const flow = '[{ type: play, prompt: welcome }, { type: hangup, cause: busy }]';
    const ofTenant = (tenant: string, number: string) =>
      `tenant: ${tenant}\nhotlines: { "${number}": { flow: ${flow.replace('welcome', 'ours')} } }\n`;
    expect(await h.apply(`${ofTenant('demo', '4001111111')}prompts: { ours: { file: hello.wav } }`)).toEqual([
      'add prompt ours',
      'add hotline 4001111111',
    ]);
    h.call({ to: '4001111111' });
    const ear = h.ear();
    await h.clock.advance(2_000);
    expect(h.heard(ear)).toEqual(['hello']);
    expect(await h.apply(ofTenant('other', '4002222222'))).toEqual([
      expect.stringContaining("other /hotlines/4002222222/flow/0/prompt: there is no prompt 'ours'"),
    ]);
    expect(await h.remove('prompt', 'ours')).toEqual([
      expect.stringContaining("demo /hotlines/4001111111/flow/0/prompt: there is no prompt 'ours'"),
    ]);
  });

  it('turns its switches by its feature codes', async () => {
    const h = await house();
    await h.apply(toSales.replace('aliases', 'featureCodes: { night: "*61" }, aliases'));
    expect(h.dialplans.switchCode('*61', 'demo')).toBeDefined();
    await h.remove('hotline', '4001111111');
    expect(h.dialplans.switchCode('*61', 'demo')).toBeUndefined();
  });
});

describe('versions of a stored hotline', () => {
  const NAME = { tenant: 'demo', hotline: '4001111111' };
  const toQueue = { aliases: ['02151111111'], flow: { type: 'queue', queue: 'sales' } };
  const ends = (cause: string) => ({ aliases: ['02151111111'], flow: { type: 'hangup', cause } });
  const save = (h: House, value: object, read?: number, more: { by?: string; base?: number } = {}) =>
    h.versions.save(NAME, {
      ...{ body: JSON.stringify(value), comment: undefined, base: undefined, by: 'li', read },
      ...more,
    });
  /** Version and end of each call that has ended. */
  const ended = (h: House) =>
    h.facts('ended').map(({ callId }) => {
      const cdr = projectCdr(h.events.filter((event) => event.callId === callId))!;
      return `${cdr.hotlineVersion} ${cdr.cause}`;
    });
  const called = async (h: House, from = '13800138000') => {
    h.call({ to: NAME.hotline, from });
    await h.clock.advance(100);
  };

  it('count for calls that begin after they were published; a call keeps its own, and its record names it', async () => {
    const h = await house();
    await h.apply(toSales);
    h.edge.phone('8001', { does: 'answer', afterMs: 5_000, talkMs: 1_000 });
    const first = h.call({ to: '4001111111' });
    await h.clock.advance(1_000);
    const draft = await save(h, ends('busy'));
    await called(h);
    expect(await h.versions.check(NAME)).toEqual({ version: draft.version, mistakes: [] });
    await h.versions.publish(NAME, 2, { by: 'wang', comment: 'closed today' });
    await called(h);
    await h.versions.rollBack(NAME, 1, { by: 'li' });
    await h.versions.rollBack(NAME, 2, { by: 'li' });
    await called(h);
    await h.clock.runUntil(() => first.state === 'ended');
    await h.clock.runUntil(() => h.facts('ended').length === 4);
    expect(ended(h).toSorted()).toEqual(['1 normal', '1 normal', '2 busy', '2 busy']);
    expect(await h.versions.list(NAME)).toMatchObject([
      {
        version: 2,
        state: 'published',
        changedBy: 'li',
        publishedBy: 'li',
        comment: 'closed today',
        base: 1,
      },
      { version: 1, state: 'retired' },
    ]);
    expect((await store.audit.newest(3, Scope.all)).map(({ by, details }) => [by, details])).toEqual([
      ['li', { hotline: '4001111111', act: 'roll-back', version: 2, instead: 1 }],
      ['li', { hotline: '4001111111', act: 'roll-back', version: 1, instead: 2 }],
      ['wang', { hotline: '4001111111', act: 'publish', version: 2, instead: 1, comment: 'closed today' }],
    ]);
  });

  it('are drafts first, which may be wrong, and are published when they were proved', async () => {
    const h = await house();
    await h.apply(toSales);
    const { version, revision } = await save(h, { flow: { type: 'queue', queue: 'nowhere' } });
    expect((await h.versions.check(NAME)).mistakes).toMatchObject([
      { path: ['flow', 'queue'], reason: "there is no queue 'nowhere'" },
    ]);
    await expect(h.versions.publish(NAME, version, { by: 'li' })).rejects.toThrow('check it first');
    await expect(save(h, ends('busy'))).rejects.toThrow('li has changed the draft at');
    const better = await save(h, ends('busy'), revision, { by: 'wang' });
    await h.versions.check(NAME);
    await expect(h.versions.drop(NAME, revision, { by: 'li' })).rejects.toThrow(
      'wang has changed the draft at',
    );
    // What it names may go until it is published.
    await save(h, { flow: { type: 'queue', queue: 'service' } }, better.revision);
    await h.versions.check(NAME);
    writeFileSync(join(dir, 'companies/all.yaml'), TENANTS.replace(', service: {}', ''));
    h.dialplans.replace([]);
    await h.companies.readFiles();
    await expect(h.versions.publish(NAME, version, { by: 'li' })).rejects.toThrow("no queue 'service'");
    await called(h);
    expect((await h.versions.list(NAME)).map(({ state }) => state)).toEqual(['checked', 'published']);
  });

  it('are not published over what somebody else has published meanwhile, until they are brought in line', async () => {
    const h = await house();
    await h.apply(toSales);
    await save(h, ends('busy'));
    await h.versions.check(NAME);
    await h.apply(rejects);
    await expect(h.versions.publish(NAME, 2, { by: 'wang' })).rejects.toThrow(
      /^version 2 cannot be published: version 3 was published meanwhile, by li at /,
    );
    await called(h);
    const draft = (await h.versions.draft(NAME))!;
    await expect(save(h, ends('busy'), draft.revision, { base: 1 })).rejects.toThrow('version 1 is not');
    await save(h, ends('busy'), draft.revision, { base: 3 });
    await h.versions.check(NAME);
    await h.versions.publish(NAME, 2, { by: 'wang' });
    await called(h);
    expect(ended(h)).toEqual(['3 rejected', '2 busy']);
    await expect(h.versions.rollBack(NAME, 2, { by: 'li' })).rejects.toThrow('is the published one');
    await expect(h.versions.publish(NAME, 3, { by: 'li' })).rejects.toThrow('roll back to it');
    await expect(h.versions.rollBack(NAME, 9, { by: 'li' })).rejects.toThrow('no version 9');
  });

  it('are tried by callers that are named, or by a share of them, until they are published or ended', async () => {
    const h = await house();
    await h.apply(rejects);
    await save(h, ends('busy'));
    await expect(h.versions.tryOut(NAME, 2, { percent: 5 }, { by: 'li' })).rejects.toThrow('check the draft');
    await h.versions.check(NAME);
    await h.versions.tryOut(NAME, 2, { callers: ['+86 138-0013-8000'] }, { by: 'li' });
    await called(h, '13800138000');
    await called(h, '13800138001');
    await h.versions.tryOut(NAME, 2, { percent: 100 }, { by: 'li' });
    await called(h, '13800138001');
    await called(h, '');
    await save(h, toQueue);
    await h.versions.check(NAME);
    await expect(h.versions.tryOut(NAME, 3, { percent: 5 }, { by: 'li' })).rejects.toThrow('2 is tried');
    await h.versions.endTrial(NAME, { by: 'li' });
    await called(h, '13800138001');
    expect(ended(h)).toEqual(['2 busy', '1 rejected', '2 busy', '1 rejected', '1 rejected']);
    const [first] = h.facts('routed');
    const cdr = projectCdr(h.events.filter(({ callId }) => callId === first!.callId))!;
    expect(cdr.path[0]).toMatchObject({ step: 'canary', why: 'version 2 is tried, by this caller' });
    // After a restart, too.
    await h.versions.rollBack(NAME, 2, { by: 'li' });
    await h.versions.tryOut(NAME, 3, { percent: 100 }, { by: 'li' });
    expect((await house()).dialplans.route(NAME.hotline)?.plan.version).toBe(2);
    await h.apply(toSales.replace('hotlines', 'queues: { vip: {} }\nhotlines'));
    expect(await h.remove('hotline', NAME.hotline)).toEqual(['remove hotline 4001111111']);
    expect(await store.hotlineVersions.canaries()).toEqual([]);
    await expect(h.versions.list(NAME)).rejects.toThrow('there is no hotline');
  });

  it('are shown and reviewed over HTTP beside those of TypeScript files', async () => {
    const h = await house();
    await h.apply(toSales);
    await save(h, ends('busy'));
    const app = httpOn(store, {
      flows: flowBoard({
        companies: h.companies,
        hotlines: h.dialplans,
        versions: h.versions,
        editors: new FlowEditors(new ManualClock()),
      }),
    });
    open.push(app);
    const ask = async (line: string, payload?: object, company = 'demo') => {
      const [method, path] = line.split(' ') as ['GET' | 'POST', string];
      const headers = { ...AS_OPERATOR, 'pbx-tenant': company };
      const answer = await app.inject({
        method,
        url: `/api/v1/${path}`,
        headers,
        ...(payload && { payload }),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const { items } = (await ask('GET flows')).body;
    expect(items).toMatchObject([
      {
        number: '4001111111',
        language: 'json',
        file: null,
        nodes: 1,
        takesCalls: true,
        published: 1,
        draft: 2,
      },
      {
        number: '4009999999',
        language: 'typescript',
        file: 'test/scenario/stored-hotline.test.ts',
        draft: null,
      },
    ]);
    expect((await ask('GET flows', undefined, 'other')).body).toEqual({ items: [] });
    expect((await ask('GET flows/4001111111', undefined, 'other')).status).toBe(404);
    const { body: code } = await ask('GET flows/4009999999');
    expect(code.hotline.flow).toEqual({ type: 'queue', queue: 'service' });
    expect(code.places).toEqual([{ pointer: '/flow', file: items[1].file, line: items[1].line }]);

    const review = async (hotline: object) =>
      (await ask('POST flows/4001111111/check', { hotline })).body.problems.map(
        (one: Record<string, unknown>) => [one['severity'], one['code'], one['pointer'], one['guess']],
      );
    expect(await review({ flow: { type: 'queue', queue: 'sale' } })).toEqual([
      ['error', 'unknown-name', '/flow/queue', 'sales'],
    ]);
    expect(await review({ flow: [{ type: 'hangup' }, { type: 'queue', queue: 'sales' }] })).toEqual([
      ['warning', 'unreachable', '/flow/1', null],
      ['warning', 'no-default', '/flow/1', null],
    ]);
    expect(await review({ ...ends('busy'), aliases: ['4009999998'] })).toEqual([
      ['error', 'duplicate-number', '/aliases/0', null],
    ]);
    expect(await review({ flow: { type: 'hangup' }, aliases: 7 })).toEqual([
      ['error', 'bad-value', '/aliases', null],
    ]);
    expect((await h.versions.draft(NAME))?.body).toBe(JSON.stringify(ends('busy')));
    const { body: kinds } = await ask('GET node-kinds');
    expect(kinds.items.find(({ type }: { type: string }) => type === 'voicemail')).toEqual({
      type: 'voicemail',
      group: 'end',
      word: { zh: '留言', en: 'voicemail' },
      fields: [
        {
          name: 'box',
          kind: 'mailbox',
          isOptional: false,
          choices: [],
          word: { zh: '语音信箱', en: 'Mailbox' },
        },
      ],
    });
  });

  it('are drafted, checked, tried, published, compared and rolled back over HTTP', async () => {
    const h = await house();
    await h.apply(toSales);
    const app = httpOn(store, { hotlineVersions: hotlineBoard(h.versions, h.dialplans) });
    open.push(app);
    const ask = async (line: string, payload?: object, more: object = {}) => {
      const [method, path] = line.split(' ') as ['GET' | 'PUT' | 'POST' | 'DELETE', string];
      const headers = { ...AS_OPERATOR, 'pbx-tenant': 'demo', ...more };
      const url = `/api/v1/hotlines/4001111111/${path}`;
      const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
      const { statusCode, body } = answer;
      return { status: statusCode, etag: answer.headers.etag, body: body === '' ? undefined : answer.json() };
    };
    const wrong = { hotline: { flow: { type: 'queue', queue: 'nowhere' } }, comment: 'a try' };
    let first = await ask('PUT draft', wrong);
    expect(first.body).toMatchObject({ version: 2, state: 'draft', base: 1, comment: 'a try' });
    expect((await ask('POST draft/check')).body).toMatchObject({
      state: 'draft',
      problems: [{ pointer: '/flow/queue', code: 'bad-value', detail: "there is no queue 'nowhere'" }],
    });
    const noFlows: readonly (readonly [flow: unknown, pointer: string])[] = [
      [5, '/flow'],
      [null, '/flow'],
      [{ type: 'nonsense' }, '/flow'],
      [[{ type: 'menu', keys: { 1: { type: 'hangup' } } }], '/flow/0'],
      [{ type: 'byPercent', shares: 5 }, '/flow/shares'],
      [{ type: 'byCaller', rules: [{ who: 7, flow: { type: 'hangup' } }] }, '/flow/rules/0/who'],
    ];
    for (const [flow, pointer] of noFlows) {
      const { etag = '' } = await ask('GET draft');
      await ask('PUT draft', { hotline: { flow } }, { 'if-match': etag });
      const refused = await ask('GET diff');
      expect([flow, refused.status, refused.body.code]).toEqual([flow, 422, 'change-refused']);
      expect(refused.body.errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
    }
    first = await ask('PUT draft', wrong, { 'if-match': (await ask('GET draft')).etag });
    // What it names need not be there yet.
    expect((await ask('GET diff')).body.items).toContainEqual({
      kind: 'changed',
      path: 'flow',
      text: 'changed: queue nowhere at flow: queue was sales, is nowhere',
    });
    expect((await ask('PUT draft', { hotline: ends('busy') })).status).toBe(428);
    const right = { 'if-match': first.etag };
    expect((await ask('PUT draft', { hotline: ends('busy') }, right)).status).toBe(200);
    expect((await ask('PUT draft', { hotline: ends('busy') }, right)).status).toBe(412);
    expect((await ask('POST draft/check')).body).toEqual({ version: 2, state: 'checked', problems: [] });
    expect((await ask('GET diff', undefined, { 'accept-language': 'zh-CN' })).body.items).toMatchObject([
      { kind: 'removed', path: 'flow' },
      { kind: 'exit', path: '', text: '出口：热线：“主流程”改为通向 挂机，原通向 队列“sales”' },
      { kind: 'added', path: 'flow', text: '增加：挂机，位置 主流程' },
    ]);
    const tried = await ask('POST versions/2/canary', { percent: 100 });
    expect(tried.body).toMatchObject({ state: 'canary', canary: { percent: 100 } });
    await called(h);
    expect((await ask('POST versions/2/publish', { comment: 'closed' })).body).toMatchObject({
      state: 'published',
      publishedBy: 'operator token',
      comment: 'closed',
      canary: null,
    });
    expect((await ask('DELETE canary')).status).toBe(409);
    expect((await ask('POST rollback', { version: 1 })).body).toMatchObject({ state: 'published' });
    const { items } = (await ask('GET versions')).body;
    expect(items).toMatchObject([{ state: 'retired' }, { state: 'published' }]);
    expect((await ask('GET versions/2')).body.hotline.flow).toEqual({ type: 'hangup', cause: 'busy' });
    expect((await ask('GET versions/7')).status).toBe(404);
    expect((await ask('GET draft')).status).toBe(404);
    expect((await ask('GET versions', undefined, { 'pbx-tenant': 'other' })).status).toBe(404);
    expect(ended(h)).toEqual(['2 busy']);
  });

  it('are tried by a phone of the company, draft or published, which calls as whom one likes', async () => {
    const h = await house();
    await h.apply(toSales);
    await save(h, ends('busy'));
    let takesCalls = true;
    const board = testCallBoard({
      ...h,
      hotlines: h.dialplans,
      mayBegin: () => {
        if (!takesCalls) throw new ClosedError('the PBX');
      },
      tell: (entry) => store.audit.append(entry),
    });
    const app = httpOn(store, { testCalls: board });
    open.push(app);
    const ask = async (payload: object, tenant = 'demo') => {
      const headers = { ...AS_OPERATOR, 'pbx-tenant': tenant };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/test-calls', headers, payload });
      return { status: answer.statusCode, body: answer.json() };
    };
    const cdrOf = async (id: string) => {
      await h.clock.runUntil(() => h.pbx.calls.size === 0);
      return projectCdr(h.events.filter((event) => event.callId === id))!;
    };
    h.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 9_000 });
    const asDraft = await ask({
      hotline: '02151111111',
      version: 'draft',
      extension: '8001',
      caller: '13800138000',
    });
    expect(asDraft).toMatchObject({ status: 201, body: { extension: '8001' } });
    expect(await cdrOf(asDraft.body.id)).toMatchObject({
      ...{ caller: '13800138000', called: '02151111111', hotline: '4001111111', hotlineVersion: 2 },
      ...{ cause: 'busy', direction: 'internal', origin: { api: 'operator token' } },
    });
    // Who plays the caller is no agent meanwhile: the queue finds nobody else.
    const asPublished = await ask({ hotline: '4001111111', extension: '8001' });
    const cdr = await cdrOf(asPublished.body.id);
    expect(cdr).toMatchObject({ caller: '8001', hotlineVersion: 1, asks: [{ queue: 'sales' }] });
    expect(h.edge.rung).toEqual(['8001', '8001']);

    const refused = async (payload: object, tenant?: string) => (await ask(payload, tenant)).body.code;
    expect(await refused({ hotline: '4001111111' })).toBe('not-found');
    expect(await refused({ hotline: '4001111111', extension: '8777' })).toBe('not-found');
    expect(await refused({ hotline: '4001111111', extension: '8001' }, 'other')).toBe('not-found');
    expect(await refused({ hotline: '4001111111', extension: '8001', version: 9 })).toBe('not-found');
    expect(await refused({ hotline: '4009999999', extension: '8001', version: 'draft' })).toBe('not-found');
    const { revision } = (await h.versions.draft(NAME))!;
    await save(h, { flow: { type: 'queue', queue: 'nowhere' } }, revision);
    expect(await refused({ hotline: '4001111111', extension: '8001', version: 'draft' })).toBe(
      'change-refused',
    );
    await h.versions.drop(NAME, (await h.versions.draft(NAME))!.revision, { by: 'li' });
    expect(await refused({ hotline: '4001111111', extension: '8001', version: 'draft' })).toBe(
      'version-state',
    );
    takesCalls = false;
    expect(await refused({ hotline: '4001111111', extension: '8001' })).toBe('closed');
    expect(h.edge.rung).toHaveLength(2);
    const tried = (await store.audit.newest(9, Scope.all)).filter(({ action }) => action === 'test-call');
    expect(tried.map(({ by, details }) => [by, details.version, details.extension])).toEqual([
      ['operator token', undefined, '8001'],
      ['operator token', 'draft', '8001'],
    ]);
  });

  it('are not those of a hotline in a file, which is named', async () => {
    writeFileSync(join(dir, 'companies/hotline.yaml'), toSales);
    const h = await house();
    await expect(save(h, ends('busy'))).rejects.toThrow(/belongs to .*hotline\.yaml:2: it is changed there/);
    h.edge.phone('8001', { does: 'answer', afterMs: 100, talkMs: 1_000 });
    const caller = h.call({ to: NAME.hotline });
    await h.clock.runUntil(() => caller.state === 'ended');
    expect(ended(h)).toEqual(['null normal']);
  });
});

describe('a change is refused', () => {
  it('that takes away what a hotline names, of TypeScript or stored', async () => {
    writeFileSync(
      join(dir, 'companies/all.yaml'),
      TENANTS.replace('queues: { sales: { agents: [8001], announceAgent: false }, service: {} }', ''),
    );
    const h = await house([]);
    expect(await h.apply('tenant: demo\nqueues: { sales: {}, service: {} }')).toHaveLength(2);
    h.dialplans.replace([written()]);
    await h.apply(toSales);
    expect(await h.remove('queue', 'sales')).toEqual([
      "demo /hotlines/4001111111/flow/queue: there is no queue 'sales'; known: service",
    ]);
    expect(await h.remove('queue', 'service')).toEqual([
      "demo /hotlines/4009999999/flow/queue: there is no queue 'service'; known: sales",
    ]);
    expect(h.companies.provisioning.snapshot.of('queue', 'demo')).toHaveLength(2);
  });

  it('whose hotline is wrong: names of another company, and ways without an end', async () => {
    const h = await house();
    expect(await h.apply(toSales.replace('queue: sales', 'queue: theirs'))).toEqual([
      "demo /hotlines/4001111111/flow/queue: there is no queue 'theirs'; known: sales, service",
    ]);
    const circle =
      '{ aliases: [], flows: { main: { type: goto, flow: main } }, flow: { type: goto, flow: main } }';
    expect(await h.apply(`tenant: demo\nhotlines: { "4001111111": ${circle} }`)).toEqual([
      'demo /hotlines/4001111111/flow: flow runs in circles: no way leads out; let one branch end, such as hangup()',
      'demo /hotlines/4001111111/flows/main: main runs in circles: no way leads out; let one branch end, such as hangup()',
    ]);
    expect(h.dialplans.route('4001111111')).toBeUndefined();
  });

  it('that takes a number of another hotline, with both places', async () => {
    const h = await house();
    await h.apply(toSales);
    const taken = (number: string, alias = '') =>
      h.apply(`tenant: other\nhotlines: { "${number}": { aliases: [${alias}], flow: { type: hangup } } }`);
    expect(await taken('02151111111')).toEqual([
      'other /hotlines/02151111111: two hotlines have the number 02151111111: the hotline 4001111111 (of demo, in the database) has it too; remove one of them',
    ]);
    expect(await taken('4002222222', '"4009999998"')).toEqual([
      expect.stringMatching(
        /^other \/hotlines\/4002222222\/aliases\/0: two hotlines have the number 4009999998: the hotline 4009999999 \(.*stored-hotline\.test\.ts:\d+\) has it too/,
      ),
    ]);
    expect(await taken('4002222222', '"4002222222"')).toEqual([
      'other /hotlines/4002222222/aliases/0: the hotline has the number 4002222222 already; remove one of them',
    ]);
    expect(() => h.dialplans.replace([hotline('02151111111', { flow: hangup() })])).toThrow(
      'the hotline 4001111111 (of demo, in the database) has it too',
    );
  });
});

it('the example of dialplans/ is taken, and serves a call to its alias', async () => {
  const file = fileURLToPath(new URL('../../dialplans/florist.yaml', import.meta.url));
  const { entities, mistakes } = readEntityFiles([file], {});
  expect(mistakes).toEqual([]);
  const { cdr, heard } = await simulate({
    config: SAMPLE,
    companies: new Snapshot(1, [...SAMPLE_COMPANIES, ...entities]),
    hotlines: [],
    called: '02160000000',
    from: '02112345678',
    at: Date.parse('2026-10-10T10:00:00+08:00'),
    answers: ({ purpose }) => (purpose === 'survey' ? '1' : ''),
  });
  expect(heard[0]).toBe('welcome');
  expect(cdr).toMatchObject({
    hotline: '4008886666',
    called: '02160000000',
    agent: '8001',
    surveyDigit: '1',
  });
  expect(cdr.path.map(({ step }) => step)).toContain('byArea → 华东');
});
