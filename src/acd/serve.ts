import { answer } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import { connect } from '../call/connect.ts';
import { play } from '../call/gather.ts';
import type { Leg } from '../call/leg.ts';
import type { QueueOptions, QueueOutcome } from '../call/outcomes.ts';
import { type RingFailure, ring } from '../call/ring.ts';
import type { Playback } from '../media/media.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import type { Refusal } from './core/commands.ts';
import type { Turn, Visit } from './visit.ts';

/**
 * A caller's way through a queue: music, ringing agents one after the other, announcement, talk. Resolves when he
 * was served or leaves the queue; rejects with ClosedError when the call ends.
 */
export async function serve(
  acd: Acd,
  call: Call,
  queue: string,
  options: QueueOptions = {},
): Promise<QueueOutcome> {
  call.note('asked', { queue, priority: options.priority ?? 0 });
  const outcome = await visitQueue(acd, call, queue, options);
  if (outcome.reason !== 'served') {
    call.note('askEnded', { queue, ending: outcome.reason, agent: '' });
  }
  return outcome;
}

async function visitQueue(acd: Acd, call: Call, name: string, options: QueueOptions): Promise<QueueOutcome> {
  // As it is now: the caller goes through it as he found it.
  const config = acd.parts.provisioning.snapshot.get('queue', call.arrival.tenantId, name);
  const visit = acd.ask(call, name, options.priority ?? 0);
  if (visit.refusal) return turnedAway(call, name, visit.refusal);
  try {
    await answer(call);
    call.segment('queue', name);
    visit.join();
    return await waitInLine(acd, visit, config!, options);
  } finally {
    visit.leave();
  }
}

function turnedAway(call: Call, queue: string, { reason, why }: Refusal): QueueOutcome {
  call.note('step', { step: `queue ${queue}`, why });
  return { reason };
}

async function waitInLine(
  acd: Acd,
  visit: Visit,
  config: Queue,
  options: QueueOptions,
): Promise<QueueOutcome> {
  const { call } = visit;
  const patience = new Patience(acd, visit, options.maxWaitMs ?? config.maxWaitMs);
  const playMusic = () =>
    call.caller.media.play(acd.parts.promptItems(config.tenant, [config.music]), {
      repeat: Number.POSITIVE_INFINITY,
    });
  patience.offer(options.keys ?? '');
  let music: Playback | undefined;
  try {
    music = playMusic();
    while (true) {
      const turn = await visit.next();
      if (!turn && visit.refusal) return turnedAway(call, config.name, visit.refusal);
      if (!turn) return patience.outcome(config.name);
      const won = await ringAgents(acd, visit, config, turn);
      if (!won) continue;
      patience.offer('');
      music.stop();
      const served = await talkWith(acd, call, config, won);
      if (served) return served;
      call.note('step', { step: `queue ${config.name}`, why: `${won.leg.name} hung up before the talk` });
      call.segment('queue', config.name);
      patience.offer(options.keys ?? '');
      music = playMusic();
      visit.return();
    }
  } finally {
    patience.stop();
    music?.stop();
  }
}

/** The caller waits within the queue's limit, and as long as he stays on the line. */
class Patience {
  readonly #limitMs: number;
  readonly #visit: Visit;
  readonly #timer: { cancel(): void };
  /** The key that the caller left with. */
  #key: string | undefined;

  constructor(acd: Acd, visit: Visit, limitMs: number) {
    this.#visit = visit;
    this.#limitMs = limitMs;
    this.#timer = acd.parts.clock.after(limitMs, () => visit.giveUp());
  }

  /** Lets the caller leave with one of these keys; with none, keys mean nothing. */
  offer(keys: string): void {
    const onKey = (digit: string) => {
      if (!keys.includes(digit)) return;
      this.#key = digit;
      this.#visit.giveUp();
    };
    this.#visit.call.caller.listen(keys === '' ? undefined : onKey);
  }

  /** How he left who waits no longer. */
  outcome(queue: string): QueueOutcome {
    const { call } = this.#visit;
    if (this.#key !== undefined) {
      call.note('keyed', { purpose: `queue ${queue}`, digits: this.#key });
      return { reason: 'key', digit: this.#key };
    }
    const why = `nobody answered in ${Math.round(this.#limitMs / 1000)} s`;
    call.note('step', { step: `queue ${queue}`, why });
    return { reason: 'timeout' };
  }

  stop(): void {
    this.offer('');
    this.#timer.cancel();
  }
}

/** Who answered. `isAgent`: one of those who were rung; a colleague who picked the call up (抢接) is none of them. */
interface Winner {
  readonly isAgent: boolean;
  readonly leg: Leg;
}

/** Rings the agents of one turn, and tells what became of it. */
async function ringAgents(acd: Acd, visit: Visit, { name }: Queue, turn: Turn): Promise<Winner | undefined> {
  const { call } = visit;
  const { agents, ringMs, over: signal } = turn;
  call.segment('ring', agents.map(({ agent }) => agent).join(','));
  const targets = agents.map(({ agent, extension }) => ({
    name: agent,
    kind: 'agent' as const,
    destination: { kind: 'extension', number: extension } as const,
  }));
  let outcomes: ReadonlyMap<string, RingFailure> = new Map();
  try {
    const options = { ringMs, reason: 'queue', queue: name, signal } as const;
    const result = await ring(call, acd.parts.directory, targets, options);
    const won = result.answered ? take(visit, turn, result.target.name, result.leg) : undefined;
    if (won) return won;
    if (!result.answered)
      outcomes = new Map([...result.outcomes].map(([target, { outcome }]) => [target.name, outcome]));
    call.segment('queue', name);
    return undefined;
  } finally {
    for (const { agent } of agents) {
      visit.ringFailed(turn, agent, (outcomes.get(agent) ?? 'cancelled') !== 'cancelled');
    }
  }
}

/** Undefined: the answer came too late, and was let go. */
function take(visit: Visit, turn: Turn, name: string, leg: Leg): Winner | undefined {
  const isAgent = turn.agents.some(({ agent }) => agent === name);
  if (!isAgent) visit.pickedUp();
  else if (!visit.answered(turn, name, leg)) {
    leg.sip.end({ cause: 'cancelled' });
    return undefined;
  }
  return { isAgent, leg };
}

/** 工号播报, then the talk. Undefined when he hung up before it. */
async function talkWith(
  acd: Acd,
  call: Call,
  config: Queue,
  { isAgent, leg }: Winner,
): Promise<QueueOutcome | undefined> {
  if (config.announceAgent) {
    const name = ['agent-prefix', { digits: leg.name, yao: true }, 'agent-suffix'] as const;
    const items = acd.parts.promptItems(config.tenant, name);
    await play(call, call.caller, items);
  }
  if (leg.sip.state === 'ended') return undefined;
  call.note('askEnded', { queue: config.name, ending: 'answered', agent: leg.name });
  const { directory, recorder, promptItems } = acd.parts;
  const music = promptItems(config.tenant, [config.music]);
  const { record } = config;
  const kind = isAgent ? 'agent' : (leg.party?.kind ?? 'line');
  const { talkMs } = await connect(call, leg, { kind, recorder, record, directory, music });
  return { reason: 'served', agent: leg.name, talkMs };
}
