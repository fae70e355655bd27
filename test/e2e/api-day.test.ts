/** One working day over HTTP alone: a company is set up, its hotline published, calls are taken, noted, heard, missed and called back. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Baresip, baresipMissing } from '../support/baresip.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { freeSipPort } from '../support/free-port.ts';
import { placeCall, waitForCall } from '../support/party.ts';
import { Pbx, TOKEN, TRUNK_HOST, withoutCompany } from '../support/pbx.ts';
import { START_MS } from '../support/sip-engines.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';

const HOTLINE = '4008001234';
const DOMAIN = 'acme.local';
const PASSWORD = 'horse-staple';
const CALLER = '13800138000';

interface Asked {
  readonly status: number;
  readonly etag: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON comes
  readonly body: any;
}

describeBeside(sippMissing ?? baresipMissing, 'a working day over HTTP', () => {
  let pbx: Pbx;
  let phone: Baresip | undefined;
  let linePort: number;
  let flows: string;
  beforeAll(async () => {
    linePort = await freeSipPort();
    flows = mkdtempSync(join(tmpdir(), 'pbx400-no-flows-'));
    pbx = await Pbx.start({
      configure: (config) => {
        withoutCompany(config);
        config.dialplans = flows;
      },
    });
  }, START_MS);
  afterAll(async () => {
    await phone?.close();
    await pbx?.cleanUp();
    rmSync(flows, { recursive: true, force: true });
  });

  async function ask(
    route: string,
    body?: object,
    { etag, tenant = 'acme' }: { readonly etag?: string | null; readonly tenant?: string } = {},
  ): Promise<Asked> {
    const [path = '', method = 'GET'] = route.split(' ').reverse();
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      ...(tenant !== '' && { 'pbx-tenant': tenant }),
      ...(body && { 'content-type': 'application/json' }),
      ...(etag && { 'if-match': etag }),
    };
    const response = await fetch(`${pbx.http}/api/v1${path}`, {
      ...{ method, headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    const answer = { status: response.status, etag: response.headers.get('etag') };
    return { ...answer, body: isJson ? JSON.parse(text) : text };
  }

  /** The same, done: its answer. Throws with the problem that it was refused with. */
  async function done(...asked: Parameters<typeof ask>) {
    const answer = await ask(...asked);
    if (answer.status >= 400) throw new Error(`${asked[0]}: ${JSON.stringify(answer.body)}`);
    return answer;
  }
  const found = (what: string, route: string, is: (body: Asked['body']) => unknown) =>
    until(what, async () => {
      const answer = await ask(route);
      return answer.status === 200 && is(answer.body) ? answer : undefined;
    });

  it('begins with a company: a line, a phone, an agent, a queue and a hotline, of which a version is published', async () => {
    await done('POST /tenants', { id: 'acme', name: '新公司', domain: DOMAIN }, { tenant: '' });
    const uri = `sip:127.0.0.1:${linePort}`;
    const trunk = { name: 'carrier', addresses: [TRUNK_HOST], uri, callerId: HOTLINE };
    const refused = await ask('POST /trunks', { ...trunk, probe: 0 });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [
        {
          pointer: '/probe',
          code: 'invalid',
          detail: "there is no field 'probe'",
          fix: 'did you mean probeMs?',
        },
      ],
    ]);
    await done('POST /trunks', { ...trunk, probeMs: 0 });
    // What the phone is given is a password; what the PBX has is its digest (RFC 8760).
    const md5 = createHash('md5').update(`8001:${DOMAIN}:${PASSWORD}`).digest('hex');
    await done('POST /extensions', { number: '8001', name: '张伟', ha1: { md5, realm: DOMAIN } });
    const entries = [
      { code: 'order', title: '下单' },
      { code: 'question', title: '咨询' },
    ];
    await done('POST /dispositions', { name: 'sales', entries });
    await done('POST /agents', { id: '8001', name: '张伟', extension: '8001', signIn: 'manual' });
    const rules = { noAgents: 'join', announceAgent: false, record: true, wrapUpMs: 60_000 };
    await done('POST /queues', { name: 'sales', agents: ['8001'], disposition: 'sales', ...rules });
    const flow = { type: 'queue', queue: 'sales' };
    await done('POST /hotlines', { number: HOTLINE, name: '总机', flow });
    // A word and no more: who hangs up later on waits in the queue by then.
    const welcome = [{ type: 'play', prompt: 'agent-prefix' }, flow];
    await done(`PUT /hotlines/${HOTLINE}/draft`, {
      hotline: { name: '总机', flow: welcome },
      comment: '欢迎语',
    });
    const checked = await done(`POST /hotlines/${HOTLINE}/draft/check`);
    expect(checked.body).toEqual({ version: 2, state: 'checked', problems: [] });
    await done(`POST /hotlines/${HOTLINE}/versions/2/publish`);
    const { body } = await done(`GET /hotlines/${HOTLINE}/versions`);
    expect(body.items.map(({ version, state }: Asked['body']) => `${version} ${state}`)).toEqual([
      '2 published',
      '1 retired',
    ]);
  });

  it('takes a call: held, noted, ended, found with its recording, which a link plays', async () => {
    phone = new Baresip({ pbx: pbx.sip, domain: DOMAIN, number: '8001', password: PASSWORD, toneHz: 1300 });
    await phone.says(/200 OK/);
    const ready = await done('POST /agents/8001/state', { state: 'sign-in' });
    expect(ready.body).toEqual({ state: 'ready', isKept: false });
    const caller = await placeCall(pbx, { caller: CALLER, called: HOTLINE });
    caller.voice.tone(620);
    const isTalk = ({ items }: Asked['body']) => items[0]?.segment?.kind === 'talk';
    const { id } = (await found('he talks', '/calls?state=running', isTalk)).body.items[0];
    await done(`POST /calls/${id}/hold`);
    await done(`POST /calls/${id}/resume`);
    await done(`POST /calls/${id}/note`, { disposition: 'question', note: '问价格' });
    await done(`POST /calls/${id}/hang-up`);
    // Running, then ended: it is there all the while.
    const isOver = async () => (await done(`GET /calls/${id}`)).body.state === 'ended';
    await until('its end', isOver);
    await caller.sipp.passed();
    await done('POST /agents/8001/end-wrap-up');
    const isNoted = ({ state, disposition }: Asked['body']) =>
      state === 'ended' && disposition === 'question';
    const ended = await found('its record', `/calls/${id}`, isNoted);
    expect(ended.body).toMatchObject({
      ...{ state: 'ended', outcome: 'answered', agent: '8001', hotlineVersion: 2, note: '问价格' },
      segments: expect.arrayContaining([expect.objectContaining({ kind: 'hold' })]),
    });

    const { etag } = ended;
    const said = await done(`PATCH /calls/${id}`, { disposition: 'order', resolved: true }, { etag });
    expect(said.body).toMatchObject({ disposition: 'order', resolved: true, note: '问价格', revision: 1 });
    expect((await ask(`PATCH /calls/${id}`, { resolved: false }, { etag })).status).toBe(412);
    await done(`POST /calls/${id}/notes`, { text: '语气好', atMs: 1_000 });
    const list = await done(`GET /calls?disposition=order&q=${encodeURIComponent('价格')}&count=exact`);
    expect([list.body.total, list.body.items[0].comments]).toEqual([1, 1]);

    const isWhole = ({ items }: Asked['body']) => items[0]?.bytes > 0;
    const [recording] = (await found('its recording', '/recordings', isWhole)).body.items;
    expect(recording).toMatchObject({ callId: id, agent: '8001', error: null });
    const { url } = (await done(`POST /recordings/${recording.id}/shares`, {})).body;
    // Whoever has the link, without a token.
    const heard = await fetch(`${pbx.http}${url}`);
    expect([heard.status, heard.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect((await heard.arrayBuffer()).byteLength).toBe(recording.bytes);
  }, 60_000);

  it('misses a call while nobody is ready, and calls back with one key', async () => {
    await done('POST /agents/8001/state', { state: 'busy' });
    const scenario = 'caller-hangs-up-expect-ok';
    const caller = await placeCall(pbx, { caller: CALLER, called: HOTLINE, scenario, pauseMs: 6_000 });
    await caller.sipp.passed();
    const isThere = ({ items }: Asked['body']) => items.length === 1;
    const { body } = await found('the missed call', '/missed-calls', isThere);
    const [missed] = body.items;
    expect(missed).toMatchObject({ caller: CALLER, queue: 'sales', outcome: 'abandoned', state: 'open' });

    await done('POST /agents/8001/state', { state: 'ready' });
    const answers = 'agent-answers-and-hangs-up-expect-ok';
    const line = await waitForCall({ port: linePort, number: CALLER, scenario: answers, pauseMs: 1_000 });
    const begun = await done(`POST /missed-calls/${missed.callId}/call?agent=8001`);
    expect(begun.status).toBe(201);
    await line.rung();
    await line.sipp.passed();
    const isDone = ({ state }: Asked['body']) => state === 'done';
    const closed = await found('it is done', `/missed-calls/${missed.callId}`, isDone);
    expect(closed.body).toMatchObject({
      assignee: '8001',
      done: { how: 'called-back', by: null, callId: begun.body.callId },
    });
    expect((await done('GET /missed-calls')).body.items).toEqual([]);
  }, 60_000);
});
