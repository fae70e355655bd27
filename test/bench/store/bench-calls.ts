/** Calls as people make them: a menu, a queue, two agents rung, a recorded talk, a survey; 21 events, callers and agents of all kinds. */
import type { CallEvent } from '../../../src/call/call-events.ts';
import { sampleCall } from '../../support/call-events.ts';

/** Companies that the calls are of, in turn. */
const COMPANIES = 10;
/** Events until the agent has answered, and the rest. */
const HALF = 13;

export interface BenchCall {
  readonly beginning: readonly CallEvent[];
  readonly end: readonly CallEvent[];
}

/** The n-th call, begun at `at`. */
export function benchCall(prefix: string, n: number, at: number): BenchCall {
  // What is multiplied by a large odd number looks like chance.
  const chance = Math.imul(n, 2_654_435_761) >>> 0;
  const callId = `${prefix}${String(chance).padStart(10, '0')}${n.toString(36)}`.padEnd(22, '0').slice(0, 22);
  const tenantId = `t${n % COMPANIES}`;
  const caller = `13${String(chance % 1_000_000_000).padStart(9, '0')}`;
  const agent = `8${String(chance % 300).padStart(3, '0')}`;
  const file = `recordings/${tenantId}/2026/10/12/${callId}.wav`;
  const sha256 = String(chance).padStart(10, '0').repeat(7).slice(0, 64);
  const events = sampleCall(callId, { at, tenantId }).events.map((event): CallEvent => {
    switch (event.type) {
      case 'arrived':
        return { ...event, caller, sentFrom: caller, source: 'udp:203.0.113.7:5060' };
      case 'located':
        return { ...event, area: `area${chance % 340}` };
      case 'rung':
      case 'connected':
      case 'disconnected':
        return event.target === '8002' ? { ...event, target: agent } : event;
      case 'segment':
        return event.owner === '8002' ? { ...event, owner: agent } : event;
      case 'askEnded':
        return { ...event, agent };
      case 'recordingStarted':
        return { ...event, file };
      case 'recordingEnded':
        return { ...event, file, sha256 };
      default:
        return event;
    }
  });
  return { beginning: events.slice(0, HALF), end: events.slice(HALF) };
}
