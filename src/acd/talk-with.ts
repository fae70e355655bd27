import type { Call } from '../call/call.ts';
import { connect } from '../call/connect.ts';
import { play } from '../call/gather.ts';
import type { QueueOutcome } from '../call/outcomes.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import type { Winner } from './offer.ts';

/** The agent or the engine ended the talk. */
export type Served = Extract<QueueOutcome, { reason: 'served' }>;

/** 工号播报, then the talk. Undefined when he hung up before it. */
export async function talkWith(
  acd: Acd,
  call: Call,
  config: Queue,
  { isAgent, leg }: Winner,
): Promise<Served | undefined> {
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
