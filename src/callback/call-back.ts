import { seatOf } from '../acd/agent-seat.ts';
import { ringAgents } from '../acd/offer.ts';
import { talkWith } from '../acd/talk-with.ts';
import type { Turn, Visit } from '../acd/visit.ts';
import type { Winner } from '../acd/winner.ts';
import type { Arrival } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Destination } from '../call/destination.ts';
import type { Leg } from '../call/leg.ts';
import { OutboundOpening } from '../call/opening.ts';
import { type RingResult, ring } from '../call/ring.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { CallId, TenantId } from '../shared/ids.ts';
import type { Callback } from './callback.ts';
import type { CallbackParts } from './callback-parts.ts';

/** A turn that a promise was given. */
export interface Task {
  /** Of the call in which it is taken. */
  readonly callId: CallId;
  readonly visit: Visit;
  readonly turn: Turn;
  readonly config: Queue;
  readonly callback: Callback;
  /** An agent is there: a try is counted before the other one is rung. False: the promise was taken back meanwhile. */
  readonly onTry: () => Promise<boolean>;
}

/**
 * How it went. `no-agent`: none answered; `agent-left`: he hung up before the other one answered, or his leg died in the talk and he did
 * not come back: neither is a try.
 */
export type Tried =
  | { readonly outcome: 'no-agent' | 'talked' }
  | { readonly outcome: 'agent-left' | 'unanswered'; readonly why: string };

const HUNG_UP: Tried = { outcome: 'agent-left', why: 'the agent hung up' };

/** Who was promised is rung so long. */
const RING_MS = 45_000;

/** Rings the agents, then who was promised, and connects the two. */
export async function callBack(parts: CallbackParts, task: Task): Promise<Tried> {
  const { visit, turn, config, callback } = task;
  const { acd, calls, directory } = parts;
  const destination = directory.find(callback.number, callback.tenant);
  const call = calls.originate(arrivalOf(callback, destination, turn), task.callId);
  call.note('callbackBegun', { queue: config.name, promisedIn: callback.callId as CallId });
  visit.lend(call);
  try {
    const won = await ringAgents(acd, visit, config, turn);
    if (!won) {
      call.end('no-agent');
      return { outcome: 'no-agent' };
    }
    if (!(await task.onTry())) return { outcome: 'no-agent' };
    return await reach(parts, task, { call, destination, won });
  } catch (error) {
    if (!call.outcome) throw error;
    const { by, cause } = call.outcome;
    // He hung up first.
    if (call.hasCaller && by === 'caller') return { outcome: 'talked' };
    return { outcome: 'unanswered', why: cause };
  } finally {
    visit.lend(undefined);
    call.end('normal');
  }
}

/** An agent waits: the other one is rung. */
async function reach(
  { acd, directory, promptItems }: CallbackParts,
  { config, visit, callback: { tenant, number } }: Task,
  { call, destination, won }: { call: Call; destination: Destination; won: Winner },
): Promise<Tried> {
  const { leg: agent } = won;
  call.segment('ring', number);
  const tone = agent.media.play([...promptItems(tenant, ['callback-agent']), { tone: 'ringback' }]);
  const target = { name: number, destination };
  const rung = await whileThere(agent, (signal) =>
    ring(call, directory, [target], { ringMs: RING_MS, reason: 'originate', signal }),
  );
  tone.stop();
  if (!rung.answered) {
    const outcome = rung.outcomes.get(target);
    const hasLeft = agent.sip.state === 'ended';
    call.end(outcome?.cause ?? 'no-answer');
    return hasLeft ? HUNG_UP : { outcome: 'unanswered', why: outcome?.why ?? 'no answer' };
  }
  call.open(new OutboundOpening(rung.leg));
  call.markAnswered();
  if (config.record) await acd.parts.tellOfRecording?.(call, config.recordingNotice);
  const { reason } = await talkWith(acd, visit, config, won);
  switch (reason) {
    case 'not-begun':
      return HUNG_UP;
    case 'lost':
      return { outcome: 'agent-left', why: 'the leg of the agent died in the talk' };
    case 'served':
      return { outcome: 'talked' };
  }
}

/** Rings as long as the agent is there. */
async function whileThere(
  agent: Leg,
  ringing: (signal: AbortSignal) => Promise<RingResult>,
): Promise<RingResult> {
  const left = new AbortController();
  const ended = agent.sip.events.once('ended', () => left.abort());
  if (agent.sip.state === 'ended') left.abort();
  try {
    return await ringing(left.signal);
  } finally {
    ended.off();
  }
}

/** The record's caller is the phone of who is rung first; whom he calls is who was promised. */
function arrivalOf({ tenant, number, callId }: Callback, { kind }: Destination, { agents }: Turn): Arrival {
  const tenantId = tenant as TenantId;
  const caller = agents[0] ? seatOf(agents[0].extension).number : '';
  return {
    tenantId,
    party: { tenant: tenantId, kind, number },
    origin: { callback: callId },
    direction: kind === 'line' ? 'outbound' : 'internal',
    caller,
    callerName: undefined,
    called: number,
    sent: { from: caller, to: number, identity: undefined },
    diversions: [],
    earlyMedia: true,
    media: {},
  };
}
