import { describe, expect, it } from 'vitest';
import {
  anonymous,
  areaCode,
  extension,
  type Hotline,
  hangup,
  hotline,
  international,
  list,
  number,
  play,
  prefix,
  queue,
  survey,
  voicemail,
} from '../../../src/dialplan/index.ts';
import type { Nuisance } from '../../../src/provisioning/kind/nuisance.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import type { Named } from '../../../src/provisioning/snapshot.ts';
import { entity } from '../../support/companies.ts';
import { dialplanFixture, NAMES } from '../../support/dialplan-fixture.ts';

const N = '4001234567';
type Options = Parameters<typeof hotline>[1];
const one = (options: Partial<Options>): Hotline[] => [hotline(N, { flow: queue('sales'), ...options })];

describe('before the answer', () => {
  it('rejects the blacklisted before anything else, and says where they call from', async () => {
    const { run, dialplans } = dialplanFixture(one({ block: list('nuisance'), ringback: 'welcome' }));
    const untilMs = Date.parse('2026-10-15T12:00:00+08:00');
    dialplans.state.lists.create('demo', 'nuisance').add('+8613412345678', { reason: 'fraud', untilMs });
    const call = await run({ from: '13412345678' });
    expect(call.did).toEqual(['hangup blacklisted']);
    expect(call.steps).toEqual(['blacklist: on list nuisance: fraud']);
    expect(call.area).toEqual(['广东东莞', '移动']);
  });

  it('rejects who was confirmed as a nuisance, of the company alone and as long as that counts', async () => {
    const reported = (tenant: string, fields: Partial<Nuisance>) =>
      entity('nuisance', { tenant, number: '13412345678', state: 'confirmed', ...fields });
    const did = async (...nuisances: Named[]) => {
      const { run } = dialplanFixture(one({}), { provisioning: new Provisioning([...NAMES, ...nuisances]) });
      const { did, steps } = await run({ from: '13412345678' });
      return [did[0], steps[0]];
    };
    const turnedAway = ['hangup blacklisted', 'blacklist: a nuisance caller, reported by 8001'];
    expect(await did(reported('demo', { by: '8001' }))).toEqual(turnedAway);
    expect(await did(reported('demo', { by: '8001', until: '2026-10-15' }))).toEqual(turnedAway);
    for (const other of [
      reported('demo', { until: '2026-10-14' }),
      reported('demo', { state: 'proposed' }),
      reported('other', {}),
    ])
      expect((await did(other))[0]).toBe('answer');
  });

  it('lets entries lapse at their very time', async () => {
    const { run, dialplans, clock } = dialplanFixture(one({ block: list('nuisance') }));
    const untilMs = clock.now() + 60_000;
    dialplans.state.lists.create('demo', 'nuisance').add('13800138000', { untilMs });
    await clock.advance(59_999);
    expect((await run()).cause).toBe('blacklisted');
    await clock.advance(1);
    expect((await run()).did[0]).toBe('answer');
  });

  it.each([
    ['a number', number('075523456789'), '+8675523456789', 'number 075523456789'],
    ['a prefix', prefix('0755'), '075523456789', 'prefix 0755'],
    ['an area code, landline', areaCode('0769'), '076912345678', 'area code 0769'],
    ['an area code, mobile of the area', areaCode('0769'), '13412345678', 'area code 0769'],
    ['a withheld number', anonymous(), '', 'number withheld'],
    ['a caller from abroad', international(), '+85212345678', 'from abroad'],
    ['with a reason', prefix('0755', { reason: 'flood' }), '075523456789', 'prefix 0755: flood'],
  ])('blocks %s', async (_, block, from, why) => {
    const { run } = dialplanFixture(one({ block }));
    expect((await run({ from })).steps).toEqual([`blacklist: ${why}`]);
    expect((await run({ from: '13300000000' })).cause).toBe('normal');
  });

  it('rules lapse too', async () => {
    const { run } = dialplanFixture(one({ block: prefix('138', { until: '2026-10-15T10:00+08:00' }) }));
    expect((await run()).did).toContain('queue sales 0');
  });

  it.each([
    ['busy', 'busy' as const, ['hangup busy']],
    [
      'a prompt as early media',
      hangup({ prompt: 'closed', cause: 'rejected' }),
      ['early', 'play closed', 'hangup rejected'],
    ],
    ['an extension', extension('8001'), ['ring', 'dial 8001', 'play goodbye', 'hangup no-line-answered']],
  ])('sends the blocked to %s', async (_, blocked, did) => {
    const { run } = dialplanFixture(one({ block: prefix('138'), blocked }));
    expect((await run()).did.filter((each) => each !== 'answer')).toEqual(did);
  });

  it('lets the whitelist past blacklist and limit', async () => {
    const limit = { calls: 1, perMs: 60_000 };
    const { run } = dialplanFixture(one({ block: prefix('138'), allow: number('13800138000'), limit }));
    for (let count = 0; count < 3; count++)
      expect((await run()).steps[0]).toBe('whitelist: number 13800138000');
    expect((await run({ from: '13800138001' })).cause).toBe('blacklisted');
  });

  it('admits nobody but the whitelist when asked to', async () => {
    const { run } = dialplanFixture(one({ admit: 'allowed', allow: number('13800138000') }));
    expect((await run()).did).toContain('queue sales 0');
    expect((await run({ from: '13300000000' })).steps).toEqual(['whitelist: not on the whitelist']);
  });

  it('limits the calls of one caller in a sliding window', async () => {
    const { run, clock } = dialplanFixture(one({ limit: { calls: 2, perMs: 60_000 } }));
    await run();
    await clock.advance(30_000);
    await run();
    expect((await run()).cause).toBe('busy');
    expect((await run({ from: '13300000000' })).cause).toBe('normal');
    await clock.advance(30_000);
    expect((await run()).cause).toBe('normal');
    expect((await run()).cause).toBe('busy');
  });

  it('takes no more calls at once than the hotline has channels', async () => {
    const { run, dialplans } = dialplanFixture(one({ channels: 1 }));
    const counters = dialplans.state.counters(dialplans.plan(N)!);
    counters.calls = 1;
    const second = await run();
    expect(second.cause).toBe('channel-limit');
    expect(second.steps).toEqual(['channels: 1 calls are in progress']);
    counters.calls = 0;
    expect((await run()).cause).toBe('normal');
    expect(counters.calls).toBe(0);
    // Whom it refused is none of those that it had at once.
    expect(counters.peaks.quarters().map(({ most }) => most)).toEqual([1]);
  });

  it.each([
    ['before-answer' as const, ['early', 'play welcome', 'answer', 'queue sales 0', 'hangup normal']],
    ['after-answer' as const, ['answer', 'play welcome', 'queue sales 0', 'hangup normal']],
  ])('plays the ringback %s', async (when, did) => {
    const { run } = dialplanFixture(one({ ringback: { prompt: 'welcome', when } }));
    expect((await run()).did).toEqual(did);
  });

  it('puts VIP callers first, or onto their own branch', async () => {
    const { run } = dialplanFixture(one({ vip: number('13800138000') }));
    expect((await run()).did).toContain('queue sales 10');
    expect((await run({ from: '13300000000' })).did).toContain('queue sales 0');
    const own = dialplanFixture(
      one({ vip: { who: [number('13800138000')], priority: 5, flow: queue('service', { priority: 2 }) } }),
    );
    expect((await own.run()).did).toContain('queue service 7');
  });
});

