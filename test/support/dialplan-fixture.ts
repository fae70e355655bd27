import { type DialplanOptions, Dialplans } from '../../src/dialplan/dialplans.ts';
import type { Hotline } from '../../src/dialplan/index.ts';
import { AreaTable } from '../../src/numbering/area-table.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { companiesIn } from './companies.ts';
import { type Script, ScriptedCall } from './scripted-call.ts';

/** A company with a few names of each kind, and one that has none. */
export const NAMES = companiesIn(`
tenants: { demo: {}, other: {} }
tenant: demo
queues: { sales: {}, service: {} }
skills: { english: { language: en }, cantonese: {} }
mailboxes: { box: {} }
surveys: { three-keys: {} }
lists: { nuisance: {}, gold: {} }
calendars: { counter: { periods: { open: { mon-fri: '10:30-16:00' } } } }
extensions: { 8001: {} }
groups: { 600: { members: [{ extension: 8001 }] } }
conferences: { 700: {} }
trunks: { carrier: { addresses: [192.0.2.1], channels: 3 } }
`);

export const PROMPTS = ['welcome', 'main-menu', 'closed', 'invalid-key', 'goodbye', 'error', 'outage'];

/** Thursday 2026-10-15 10:00 in Shanghai, a work day. */
export const THURSDAY_10 = Date.parse('2026-10-15T10:00:00+08:00');

/** Shenzhen, Dongguan and Beijing, enough for tests. */
export function smallAreas(): AreaTable {
  const areas = new AreaTable('test');
  areas.setCode('0755', '广东', '深圳');
  areas.setCode('0769', '广东', '东莞');
  areas.setCode('010', '北京', '北京');
  areas.setSegments(1_380_013, 1_380_013, { province: '北京', city: '北京', code: '010' }, '移动');
  areas.setSegments(1_341_234, 1_341_234, { province: '广东', city: '东莞', code: '0769' }, '移动');
  areas.setSegments(1_330_000, 1_339_999, undefined, '电信');
  areas.setSegments(1_703_000, 1_703_999, undefined, '联通虚拟');
  return areas;
}

export interface DialplanFixture {
  readonly clock: ManualClock;
  readonly dialplans: Dialplans;
  /** Errors and warnings that were logged. */
  readonly logged: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];
  /** Takes a scripted call through the hotline of its number. */
  run(script?: Script): Promise<ScriptedCall>;
}

/** Hotlines on a manual clock, for calls without an engine. */
export function dialplanFixture(
  hotlines: readonly Hotline[],
  options: Partial<DialplanOptions> = {},
): DialplanFixture {
  const clock = new ManualClock(THURSDAY_10);
  const logged: DialplanFixture['logged'] = [];
  const note = (fields: Readonly<Record<string, unknown>>, message: string) =>
    void logged.push({ fields, message });
  const dialplans = new Dialplans({
    dir: '/nowhere',
    provisioning: new Provisioning(NAMES),
    timeZone: 'Asia/Shanghai',
    prompts: PROMPTS,
    logger: { ...silentLogger, error: note, warn: note } as typeof silentLogger,
    clock,
    ids: seededIds(),
    areas: smallAreas(),
    ...options,
  });
  dialplans.replace(hotlines);
  return {
    clock,
    dialplans,
    logged,
    run: async (script) => {
      const call = new ScriptedCall(script);
      await (dialplans.route(call.called) ?? dialplans.switchCode(call.called, call.tenant))!.run(call);
      return call;
    },
  };
}
