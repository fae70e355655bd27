import { answer } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import type { QueueOptions, QueueOutcome } from '../call/outcomes.ts';
import { levelOf } from '../call/priority.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import type { Refusal } from './core/commands.ts';
import { pickedUp, ringAgents } from './offer.ts';
import { type TalkEnding, talkWith } from './talk-with.ts';
import type { Move, Visit } from './visit.ts';
import { type Departure, Waiting } from './waiting.ts';
import { wantsOf } from './wants.ts';

/** How long callers have waited in the queues that they left unserved. */
const waitedMs = new WeakMap<Call, number>();

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
  let name = queue;
  let since: number | undefined;
  let goesFirst = false;
  while (true) {
    // As it is now: the caller goes through it as he found it.
    const config = acd.parts.provisioning.snapshot.get('queue', call.arrival.tenantId, name);
    const priority = levelOf(options.priority) + levelOf(config?.priority);
    call.note('asked', { queue: name, priority });
    const beganAt = call.now();
    const wants = await wantsOf(acd, call, config, { ...options, priority }, waitedMs.get(call) ?? 0);
    const visit = acd.ask(call, name, { ...wants, goesFirst, isBack: since !== undefined });
    const way = await visitQueue(acd, visit, name, { config, options, since });
    if (way.reason === 'served') return way;
    if (way.reason === 'lost') {
      goesFirst = true;
      const why = `the leg of ${way.agent} died in the talk: the caller goes first`;
      call.note('step', { step: `queue ${name}`, why });
      continue;
    }
    waitedMs.set(call, (waitedMs.get(call) ?? 0) + call.now() - beganAt);
    const isByKey = way.reason === 'callback' || way.reason === 'voicemail';
    call.note('askEnded', { queue: name, ending: isByKey ? 'key' : way.reason, agent: '' });
    if (way.reason === 'moved') {
      const why = `${way.by} has the caller wait in queue ${way.to}`;
      call.note('step', { step: `queue ${name}`, why });
      name = way.to;
      since = way.since;
      continue;
    }
    if (way.reason === 'voicemail') await acd.parts.takeMessage(call, way.mailbox);
    if (way.reason !== 'callback') return way;
    if (await acd.parts.promiseCallback(call, { queue: name, priority, since: way.since })) return way;
    // He waits on, where he stood.
    since = way.since;
  }
}

/**
 * How a caller went through a queue: he was served, may not wait, or left it. `lost`: his agent's leg died in their talk, and he
 * asks anew; `moved`: he asks another queue.
 */
type Way =
  | Exclude<TalkEnding, { reason: 'not-begun' }>
  | Departure
  | Pick<Refusal, 'reason'>
  | ({ readonly reason: 'moved' } & Move);

/** How the caller found the queue; undefined: it is no more. `since`: where he has stood before. */
interface Found {
  readonly config: Queue | undefined;
  readonly options: QueueOptions;
  readonly since: number | undefined;
}

async function visitQueue(acd: Acd, visit: Visit, name: string, found: Found): Promise<Way> {
  const { call } = visit;
  const { config, options, since } = found;
  if (visit.refusal) return turnedAway(call, name, visit.refusal);
  try {
    await answer(call);
    call.segment('queue', name);
    if (config!.record) await acd.parts.tellOfRecording?.(call, config!.recordingNotice);
    visit.join(since);
    return await waitInLine(acd, visit, config!, options);
  } finally {
    visit.leave();
  }
}

function turnedAway(call: Call, queue: string, { reason, why }: Refusal): Pick<Refusal, 'reason'> {
  call.note('step', { step: `queue ${queue}`, why });
  return { reason };
}

async function waitInLine(acd: Acd, visit: Visit, config: Queue, options: QueueOptions): Promise<Way> {
  const { call } = visit;
  const waiting = new Waiting(acd, visit, config, options);
  try {
    waiting.begin();
    while (true) {
      const turn = await visit.next();
      const picker = visit.picker();
      if (!turn && !picker && visit.moved) return { reason: 'moved', ...visit.moved };
      if (!turn && !picker && visit.refusal) return turnedAway(call, config.name, visit.refusal);
      if (!turn && !picker) return waiting.departure();
      const won = picker ? pickedUp(acd, visit, picker) : await ringAgents(acd, visit, config, turn!);
      if (!won) continue;
      waiting.pause();
      const ending = await talkWith(acd, visit, config, won);
      if (ending.reason !== 'not-begun') return ending;
      call.note('step', { step: `queue ${config.name}`, why: `${won.leg.name} hung up before the talk` });
      call.segment('queue', config.name);
      waiting.begin();
      visit.return(won.isAgent ? won.leg.name : undefined);
    }
  } finally {
    waiting.end();
  }
}
