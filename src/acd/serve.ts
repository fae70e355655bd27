import { answer } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import { connect } from '../call/connect.ts';
import { play } from '../call/gather.ts';
import type { Leg } from '../call/leg.ts';
import type { QueueOptions, QueueOutcome } from '../call/outcomes.ts';
import { type RingFailure, ring } from '../call/ring.ts';
import type { Playback } from '../media/media.ts';
import type { Subscription } from '../shared/events.ts';
import type { Acd } from './acd.ts';
import type { Agent } from './core/agent.ts';
import { type Queue, WaitingCaller } from './core/queue.ts';

type Turn = readonly Agent[] | 'timeout';

/**
 * A caller's way through a queue: music, ringing agents one after the other, announcement, talk. Resolves when he
 * was served or leaves the queue; rejects with ClosedError when the call ends.
 */
export async function serve(
  acd: Acd,
  call: Call,
  queueName: string,
  visit: QueueOptions = {},
): Promise<QueueOutcome> {
  const queue = acd.queue(call.arrival.tenantId, queueName);
  call.note('asked', { queue: queueName, priority: visit.priority ?? 0 });
  const outcome = await visitQueue(acd, queue, call, queueName, visit);
  if (outcome.reason !== 'served') {
    call.note('askEnded', { queue: queueName, ending: outcome.reason, agent: '' });
  }
  return outcome;
}

async function visitQueue(
  acd: Acd,
  queue: Queue | undefined,
  call: Call,
  name: string,
  visit: QueueOptions,
): Promise<QueueOutcome> {
  const note = (why: string) => call.note('step', { step: `queue ${name}`, why });
  if (!queue) {
    note('there is no such queue any more');
    return { reason: 'no-agents' };
  }
  const refusal = turnedAway(queue);
  if (refusal) {
    note(refusal.why);
    return { reason: refusal.reason };
  }
  queue.visitors += 1;
  try {
    return await waitInLine(acd, queue, call, visit);
  } finally {
    acd.visited(queue);
  }
}

async function waitInLine(acd: Acd, queue: Queue, call: Call, visit: QueueOptions): Promise<QueueOutcome> {
  const { clock } = acd.parts;
  const { config } = queue;
  queue.entering += 1;
  try {
    await answer(call);
  } finally {
    queue.entering -= 1;
  }
  call.segment('queue', config.name);
  const waiting = new WaitingCaller(call, queue, visit.priority ?? 0, clock.now());
  const patience = new Patience(acd, call, waiting, visit.maxWaitMs ?? config.maxWaitMs);
  patience.offer(visit.keys ?? '');
  const playMusic = () =>
    call.caller.media.play(acd.parts.promptItems(config.tenant, [config.music]), {
      repeat: Number.POSITIVE_INFINITY,
    });
  let music: Playback | undefined;
  try {
    music = playMusic();
    while (true) {
      const turn = await patience.turn();
      if (turn === 'timeout') {
        if (patience.key !== undefined) {
          call.note('keyed', { purpose: `queue ${config.name}`, digits: patience.key });
          return { reason: 'key', digit: patience.key };
        }
        const why = `nobody answered in ${Math.round(patience.limitMs / 1000)} s`;
        call.note('step', { step: `queue ${config.name}`, why });
        return { reason: 'timeout' };
      }
      const won = await ringAgents(acd, queue, call, turn, patience.signal);
      if (!won) continue;
      acd.leave(waiting);
      patience.offer('');
      music.stop();
      const served = await talkWith(acd, queue, call, won);
      if (served) return served;
      call.note('step', { step: `queue ${config.name}`, why: `${won.leg.name} hung up before the talk` });
      call.segment('queue', config.name);
      patience.offer(visit.keys ?? '');
      music = playMusic();
    }
  } finally {
    patience.stop();
    acd.leave(waiting);
    music?.stop();
  }
}

/** Why nobody may join the queue now. */
function turnedAway({ config, waiting, entering, agents }: Queue) {
  const callers = waiting.length + entering;
  if (callers >= config.maxCallers) return { reason: 'full', why: `full: ${callers} callers wait` } as const;
  if (agents.some((agent) => agent.state !== 'logged-out')) return undefined;
  return { reason: 'no-agents', why: 'no agent is logged in' } as const;
}

/** Waits for the caller's turn, within the queue's limit and as long as he stays on the line. */
class Patience {
  readonly limitMs: number;
  readonly #acd: Acd;
  readonly #call: Call;
  readonly #waiting: WaitingCaller;
  readonly #over = new AbortController();
  readonly #timer: { cancel(): void };
  /** The key that the caller left with. */
  key: string | undefined;

