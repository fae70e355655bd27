import { describe, expect, it } from 'vitest';
import type { HelpTold } from '../../../src/desk/help-asks.ts';
import { act, answering, atDesk, chief, over, refusal, resultOf } from '../../support/desk.ts';
import type { TalkScenario } from '../../support/talk.ts';

/** An agent asks his supervisors for help (求助): 8001 talks with alice, 8009 is his chief. */
async function asking(text?: string) {
  const told: HelpTold[] = [];
  const messages: string[] = [];
  const s = await atDesk([], {
    tellHelp: (each) => void told.push(each),
    tellAgents: async (message) => void messages.push(`${message.by} to ${message.agents}: ${message.text}`),
  });
  const ask = await act(s, '8001', 'help', text === undefined ? {} : { text });
  return { s, told, messages, ask };
}

const steps = (s: TalkScenario) =>
  s.facts('step').flatMap(({ step, why }) => (step.startsWith('help') ? [`${step}: ${why}`] : []));
const open = (s: TalkScenario) => s.pbx.desk.asksForHelp().map(({ agent, text }) => `${agent} ${text}`);
const dids = (told: readonly HelpTold[]) =>
  told.map(({ did, by, ending, waitedMs }) => [did, by ?? ending, waitedMs]);

describe('an agent asks for help', () => {
  it('the chief listens to him from it: who came, and how soon, stands in the call, the stream and the audit trail', async () => {
    const { s, told, ask } = await asking('要退款');
    const callId = s.talk.call.id;
    expect(open(s)).toEqual(['8001 要退款']);
    expect(told).toEqual([
      {
        ...{ tenantId: 'demo', at: s.clock.now(), help: ask.help, agent: '8001', did: 'ask', callId },
        ...{ queue: 'sales', by: undefined, text: '要退款', mode: undefined, ending: undefined, waitedMs: 0 },
      },
    ]);
    await s.clock.advance(4_000);
    answering(s, '8009');
    await resultOf(s, chief(s, 'monitor', { agent: '8001' }));
    await chief(s, 'monitor', { agent: '8001', mode: 'barge' });
    const [{ helpers } = { helpers: [] }] = s.pbx.desk.asksForHelp();
    expect(helpers).toEqual([{ by: '8009', at: told[1]!.at, mode: 'listen' }]);
    const waitedMs = told[1]!.waitedMs;
    expect(waitedMs).toBe(5_000);
    await s.clock.advance(6_000);
    await chief(s, 'end-help', { agent: '8001' });
    expect(open(s)).toEqual([]);
    expect(steps(s)).toEqual([
      'help: 8001: 要退款',
      'help → came: 8009: listen, after 5 s',
      `help → done: 8009, after ${Math.round(told[2]!.waitedMs / 1000)} s`,
    ]);
    expect(s.audited.map(({ act: name, by, callId: of, details }) => [name, by, of, details])).toEqual([
      ['help', 'agent 8001', callId, { characters: 3 }],
      ['come-to-help', 'agent 8009', callId, { mode: 'listen', waitedMs }],
      ['monitor', 'agent 8009', callId, { mode: 'listen' }],
      ['monitor', 'agent 8009', callId, { mode: 'barge' }],
      ['end-help', 'agent 8009', callId, { waitedMs: told[2]!.waitedMs }],
    ]);
    await over(s);
  });

  it('the chief answers in words, which the agent has at his desk and in the stream', async () => {
    const { s, told, messages } = await asking();
    await s.clock.advance(3_000);
    await chief(s, 'answer-help', { agent: '8001', text: '马上来' });
    expect(messages).toEqual(['agent 8009 to 8001: 马上来']);
    const at = s.clock.now();
    expect(s.pbx.desk.helpOf('demo', '8001')).toMatchObject({
      answers: [{ by: '8009', at, text: '马上来' }],
    });
    expect(dids(told)).toEqual([
      ['ask', undefined, 0],
      ['answer', '8009', 3_000],
    ]);
    expect(steps(s)).toEqual(['help: 8001', 'help → replied: 8009, after 3 s']);
    await over(s);
  });

  it('asks once, in other words where he has others', async () => {
    const { s, told, ask } = await asking('a');
    expect(await act(s, '8001', 'help', {})).toEqual(ask);
    expect(await act(s, '8001', 'help', { text: 'b' })).toEqual(ask);
    expect([open(s), told.map(({ text }) => text)]).toEqual([['8001 b'], ['a', 'b']]);
    await act(s, '8001', 'withdraw-help', {});
    expect([open(s), steps(s).at(-1)]).toEqual([[], 'help → withdrawn: after 0 s']);
    expect(await refusal(s, act(s, '8001', 'withdraw-help', {}))).toBe('wrong-state');
    expect(await refusal(s, chief(s, 'end-help', { agent: '8001' }))).toBe('wrong-state');
    await over(s);
  });

  it('it is over with the call', async () => {
    const { s, told } = await asking();
    await s.clock.advance(2_000);
    s.alice.remoteEnd('normal');
    await s.clock.settle();
    expect(open(s)).toEqual([]);
    expect(dids(told).at(-1)).toEqual(['end', 'call-ended', 2_000]);
    await over(s);
  });

  it('it is over when he gives the caller away, and the call goes on', async () => {
    const { s, told } = await asking();
    answering(s, '8002');
    await resultOf(s, act(s, '8001', 'transfer', { to: { agent: '8002' } }));
    await s.clock.settle();
    expect(open(s)).toEqual([]);
    expect(dids(told).at(-1)?.slice(0, 2)).toEqual(['end', 'left-call']);
    expect([s.alice.state, steps(s).at(-1)?.startsWith('help → left-call: after')]).toEqual([
      'confirmed',
      true,
    ]);
    await over(s);
  });

  it('outside of calls it stands for half an hour, or until he signs out', async () => {
    const { s, told } = await asking();
    await act(s, '8002', 'help', { text: '系统慢' });
    await act(s, '8003', 'help', {});
    expect(open(s)).toEqual(['8001 ', '8002 系统慢', '8003 ']);
    await act(s, '8003', 'sign-out', {});
    expect(dids(told).at(-1)?.slice(0, 2)).toEqual(['end', 'signed-out']);
    s.alice.remoteEnd('normal');
    await s.clock.advance(30 * 60_000 - 1);
    expect(open(s)).toEqual(['8002 系统慢']);
    await s.clock.advance(1);
    expect([open(s), dids(told).at(-1)]).toEqual([[], ['end', 'lapsed', 30 * 60_000]]);
    await over(s);
  });

  it('is nothing to who does not supervise him', async () => {
    const { s } = await asking();
    await act(s, '8002', 'help', {});
    const other = { tenant: 'demo', agent: '8002' };
    const codes = [
      await refusal(s, chief(s, 'end-help', { agent: '8002' })),
      await refusal(s, chief(s, 'answer-help', { agent: '8002', text: 'x' })),
      await refusal(s, s.pbx.desk.supervise(other, 'end-help', { agent: '8001' })),
    ];
    expect([codes, open(s)]).toEqual([
      ['forbidden', 'forbidden', 'forbidden'],
      ['8001 ', '8002 '],
    ]);
    await over(s);
  });
});
