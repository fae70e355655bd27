/** A company whose agents 8001 and 8002 sit at mobiles: alice calls its hotline, whose queue rings 8001 first. */
import type { SipLeg } from '../../src/edge/edge.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { makeArea } from '../../src/numbering/area.ts';
import { companiesIn, type Edits, edited } from './companies.ts';
import { type Scenario, scenario } from './scenario.ts';
import { ear } from './talk.ts';

export const M1 = '13911110001';
export const M2 = '13911110002';

const COMPANY = companiesIn(`
tenant: demo
tenants: { demo: {} }
trunks: { carrier: { addresses: [127.0.0.1], uri: "sip:carrier", probe: 0s, callerId: "4001234567" } }
extensions: { 8001: {}, 8002: {}, 8003: {} }
agents:
  8001: { phone: "${M1}" }
  8002: { phone: "${M2}" }
  8003: {}
queues:
  sales:
    agents: [8001, 8002]
    strategy: sequential
    announceAgent: false
    announceToAgent: { queue: welcome, area: true }
    wrapUp: 10s
    music: queue-music
`);

/** One call outside an hour for each extension. */
export const LIMITED: Edits = {
  tenant: {
    outsideLimits: {
      extension: { hour: { calls: 1 }, day: {} },
      company: { hour: {}, day: {} },
      prices: { local: 0, domestic: 0, international: 0 },
    },
  },
};

export interface Seats extends Scenario {
  stateOf(agent: string): string | undefined;
  /** The mobile, which rings, is answered after a while. */
  answers(number: string, afterMs?: number): Promise<void>;
  /** What is heard at a number outside. */
  earAt(number: string): NullEndpoint;
  callerEar(caller: SipLeg): NullEndpoint;
}

export async function seats(edits: Edits = {}): Promise<Seats> {
  const s = await scenario(async (call) => void (await call.queue('sales')), {
    companies: edited(COMPANY, edits),
    areas: { areaOf: () => makeArea('广东', '深圳', '0755') },
  });
  for (const mobile of [M1, M2]) s.edge.phone(mobile, { does: 'ring' });
  const legAt = (number: string) => s.pbx.calls.legsOf('demo', { kind: 'line', number }).at(-1);
  return {
    ...s,
    stateOf: (agent) => s.pbx.acd.stateOf('demo', agent),
    answers: async (number, afterMs = 1_000) => {
      await s.clock.advance(afterMs);
      s.edge.legsTo(number)[0]!.pickUp();
      await s.clock.settle();
    },
    earAt: (number) => ear(legAt(number)!),
    callerEar: (caller) => ear([...s.pbx.calls].find((call) => call.caller.sip === caller)!.caller),
  };
}