describe('the end of a call', () => {
  it('asks for a score after a talk: that of the hotline, or that of the queue', async () => {
    const own = dialplanFixture(one({ afterTalk: survey('three-keys') }));
    expect((await own.run()).did).toEqual(['answer', 'queue sales 0', 'survey three-keys', 'hangup normal']);
    const none = dialplanFixture(one({}));
    expect((await none.run()).did).toEqual(['answer', 'queue sales 0', 'hangup normal']);
  });

  it('asks nobody who was not served', async () => {
    const flow = queue('sales', { timeout: voicemail('box') });
    const { run } = dialplanFixture(one({ flow, afterTalk: survey('three-keys') }));
    const call = await run({ queues: [{ reason: 'timeout' }] });
    expect(call.did).toEqual(['answer', 'queue sales 0', 'voicemail box', 'hangup normal']);
  });

  it('goes to otherwise when the flow has no more to do, else says goodbye with the cause', async () => {
    const own = dialplanFixture(one({ otherwise: voicemail('box') }));
    const call = await own.run({ queues: [{ reason: 'full' }] });
    expect(call.did.slice(-2)).toEqual(['voicemail box', 'hangup normal']);
    const none = dialplanFixture(one({}));
    const unserved = await none.run({ queues: [{ reason: 'no-agents' }] });
    expect(unserved.did.slice(-2)).toEqual(['play goodbye', 'hangup no-agent']);
  });

  it('just stops when the caller hangs up', async () => {
    const { run, logged } = dialplanFixture(
      one({
        flow: async (call) => {
          call.signal.throwIfAborted();
          await call.hangup();
          await call.play('welcome');
        },
      }),
    );
    const call = await run();
    expect(call.did).toEqual(['hangup normal']);
    expect(logged).toEqual([]);
  });

  it('hears goodbye even when the default branch leads nowhere', async () => {
    const { run } = dialplanFixture(one({ flow: play('welcome'), otherwise: play('closed') }));
    expect((await run()).did).toEqual([
      'answer',
      'play welcome',
      'play closed',
      'play goodbye',
      'hangup normal',
    ]);
  });
});
