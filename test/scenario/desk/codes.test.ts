import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputLog } from '../../../src/acd/input-log.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { entity } from '../../support/companies.ts';
import { answering, atDesk, DESKS, over, refusal } from '../../support/desk.ts';
import { type Scenario, scenario } from '../../support/scenario.ts';
import { phoneCalls, talkOf } from '../../support/talk.ts';

/** A phone dials a code and, when it is asked, keys a PIN; what it heard until it was over. */
async function dialled(s: Scenario, from: string, code: string, ...pins: string[]): Promise<string[]> {
  const sip = phoneCalls(s, from, code);
  await s.clock.settle();
  const endpoint = s.ear();
  for (const pin of pins) {
    await s.clock.runUntil(() => s.heard(endpoint).at(-1) === 'enter-pin');
    for (const digit of `${pin}#`) endpoint.press(digit);
    await s.clock.advance(100);
  }
  await s.clock.runUntil(() => sip.state === 'ended');
  return s.heard(endpoint);
}

const open = () => scenario(async (call) => void (await call.queue('sales')), { companies: DESKS });
const stateOf = (s: Scenario, agent: string) => s.pbx.acd.stateOf('demo', agent);

describe('feature codes of agents', () => {
  it('each state has one, and is spoken', async () => {
    const s = await open();
    const steps: [string, string, string][] = [
      ['*51', 'agent-signed-out', 'signed-out'],
      ['*50', 'agent-signed-in', 'ready'],
      ['*53', 'agent-busy', 'busy'],
      ['*52', 'agent-ready', 'ready'],
      ['*5412', 'agent-break', 'break'],
      ['*52', 'agent-ready', 'ready'],
    ];
    for (const [code, prompt, state] of steps) {
      expect(await dialled(s, '8001', code)).toEqual([prompt]);
      expect(stateOf(s, '8001')).toBe(state);
    }
    expect(s.agentEvents.filter(({ reason }) => reason !== undefined).at(-1)).toMatchObject({
      did: 'break',
      reason: '12',
    });
    await s.close();
  });

  it('a company with reasons of breaks has no others; digits are their places', async () => {
    const reason = (name: string) => entity('breakReason', { tenant: 'demo', name, title: {} });
    const s = await scenario(async () => {}, { companies: [...DESKS, reason('lunch'), reason('coffee')] });
    expect(await dialled(s, '8001', '*542')).toEqual(['agent-break']);
    expect(s.agentEvents.at(-1)).toMatchObject({ did: 'break', reason: 'lunch' });
    expect(await dialled(s, '8001', '*543')).toEqual(['not-possible']);
    const actor = { tenant: 'demo', agent: '8001' };
    expect(await refusal(s, s.pbx.desk.act(actor, 'break', { reason: 'nap' }))).toBe('not-found');
    expect(await refusal(s, s.pbx.desk.act(actor, 'break', { reason: 'coffee' }))).toBeUndefined();
    await s.close();
  });

  it('what cannot be is said: no wrap-up, signed out, a phone at which nobody sits', async () => {
    const s = await open();
    expect(await dialled(s, '8001', '*55')).toEqual(['not-possible']);
    await dialled(s, '8001', '*51');
    expect(await dialled(s, '8001', '*52')).toEqual(['not-possible']);
    expect(await dialled(s, '8010', '*50')).toEqual(['not-possible']);
    expect(s.facts('ended').map(({ cause }) => cause)).toEqual([
      'forbidden',
      'normal',
      'forbidden',
      'forbidden',
    ]);
    await s.close();
  });

  it('ends the wrap-up', async () => {
    const s = await atDesk();
    s.bob.remoteEnd('normal');
    await s.clock.advance(1_000);
    expect(stateOf(s, '8001')).toBe('wrap-up');
    expect(await dialled(s, '8001', '*54')).toEqual(['agent-break', 'after-call']);
    expect(await dialled(s, '8001', '*55')).toEqual(['wrap-up-ended']);
    expect(stateOf(s, '8001')).toBe('break');
    await over(s);
  });

  it('an agent signs in at any phone with his PIN, is rung there, and sits at his own again', async () => {
    const s = await open();
    await dialled(s, '8001', '*51');
    expect(await dialled(s, '8010', '*508001', '4711')).toEqual(['enter-pin', 'agent-signed-in']);
    expect([stateOf(s, '8001'), s.pbx.acd.seatOf('demo', '8001')?.number]).toEqual(['ready', '8010']);
    expect(JSON.stringify(s.events)).not.toContain('4711');
    answering(s, '8010');
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(talkOf(s, alice).places.partner).toMatchObject({
      who: { name: '8001' },
      leg: { party: { number: '8010' } },
    });
    await s.pbx.desk.act({ tenant: 'demo', agent: '8001' }, 'hold', {});
    expect(talkOf(s, alice).state).toBe('held');
    alice.remoteEnd('normal');
    await s.clock.advance(15_000);
    await dialled(s, '8010', '*51');
    expect(s.pbx.acd.seatOf('demo', '8001')?.number).toBe('8001');
    await s.clock.advance(60_000);
    await s.close();
  });

  it('no PIN is in what the ACD was told, which is kept to be played again', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'acd-inputs-'));
    const log = new InputLog(dir, 'demo', silentLogger);
    const s = await scenario(async () => {}, { companies: DESKS, inputLog: () => log });
    s.change({ agent: (agent) => (agent.id === '8002' ? { pin: '471147114711' } : agent) });
    await dialled(s, '8010', '*508001', '4711');
    await s.close();
    await log.close();
    const kept = readFileSync(join(dir, 'demo.jsonl'), 'utf8');
    rmSync(dir, { recursive: true });
    expect([kept.includes('"set-up"'), kept.includes('"seated"'), kept.includes('4711')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('a phone whose agent sits elsewhere is not his, whatever its number; he signs in there again', async () => {
    const s = await open();
    await dialled(s, '8001', '*51');
    await dialled(s, '8010', '*508001', '4711');
    for (const code of ['*51', '*53', '*54'])
      expect(await dialled(s, '8001', code)).toEqual(['not-possible']);
    expect(stateOf(s, '8001')).toBe('ready');
    s.change({ agent: (agent) => (agent.id === '8009' ? { extension: '8003' } : agent) });
    const sip = phoneCalls(s, '8009', '*568001');
    await s.clock.runUntil(() => sip.state === 'ended');
    expect([s.facts('step').at(-1)?.why, s.audited]).toEqual(['no agent sits at 8009', []]);
    expect(await dialled(s, '8001', '*50')).toEqual(['agent-signed-in']);
    expect(s.pbx.acd.seatOf('demo', '8001')?.number).toBe('8001');
    await s.close();
  });

  it('wrong PINs are slower each time, and in the end nothing is taken', async () => {
    const s = await open();
    await dialled(s, '8001', '*51');
    const begun = s.clock.now();
    expect(await dialled(s, '8010', '*508001', '1', '22', '47111')).toEqual([
      'enter-pin',
      'wrong-pin',
      'enter-pin',
      'wrong-pin',
      'enter-pin',
      'wrong-pin',
      'wrong-pin',
    ]);
    expect(s.clock.now() - begun).toBeGreaterThan(6_000);
    expect((await dialled(s, '8010', '*508001', '1', '2')).at(-1)).toBe('too-many-tries');
    expect(await dialled(s, '8010', '*508001')).toEqual(['too-many-tries']);
    expect(stateOf(s, '8001')).toBe('signed-out');
    await s.clock.advance(61_000);
    expect((await dialled(s, '8010', '*508001', '4711')).at(-1)).toBe('agent-signed-in');
    await s.close();
  });

  it('many calls at once, or one PIN for everybody, try no more PINs', async () => {
    const pins = ['8001', '8002', '8003', '8009'];
    const s = await open();
    s.change({ agent: (agent) => (pins.includes(agent.id) ? { pin: '4711' } : agent) });
    await dialled(s, '8001', '*51');
    const calls = Array.from({ length: 6 }, () => phoneCalls(s, '8010', '*508001'));
    await s.clock.settle();
    const ears = calls.map(() => s.ear());
    await s.clock.advance(500);
    const keys = (at: number, pin: string) => {
      for (const digit of `${pin}#`) ears[at]!.press(digit);
    };
    for (let at = 0; at < 5; at++) keys(at, '0000');
    await s.clock.settle();
    keys(5, '4711');
    await s.clock.runUntil(() => calls.every(({ state }) => state === 'ended'));
    expect(ears.map((ear) => s.heard(ear).at(-1))).toEqual(Array(6).fill('too-many-tries'));
    expect(stateOf(s, '8001')).toBe('signed-out');
    await s.clock.advance(61_000);
    for (const agent of ['8001', '8002', '8003'])
      expect((await dialled(s, '8010', `*50${agent}`, '1', '2', '3')).at(-1)).toBe('wrong-pin');
    expect(await dialled(s, '8010', '*508009', '1')).toEqual(['enter-pin', 'wrong-pin', 'too-many-tries']);
    await s.close();
  });

  it('nobody signs in where a colleague sits; at the phone of their own two may', async () => {
    const s = await open();
    s.change({ agent: (agent) => (agent.id === '8002' ? { pin: '1234' } : agent) });
    await dialled(s, '8001', '*51');
    await dialled(s, '8010', '*508001', '4711');
    expect(await dialled(s, '8010', '*508002', '1234')).toEqual(['enter-pin', 'not-possible']);
    expect(s.facts('step').at(-1)?.why).toBe('agent 8001 is signed in at 8010: he signs out there first');
    expect(s.pbx.acd.seatOf('demo', '8002')?.number).toBe('8002');
    expect(await dialled(s, '8001', '*508002', '1234')).toEqual(['enter-pin', 'agent-signed-in']);
    await dialled(s, '8010', '*51');
    expect(await dialled(s, '8001', '*50')).toEqual(['not-possible']);
    await dialled(s, '8001', '*51');
    expect(await dialled(s, '8001', '*50')).toEqual(['agent-signed-in']);
    s.change({ agent: (agent) => (agent.id === '8003' ? { extension: '8001' } : agent) });
    s.pbx.acd.signOut('demo', '8003');
    expect(await dialled(s, '8001', '*508003')).toEqual(['agent-signed-in']);
    await s.close();
  });

  it('who is ready at a phone that is not to be disturbed is told so', async () => {
    const s = await open();
    expect(await dialled(s, '8001', '*78')).toEqual(['dnd-on']);
    expect(await dialled(s, '8001', '*52')).toEqual(['agent-ready', 'dnd-on']);
    expect(stateOf(s, '8001')).toBe('busy');
    await dialled(s, '8001', '*78');
    expect([stateOf(s, '8001'), await dialled(s, '8001', '*52')]).toEqual(['ready', ['agent-ready']]);
    await s.close();
  });

  it('who has no PIN sits at his own phone only; a stranger to the company is none', async () => {
    const s = await open();
    expect(await dialled(s, '8010', '*508002')).toEqual(['no-right']);
    expect(await dialled(s, '8002', '*508002')).toEqual(['agent-signed-in']);
    expect(await dialled(s, '8010', '*509999')).toEqual(['not-possible']);
    await s.close();
  });

  it('a phone that hangs up while its PIN is asked for leaves nothing open', async () => {
    const s = await open();
    const sip = phoneCalls(s, '8010', '*508001');
    await s.clock.advance(1_000);
    sip.remoteEnd('normal');
    await s.clock.settle();
    expect(stateOf(s, '8001')).toBe('ready');
    await s.close();
  });

  it('takes who has waited longest in the queues of who sits there', async () => {
    const s = await open();
    await s.pbx.desk.act({ tenant: 'demo', agent: '8001' }, 'busy', {});
    const alice = s.call();
    await s.clock.advance(1_000);
    const bert = s.call();
    await s.clock.advance(1_000);
    phoneCalls(s, '8001', '*59');
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(talkOf(s, alice).places.partner?.who).toEqual({ name: '8001', kind: 'agent' });
    const none = phoneCalls(s, '8002', '*59');
    await s.clock.runUntil(() => none.state === 'ended');
    expect(s.facts('step').at(-1)?.why).toBe('nobody waits in a queue of the agent who sits there');
    const tiers = [{ afterMs: 60_000, agents: ['8002'] }];
    s.change({ queue: (queue) => (queue.name === 'sales' ? { tiers } : queue) });
    phoneCalls(s, '8002', '*59');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(talkOf(s, bert).places.partner?.who.name).toBe('8002');
    for (const leg of [alice, bert]) leg.remoteEnd('normal');
    await s.clock.advance(60_000);
    await s.close();
  });

  it('supervising once more from another phone is refused', async () => {
    const s = await atDesk();
    const first = phoneCalls(s, '8009', '*568001');
    await s.clock.settle();
    const second = phoneCalls(s, '8009', '*568001');
    await s.clock.runUntil(() => second.state === 'ended');
    expect([first.state, second.statuses]).toEqual(['confirmed', [200]]);
    expect(
      await refusal(s, s.pbx.desk.supervise({ tenant: 'demo', agent: '8009' }, 'leave', {})),
    ).toBeUndefined();
    await over(s);
  });
});
