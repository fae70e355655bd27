import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_ACTS, type AgentActName } from '../../../src/desk/agent-acts.ts';
import { SUPERVISOR_ACTS, type SupervisorActName } from '../../../src/desk/supervisor-acts.ts';
import { companiesIn } from '../../support/companies.ts';
import { companyFile, TENANTS, TwoCompanies } from '../../support/two-companies.ts';

/** Of b alone: an agent who talks, a queue, a call that waits, a survey. Both have a chief, 8001. */
const onlyOf = (tenant: string) => (tenant === 'b' ? '8009' : '8008');
const file = (tenant: 'a' | 'b') =>
  companyFile(tenant)
    .replace(
      'agents: { 8002: {} }',
      `agents: { 8001: { supervises: { all: true } }, 8002: {}, ${onlyOf(tenant)}: {} }`,
    )
    .replace(
      'queues: {',
      `queues: { only-${tenant}: { agents: [${onlyOf(tenant)}], noAgents: join, ring: 60s }, `,
    )
    .replace('lists: {', `${tenant === 'b' ? 'nuisances: { "13900000000": {} }\n' : ''}lists: {`)
    .replace('surveys: {', `surveys: { only-${tenant}: { prompt: goodbye }, `);

let t: TwoCompanies;
/** The call of b that waits. */
let waiting: string;

beforeEach(async () => {
  t = await TwoCompanies.open((call) => call.queue(call.tenant === 'b' ? 'only-b' : 'sales'), {
    companies: companiesIn(TENANTS.map(file).join('---')),
  });
  t.s.edge.phone('8009-b', { does: 'answer', afterMs: 1_000 });
  t.arrives('b');
  await t.s.clock.runUntil(() => t.s.facts('connected').length === 1);
  t.arrives('b');
  await t.s.clock.advance(1_000);
  waiting = t.s.facts('arrived').at(-1)!.callId;
  await t.talking('a');
});

afterEach(() => t.close());

/** For each act what names something of b's, by somebody of a's. */
const NAMED: { readonly [Name in AgentActName]?: readonly (() => object)[] } = {
  transfer: [() => ({ to: { agent: '8009' } }), () => ({ to: { queue: 'only-b' } })],
  consult: [() => ({ to: { agent: '8009' } })],
  invite: [() => ({ to: { agent: '8009' } })],
  dial: [() => ({ to: { agent: '8009' } })],
  'pick-up': [() => ({ agent: '8009' }), () => ({ queue: 'only-b' }), () => ({ call: waiting })],
  survey: [() => ({ survey: 'only-b' })],
  'sign-in': [() => ({ extension: '8009' }), () => ({ queues: ['only-b'] })],
};

const SUPERVISED: { readonly [Name in SupervisorActName]: readonly (() => object)[] } = {
  'answer-help': [() => ({ agent: '8009', text: 'x' })],
  'confirm-nuisance': [() => ({ number: '13900000000' })],
  'dismiss-nuisance': [() => ({ number: '13900000000' })],
  'end-help': [() => ({ agent: '8009' })],
  'end-wrap-up': [() => ({ agent: '8009' })],
  force: [() => ({ agent: '8009', state: 'busy' })],
  intercept: [() => ({ agent: '8009' }), () => ({ call: waiting })],
  // names nobody: it is of who follows somebody already
  leave: [],
  message: [() => ({ agent: '8009', text: 'x' }), () => ({ queue: 'only-b', text: 'x' })],
  monitor: [() => ({ agent: '8009' })],
  'move-caller': [() => ({ call: waiting, queue: 'sales' })],
  'move-queues': [() => ({ agent: '8009' }), () => ({ agent: '8002', queues: ['only-b'] })],
  'prioritise-caller': [() => ({ call: waiting, priority: 1 })],
  'take-down': [() => ({ agent: '8009' })],
};

const NO_SUCH = expect.stringMatching(/^(no-such-.*|not-found)$/);
const codeOf = (done: Promise<unknown>) =>
  done.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

describe("another company's", () => {
  it.each(Object.keys(AGENT_ACTS) as AgentActName[])('agent, queue or call is none to %s', async (name) => {
    const facts = t.factsOf('b');
    const agents = t.s.agentEvents.length;
    const act = (agent: string, args: object) =>
      codeOf(t.s.pbx.desk.act({ tenant: 'a', agent }, name, args as never));
    // an agent of b alone does not act in a
    expect(await act('8009', NAMED[name]?.[0]?.() ?? {})).toEqual(NO_SUCH);
    for (const args of NAMED[name] ?? [])
      expect([args(), await act('8002', args())]).toEqual([args(), NO_SUCH]);
    expect([t.factsOf('b'), t.s.agentEvents.length]).toEqual([facts, agents]);
  });

  it.each(Object.keys(SUPERVISOR_ACTS) as SupervisorActName[])('agent is none to %s', async (name) => {
    const facts = t.factsOf('b');
    const agents = t.s.agentEvents.length;
    const supervise = (agent: string, of: object) =>
      codeOf(t.s.pbx.desk.supervise({ tenant: 'a', agent }, name, of as never));
    expect(await supervise('8009', SUPERVISED[name][0]?.() ?? {})).toEqual(NO_SUCH);
    for (const args of SUPERVISED[name]) expect(await supervise('8001', args())).toEqual(NO_SUCH);
    expect([t.factsOf('b'), t.s.agentEvents.length, t.s.audited]).toEqual([facts, agents, []]);
  });
});
