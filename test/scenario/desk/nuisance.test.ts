import { afterEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import type { ChangeSet } from '../../../src/provisioning/change.ts';
import { keyOf } from '../../../src/provisioning/change.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { type Named, Snapshot } from '../../../src/provisioning/snapshot.ts';
import { entity } from '../../support/companies.ts';
import { act, answering, atDesk, chief, DESKS, over, refusal, resultOf } from '../../support/desk.ts';
import { phoneCalls, type TalkScenario, talking, talkOf } from '../../support/talk.ts';

/** An agent has a caller who is a nuisance (骚扰): the call ends, the chief is told, the number is proposed for the blacklist. */
const ALICE = '13800138000';

let s: TalkScenario;
const asked: ChangeSet[] = [];
afterEach(async () => {
  asked.length = 0;
  await over(s);
});

/** What companies change counts at once, as the database would have it. */
async function open(...more: Named[]): Promise<void> {
  const provisioning = new Provisioning([...DESKS, ...more]);
  const changeCompanies = async (change: ChangeSet) => {
    asked.push(change);
    const gone = new Set([...change.put, ...change.removed].map(keyOf));
    const left = [...provisioning.snapshot].filter((each) => !gone.has(keyOf(each)));
    const put = change.put.map(({ value, ...name }) => ({
      ...name,
      value: { ...value, tenant: name.tenant, number: name.name },
    }));
    provisioning.replace(new Snapshot(2, [...left, ...(put as unknown as Named[])]));
  };
  s = await talking({ provisioning, changeCompanies });
}
const reported = () => s.provisioning.snapshot.of('nuisance', 'demo');
const proposed = (number: string, until: string) =>
  entity('nuisance', { tenant: 'demo', number, state: 'proposed', until, by: '8002' });

describe('an agent reports a nuisance caller', () => {
  it('the call is over, its record says why, the chief has an alarm, and the number is proposed', async () => {
    await open();
    const alarms: unknown[] = [];
    s.pbx.desk.events.on('nuisanceReported', (alarm) => alarms.push(alarm));
    const callId = s.talk.call.id;
    expect(await resultOf(s, act(s, '8001', 'nuisance', { reason: 'swears' }))).toEqual({ isProposed: true });
    expect([s.alice.state, s.bob.state, s.alice.endRequest?.cause]).toEqual(['ended', 'ended', 'nuisance']);
    expect(projectCdr(s.events)).toMatchObject({
      outcome: 'answered',
      cause: 'nuisance',
      endedBy: 'target',
      fault: 'caller',
    });
    expect(s.facts('step').at(-1)).toMatchObject({ step: 'nuisance', why: '8001: swears' });
    const report = { tenant: 'demo', agent: '8001', callId, queue: 'sales', number: ALICE, reason: 'swears' };
    expect(alarms).toEqual([{ ...report, supervisors: ['8009'] }]);
    expect(reported()).toEqual([
      expect.objectContaining({ number: ALICE, state: 'proposed', by: '8001', callId, until: '2026-11-09' }),
    ]);
    expect([asked[0]!.by, s.audited]).toMatchObject([
      'agent 8001',
      [{ by: 'agent 8001', act: 'nuisance', callId, details: { reason: 'swears' } }],
    ]);
    expect(JSON.stringify(s.audited)).not.toContain(ALICE);
  });

  it('by feature code, while he has the caller on hold', async () => {
    await open();
    await act(s, '8001', 'hold', {});
    const code = phoneCalls(s, '8001', '*60');
    await s.clock.settle();
    const endpoint = s.ear();
    await s.clock.runUntil(() => code.state === 'ended');
    expect([s.heard(endpoint), s.alice.endRequest?.cause]).toEqual([['nuisance-reported'], 'nuisance']);
    expect(reported()).toMatchObject([{ number: ALICE, state: 'proposed' }]);
  });

  it('takes out proposals that have lapsed, and leaves a confirmed number as it is', async () => {
    const confirmed = entity('nuisance', { tenant: 'demo', number: ALICE, state: 'confirmed' });
    await open(proposed('13800138001', '2026-10-09'), proposed('13800138002', '2026-10-10'));
    await resultOf(s, act(s, '8001', 'nuisance', {}));
    expect(reported().map(({ number }) => number)).toEqual(['13800138002', ALICE]);
    await over(s);
    asked.length = 0;
    await open(confirmed);
    expect(await resultOf(s, act(s, '8001', 'nuisance', {}))).toEqual({ isProposed: false });
    expect([asked, s.alice.state]).toEqual([[], 'ended']);
  });

  it('not a colleague, nor where nobody talks with him', async () => {
    await open();
    answering(s, '8003');
    phoneCalls(s, '8002', '8003');
    await s.clock.advance(2_000);
    expect(await refusal(s, act(s, '8002', 'nuisance', {}))).toBe('bad-request');
    expect(talkOf(s, s.edge.legsTo('8003')[0]!).state).toBe('talking');
    expect(await refusal(s, act(s, '8009', 'nuisance', {}))).toBe('no-talk');
    expect(asked).toEqual([]);
    await s.pbx.calls.close('normal');
  });

  it('whose number cannot be kept is cut off all the same', async () => {
    s = await atDesk();
    expect(await refusal(s, act(s, '8001', 'nuisance', {}))).toBe('not-supported');
    expect(s.alice.endRequest?.cause).toBe('nuisance');
  });
});

describe('a supervisor', () => {
  it('confirms a number, for a while or for good, or dismisses it; each is in the audit trail', async () => {
    await open(proposed(ALICE, '2026-10-20'));
    await chief(s, 'confirm-nuisance', { number: ALICE, until: '2027-10-10' });
    expect(reported()).toMatchObject([{ state: 'confirmed', until: '2027-10-10', by: '8002' }]);
    await chief(s, 'confirm-nuisance', { number: ALICE });
    expect(reported()[0]).not.toHaveProperty('until');
    await chief(s, 'dismiss-nuisance', { number: ALICE });
    expect(reported()).toEqual([]);
    expect(s.audited.map(({ act: name, by, agent }) => [name, by, agent])).toEqual([
      ['confirm-nuisance', 'agent 8009', '8002'],
      ['confirm-nuisance', 'agent 8009', '8002'],
      ['dismiss-nuisance', 'agent 8009', '8002'],
    ]);
    expect(await refusal(s, chief(s, 'dismiss-nuisance', { number: ALICE }))).toBe('not-found');
  });

  it('has to be one, and names a day', async () => {
    await open(proposed(ALICE, '2026-10-20'));
    const agent = { tenant: 'demo', agent: '8002' };
    const tried = s.pbx.desk.supervise(agent, 'confirm-nuisance', { number: ALICE });
    expect(await refusal(s, tried)).toBe('forbidden');
    expect(await refusal(s, chief(s, 'confirm-nuisance', { number: ALICE, until: 'soon' }))).toBe(
      'bad-request',
    );
  });
});
