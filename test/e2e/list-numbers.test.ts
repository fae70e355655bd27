/**
 * Issue 14: numbers of lists (名单号码) on the real engine. Who is put on a blacklist over HTTP is refused at his next call, and let in at the one after he
 * was taken off; so is who comes with a table, and what is on the list outlives `kill -9`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { dial } from '../support/party.ts';
import { type ConfigDocument, Pbx, TOKEN, TRUNK_HOST, withoutCompany } from '../support/pbx.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';

const N = '4001234572';
const [ONE, OTHER, FILED] = ['13800138000', '13899998000', '075523456789'];
const FLOW = [
  {
    type: 'menu',
    prompt: 'main-menu',
    keys: { 9: { type: 'hangup' } },
    timeoutMs: 20_000,
    otherwise: { type: 'hangup' },
  },
];

describe.skipIf(sippMissing)('numbers of a list', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-numbers-'));
  const flows = join(folder, 'flows');
  const seed = join(folder, 'company.yaml');
  const dataDir = join(folder, 'data');
  let pbx: Pbx;

  const configure = (config: ConfigDocument) => {
    withoutCompany(config);
    config.dialplans = flows;
    config.seed = seed;
  };
  beforeAll(async () => {
    mkdirSync(flows);
    const company = {
      tenant: 'demo',
      tenants: { demo: { name: '示例公司' } },
      trunks: { carrier: { addresses: [TRUNK_HOST], channels: 100 } },
      lists: { black: { numbers: [FILED] } },
      hotlines: { [N]: { name: '总机', block: [{ match: 'list', list: 'black' }], flow: FLOW } },
    };
    writeFileSync(seed, stringify(company));
    pbx = await Pbx.start({ configure, dataDir });
  }, 60_000);
  afterAll(async () => {
    await pbx?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask(route: string, body?: object | string) {
    const [method, path] = route.split(' ') as [string, string];
    const headers = {
      ...{ authorization: `Bearer ${TOKEN}`, 'pbx-tenant': 'demo' },
      ...(body && { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
    };
    const sent = body && { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${pbx.http}/api/v1${path}`, { method, headers, ...sent });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  /** The job that an answer began, when it is done. */
  const over = ({ status, body }: Awaited<ReturnType<typeof ask>>) => {
    if (status !== 202) throw new Error(JSON.stringify(body));
    return until('a job', async () => {
      const { body: job } = await ask(`GET /jobs/${body.job.id}`);
      if (job.state === 'failed') throw new Error(job.error);
      return job.state === 'done' ? job : undefined;
    });
  };
  /** Calls; the SIP scenario fails where the PBX does something else. */
  async function calls(caller: string, then: 'let in' | 'refused'): Promise<void> {
    const scenario = then === 'let in' ? 'caller-hangs-up-expect-ok' : 'caller-call-expect-603';
    const party = await dial(pbx, { caller, called: N, scenario, pauseMs: 300 });
    await party.sipp.passed();
  }
  const recordOf = (caller: string, cause: string) =>
    until(`a record of ${caller}`, async () => {
      const records = await pbx.records('limit=100');
      return records.find((record) => record.caller === caller && record.cause === cause);
    });

  it('are refused from the next call on, and let in when they are off again', async () => {
    await calls(ONE, 'let in');
    await calls(FILED, 'refused');
    const added = await ask('POST /lists/black/numbers', {
      numbers: [{ number: `+86${ONE}`, reason: '骚扰' }],
    });
    expect(added).toEqual({ status: 200, body: { created: 1, updated: 0, unchanged: 0 } });
    await calls(ONE, 'refused');
    await calls(OTHER, 'let in');
    // The record says why.
    const record = await recordOf(ONE, 'blacklisted');
    expect(JSON.stringify(record)).toContain('on list black: 骚扰');
    expect((await ask(`DELETE /lists/black/numbers/${ONE}`)).status).toBe(204);
    await calls(ONE, 'let in');
    const own = await ask(`DELETE /lists/black/numbers/${FILED}`);
    expect([own.status, own.body.code]).toEqual([409, 'in-entity']);
    await calls(FILED, 'refused');
  });

  it('come by a table of thousands, and stay over kill -9', async () => {
    const numbers = Array.from({ length: 5_000 }, (_, index) => `137${String(index).padStart(8, '0')}`);
    const table = ['number', ...numbers, OTHER].join('\n');
    const looked = await over(await ask('POST /lists/black/numbers/imports?name=black.csv', table));
    expect(looked.result.counts).toMatchObject({ create: 5_001, error: 0 });
    await calls(OTHER, 'let in');
    const done = await over(await ask(`POST /lists/black/numbers/imports/${looked.id}/run`));
    expect(done.result).toMatchObject({ created: 5_001 });
    await calls(OTHER, 'refused');
    await pbx.kill();
    pbx = await Pbx.start({ configure, dataDir });
    await calls(OTHER, 'refused');
    await calls(numbers[4_999]!, 'refused');
    await calls(ONE, 'let in');
  });

  it('stay while a hotline names their list, which is not removed', async () => {
    const { body: list } = await ask('GET /lists/black');
    const used = await fetch(`${pbx.http}/api/v1/lists/black`, {
      method: 'DELETE',
      headers: {
        ...{ authorization: `Bearer ${TOKEN}`, 'pbx-tenant': 'demo', 'if-match': `"${list.meta.revision}"` },
      },
    });
    expect(used.status).toBe(409);
    await calls(OTHER, 'refused');
  });
});
