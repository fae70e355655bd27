/**
 * Issue 14: versions of a stored hotline on the real engine, by `pbx400 hotlines`. A version counts for calls that begin after it was
 * published; a call under way keeps its own, which its record names; a canary is for its callers; all of it outlives `kill -9`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Canaries } from '../../src/dialplan/plan/canaries.ts';
import type { Plan } from '../../src/dialplan/plan/plan.ts';
import { dial, placeCall } from '../support/party.ts';
import { type ConfigDocument, Pbx, TRUNK_HOST, withoutCompany } from '../support/pbx.ts';
import { sippMissing } from '../support/sipp.ts';

const N = '4001234571';
/** What each version does with a call: it is answered, turned away, or nobody is there. */
const FLOWS = {
  1: [
    {
      type: 'menu',
      prompt: 'main-menu',
      keys: { 9: { type: 'hangup' } },
      timeoutMs: 20_000,
      otherwise: { type: 'hangup' },
    },
  ],
  2: [{ type: 'hangup', cause: 'rejected' }],
  3: [{ type: 'hangup', cause: 'no-answer' }],
} as const;
const SCENARIOS = {
  1: 'caller-hangs-up-expect-ok',
  2: 'caller-call-expect-603',
  3: 'caller-call-expect-480',
} as const;
type Version = keyof typeof FLOWS;

/** Who tries version 3 when half of the callers do: the same callers each time. */
function triers(callers: readonly string[]): ReadonlySet<string> {
  const plan = { tenant: 'demo', number: N, version: 3 } as Plan;
  const canaries = new Canaries();
  canaries.replace([{ version: 3, value: {} as never, canary: { percent: 50 } }], () => plan);
  return new Set(callers.filter((caller) => canaries.of(plan, caller)));
}

describe.skipIf(sippMissing)('versions of a hotline', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-versions-'));
  const dataDir = join(folder, 'data');
  const seed = join(folder, 'company.yaml');
  let pbx: Pbx;
  let callers = 0;

  const configure = (config: ConfigDocument) => {
    withoutCompany(config);
    config.dialplans = resolve('test/e2e/live-dialplans');
    config.seed = seed;
  };
  beforeAll(async () => {
    const carrier = { addresses: [TRUNK_HOST], channels: 100 };
    const company = {
      tenant: 'demo',
      tenants: { demo: { name: '示例公司' } },
      trunks: { carrier },
      queues: { sales: {} },
      mailboxes: { sales: {} },
      surveys: { 'three-keys': {} },
      lists: { nuisance: {} },
      calendars: { hours: { periods: { open: { daily: '00:00-24:00' } } } },
      hotlines: { [N]: { name: '总机', flow: FLOWS[1] } },
    };
    writeFileSync(seed, stringify(company));
    pbx = await Pbx.start({ configure, dataDir });
  }, 60_000);
  afterAll(async () => {
    await pbx?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  const hotlines = (...args: readonly string[]) => pbx.cli('hotlines', ...args);
  const someone = () => `1380013${String(8000 + ++callers)}`;
  /** A call that goes by a version, and whose record says so. */
  async function goesBy(version: Version, caller = someone()): Promise<void> {
    const party = await dial(pbx, { caller, called: N, scenario: SCENARIOS[version], pauseMs: 300 });
    await party.sipp.passed();
    expect(await pbx.cdrOf(caller)).toMatchObject({ hotline: N, hotlineVersion: version });
  }
  /** The draft that its flow is, proved. */
  async function drafted(version: Version): Promise<void> {
    const file = join(folder, `${version}.json`);
    writeFileSync(file, JSON.stringify({ name: '总机', flow: FLOWS[version] }));
    expect(await hotlines('draft', N, file)).toBe(`version ${version} is the draft\n`);
    expect(await hotlines('check', N)).toBe(`version ${version}: checked\n`);
  }
  async function states(): Promise<readonly string[]> {
    const lines = (await hotlines('versions', N, '--json')).trim().split('\n');
    return lines.map((line) => JSON.parse(line)).map(({ version, state }) => `${version} ${state}`);
  }

  it('takes the calls that begin after it was published; a call under way keeps the one that it began with', async () => {
    const caller = someone();
    const underWay = await placeCall(pbx, { caller, called: N, scenario: SCENARIOS[1], pauseMs: 15_000 });
    await drafted(2);
    // A draft, right as it is, takes no call.
    await goesBy(1);
    await hotlines('publish', N, '2', '--comment', 'closed');
    await goesBy(2);
    await underWay.sipp.passed();
    expect(await pbx.cdrOf(caller)).toMatchObject({ hotlineVersion: 1, cause: 'normal' });
    expect(await states()).toEqual(['2 published', '1 retired']);
  });

  it('is tried by the callers of a list, and goes on being so after kill -9', async () => {
    const named = Array.from({ length: 2 }, someone);
    await drafted(3);
    await hotlines('canary', N, '3', '--callers', named.join(','));
    await goesBy(3, named[0]);
    await goesBy(2);
    await pbx.kill();
    pbx = await Pbx.start({ configure, dataDir });
    expect(await states()).toEqual(['3 canary', '2 published', '1 retired']);
    await goesBy(3, named[1]);
    await goesBy(2);
  });

  it('is tried by a share of the callers, each always or never', async () => {
    await hotlines('canary', N, '3', '--percent', '50');
    const all = Array.from({ length: 8 }, someone);
    const tries = triers(all);
    expect([0, all.length]).not.toContain(tries.size);
    for (const caller of all) await goesBy(tries.has(caller) ? 3 : 2, caller);
    await hotlines('canary', N, '--end');
    await goesBy(2);
    expect(await states()).toEqual(['3 retired', '2 published', '1 retired']);
  });

  it('of the past takes the calls again, and still does after kill -9', async () => {
    await hotlines('rollback', N, '1', '--comment', 'open again');
    await goesBy(1);
    await pbx.kill();
    pbx = await Pbx.start({ configure, dataDir });
    await goesBy(1);
    expect(await states()).toEqual(['3 retired', '2 retired', '1 published']);
    await expect(hotlines('publish', N, '2')).rejects.toMatchObject({ code: 69 });
    expect(await hotlines('diff', N, '1', '2')).not.toBe('');
    expect(await hotlines('simulate', N, '--try', '2')).toContain('hangup');
  });
});
