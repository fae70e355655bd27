/** A company of agents at their desks: alice calls its hotline and talks with 8001 of queue `sales`. */
import type { AgentActName, AgentArgs, AgentResult } from '../../src/desk/agent-acts.ts';
import type { Done } from '../../src/desk/supervisor-act/supervisor-act.ts';
import type { SupervisorActName, SupervisorArgs } from '../../src/desk/supervisor-acts.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { companiesIn } from './companies.ts';
import type { Scenario } from './scenario.ts';
import { ear, type TalkScenario, talking } from './talk.ts';

/** 8001 serves `sales`, 8002 `service`, 8003 nothing; 8009 is the chief of `sales`. */
export const DESKS = companiesIn(`
tenant: demo
tenants: { demo: { showsSupervision: true } }
trunks: { carrier: { addresses: [127.0.0.1], uri: "sip:carrier", probe: 0s, callerId: "4001234567" } }
extensions: { 8001: {}, 8002: {}, 8003: { outside: none }, 8009: {}, 8010: {} }
agents:
  8001: { pin: "4711" }
  8002: {}
  8003: {}
  8009: { supervises: { queues: [sales] } }
queues:
  sales: { agents: [8001], announceAgent: false, noAgents: join, wrapUp: 10s, survey: after, music: queue-music }
  service: { agents: [8002], announceAgent: false, wrapUp: 0s }
  closed: { agents: [] }
surveys: { after: { prompt: survey-three-keys, timeout: 3s } }
`);

export const LINE = '13900139000';

/** Agent 8001 of `DESKS` talks with alice. */
export function atDesk(
  then: string[] = [],
  parts: Parameters<typeof talking>[0] = {},
): Promise<TalkScenario> {
  return talking({ companies: DESKS, ...parts }, then);
}

/** An agent acts. */
export function act<Name extends AgentActName>(
  s: Scenario,
  agent: string,
  name: Name,
  args: AgentArgs<Name>,
): Promise<AgentResult<Name>> {
  return s.pbx.desk.act({ tenant: 'demo', agent }, name, args);
}

/** The chief acts. */
export function chief<Name extends SupervisorActName>(
  s: Scenario,
  name: Name,
  args: SupervisorArgs<Name>,
): Promise<Done> {
  return s.pbx.desk.supervise({ tenant: 'demo', agent: '8009' }, name, args);
}

/** The result of an act, as virtual time runs on until there is one. */
export async function resultOf<Result>(s: Scenario, done: Promise<Result>): Promise<Result> {
  let isOver = false;
  const ended = () => {
    isOver = true;
  };
  done.then(ended, ended);
  await s.clock.runUntil(() => isOver);
  await s.clock.settle();
  return done;
}

/** The code that an act is refused with; undefined: it is not. */
export async function refusal(s: Scenario, done: Promise<unknown>): Promise<string | undefined> {
  return resultOf(
    s,
    done.then(
      () => undefined,
      (error: { code: string }) => error.code,
    ),
  );
}

/** The ear of an extension's phone: of its newest leg. */
export function earOf(s: Scenario, extension: string): NullEndpoint {
  const leg = s.pbx.calls.legsOf('demo', { kind: 'extension', number: extension }).at(-1);
  if (!leg) throw new Error(`${extension} is in no call`);
  return ear(leg);
}

/** Phones of these extensions answer after a second. */
export function answering(s: Scenario, ...extensions: string[]): void {
  for (const extension of extensions) s.edge.phone(extension, { does: 'answer', afterMs: 1_000 });
}

/** Alice hangs up; nothing is left open. */
export async function over(s: TalkScenario): Promise<void> {
  s.alice.remoteEnd('normal');
  await s.clock.advance(60_000);
  await s.close();
}
