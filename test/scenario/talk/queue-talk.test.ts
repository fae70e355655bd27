import { afterEach, describe, expect, it } from 'vitest';
import type { TalkAlarm } from '../../../src/acd/acd-events.ts';
import { hold, resume } from '../../../src/call/hold.ts';
import { edited } from '../../support/companies.ts';
import { OPEN_TRUNK, type TalkScenario, talking } from '../../support/talk.ts';

/** What a queue wants of its talks. */
type Edits = Parameters<typeof edited>[1];
let s: TalkScenario;
const open = async (edits: Edits) => {
  s = await talking({ companies: edited(OPEN_TRUNK, edits) });
};
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

describe('alarms', () => {
  const alarms = () => {
    const told: TalkAlarm[] = [];
    s.pbx.acd.events.on('talkAlarm', (alarm) => told.push(alarm));
    return told;
  };
  const partner = () => s.talk.places.partner!.leg;

  it('tell once of a talk that lasts longer than its queue has it, and the talk goes on', async () => {
    await open({ queue: { talkAlarmMs: 300_000 } });
    const told = alarms();
    await s.clock.advance(299_000);
    expect(told).toEqual([]);
    await s.clock.advance(600_000);
    const { callId } = s.facts('arrived')[0]!;
    const alarm = { tenant: 'demo', queue: 'sales', agent: '8001', callId, what: 'talk', limitMs: 300_000 };
    expect(told).toEqual([alarm]);
    expect(s.facts('step').at(-1)).toMatchObject({
      step: 'alarm sales',
      why: 'the talk lasts longer than 300 s',
    });
    expect(s.talk.state).toBe('talking');
  });

  it('tell of each hold that lasts longer', async () => {
    await open({ queue: { holdAlarmMs: 30_000 } });
    const told = alarms();
    await hold(s.talk, partner());
    await s.clock.advance(20_000);
    await resume(s.talk, partner());
    await s.clock.advance(60_000);
    expect(told).toEqual([]);
    for (const count of [1, 2]) {
      await hold(s.talk, partner());
      await s.clock.advance(60_000);
      expect(told.map(({ what }) => what)).toEqual(Array(count).fill('hold'));
      await resume(s.talk, partner());
    }
  });

  it('tell nothing of a talk that was over before', async () => {
    await open({ queue: { talkAlarmMs: 300_000, holdAlarmMs: 30_000 } });
    const told = alarms();
    await hold(s.talk, partner());
    s.alice.remoteEnd('normal');
    await s.clock.advance(600_000);
    expect(told).toEqual([]);
  });
});

describe('a queue that records a share of its talks', () => {
  it('records none of them where that is none, and the record says so', async () => {
    await open({ queue: { recordShare: 0 } });
    expect(s.facts('recordingStarted')).toEqual([]);
    expect(s.facts('step').at(-1)).toMatchObject({
      step: 'recording',
      why: 'none: queue sales records 0 % of its talks',
    });
  });

  it('records as many of a hundred, by chance', async () => {
    await open({ queue: { recordShare: 30, announceAgent: false, wrapUpMs: 0 } });
    s.edge.phone('8001', { does: 'answer', afterMs: 0, talkMs: 100 });
    s.edge.phone('8002', { does: 'answer', afterMs: 0, talkMs: 100 });
    s.alice.remoteEnd('normal');
    for (let count = 0; count < 200; count++) {
      s.call();
      await s.clock.runUntil(() => s.pbx.calls.size === 0);
    }
    const recorded = s.facts('recordingStarted').length;
    expect(recorded).toBeGreaterThan(40);
    expect(recorded).toBeLessThan(80);
  });
});