  constructor(acd: Acd, call: Call, waiting: WaitingCaller, limitMs: number) {
    this.#acd = acd;
    this.#call = call;
    this.#waiting = waiting;
    this.limitMs = limitMs;
    this.#timer = acd.parts.clock.after(limitMs, () => this.#over.abort());
  }

  /** Aborted at the limit: agents that ring then are let go. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Lets the caller leave with one of these keys; with none, keys mean nothing. */
  offer(keys: string): void {
    const onKey = (digit: string) => {
      if (!keys.includes(digit)) return;
      this.key = digit;
      this.#over.abort();
    };
    this.#call.caller.listen(keys === '' ? undefined : onKey);
  }

  async turn(): Promise<Turn> {
    let ending: Subscription | undefined;
    const turn = await new Promise<Turn>((resolve) => {
      const leave = () => {
        this.#waiting.stop();
        done('timeout');
      };
      const done = (result: Turn) => {
        this.signal.removeEventListener('abort', leave);
        ending?.off();
        resolve(result);
      };
      if (this.signal.aborted || this.#call.outcome) return done('timeout');
      this.signal.addEventListener('abort', leave, { once: true });
      ending = this.#call.onEnd(leave);
      this.#waiting.wait(done);
      this.#acd.join(this.#waiting);
    });
    if (turn === 'timeout') this.#call.assertOpen();
    return turn;
  }

  stop(): void {
    this.offer('');
    this.#timer.cancel();
    this.#waiting.stop();
  }
}

/** Who answered. `agent`: one of those who were rung; a colleague who picked the call up (抢接) is none of them. */
interface Winner {
  readonly agent: Agent | undefined;
  readonly leg: Leg;
}

/** Rings the agents of one turn. The agent who answered is in state `talking`, the others are free again. */
async function ringAgents(
  acd: Acd,
  queue: Queue,
  call: Call,
  agents: readonly Agent[],
  signal: AbortSignal,
): Promise<Winner | undefined> {
  call.segment('ring', agents.map((agent) => agent.id).join(','));
  const targets = agents.map((agent) => ({
    name: agent.id,
    kind: 'agent' as const,
    destination: { kind: 'extension', number: agent.extension } as const,
    agent,
  }));
  let failures: (agent: Agent) => RingFailure = () => 'cancelled';
  let winner: Agent | undefined;
  try {
    const { ringMs } = queue.config;
    const result = await ring(call, acd.parts.directory, targets, { ringMs, reason: 'queue', signal });
    if (result.answered) {
      winner = agents.find((agent) => agent.id === result.target.name);
      if (winner) acd.apply(winner, 'answer');
      return { agent: winner, leg: result.leg };
    }
    const outcomes = new Map([...result.outcomes].map(([target, { outcome }]) => [target.name, outcome]));
    failures = (agent) => outcomes.get(agent.id) ?? 'cancelled';
    call.segment('queue', queue.config.name);
    return undefined;
  } finally {
    for (const agent of agents) if (agent !== winner) acd.ringFailed(agent, failures(agent) !== 'cancelled');
  }
}

/**
 * 工号播报, then the talk; the agent goes into wrap-up whatever happens. Undefined when he hung up before the talk.
 */
async function talkWith(
  acd: Acd,
  queue: Queue,
  call: Call,
  { agent, leg }: Winner,
): Promise<QueueOutcome | undefined> {
  const { config } = queue;
  // Also after a transfer: the agent's work ends with his own leg, not with the caller's.
  const finished = () => agent && acd.talkEnded(agent, config.wrapUpMs);
  if (hasEnded(leg)) finished();
  else leg.sip.events.once('ended', finished);
  if (config.announceAgent) {
    const name = ['agent-prefix', { digits: leg.name, yao: true }, 'agent-suffix'] as const;
    const items = acd.parts.promptItems(config.tenant, name);
    await play(call, call.caller, items);
  }
  if (hasEnded(leg)) return undefined;
  call.note('askEnded', { queue: config.name, ending: 'answered', agent: leg.name });
  const { directory, recorder, promptItems } = acd.parts;
  const music = promptItems(config.tenant, [config.music]);
  const { record } = config;
  const kind = agent ? 'agent' : (leg.party?.kind ?? 'line');
  const { talkMs } = await connect(call, leg, { kind, recorder, record, directory, music });
  return { reason: 'served', agent: leg.name, talkMs };
}

function hasEnded(leg: Leg): boolean {
  return leg.sip.state === 'ended';
}
