import { play } from '../call/gather.ts';
import type { Prompt, Speech } from '../prompt/prompt.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import { musicOf, stillThere } from './still-there.ts';
import type { Visit } from './visit.ts';
import type { Winner } from './winner.ts';

/** What one of two hears before they talk. */
type Words = readonly Prompt[];

/**
 * What both hear before they talk: the caller who serves him (工号播报, and the agent's own greeting), the agent from which queue
 * his caller comes, where he is at home and how long he has waited. The caller has music as long as the agent listens still.
 * Resolves when both have heard it, or one has hung up; rejects with ClosedError when the call has ended.
 */
export async function announce(acd: Acd, visit: Visit, config: Queue, winner: Winner): Promise<void> {
  const { call } = visit;
  const { leg } = winner;
  const items = (words: Words, speech?: Speech) => stillThere(acd.parts, call, config.tenant, words, speech);
  const forCaller = items(callerWords(acd, config, winner), call.speech);
  const forAgent = winner.hasHeard ? [] : items(agentWords(acd, visit, config));
  const gone = new AbortController();
  const left = leg.sip.events.once('ended', () => gone.abort());
  if (leg.sip.state === 'ended') gone.abort();
  const { signal } = gone;
  const agentHears = play(call, leg, forAgent, { signal });
  const musicStops = new AbortController();
  const callerHears = async () => {
    await play(call, call.caller, forCaller, { signal });
    if (forAgent.length === 0) return;
    await play(call, call.caller, musicOf(acd.parts, call, config), {
      repeat: Number.POSITIVE_INFINITY,
      signal: musicStops.signal,
    });
  };
  try {
    await Promise.all([agentHears.finally(() => musicStops.abort()), callerHears()]);
  } finally {
    left.off();
  }
}

function callerWords(acd: Acd, { tenant, announceAgent }: Queue, { isAgent, leg: { name } }: Winner): Words {
  const number = announceAgent ? ['agent-prefix', { digits: name, yao: true }, 'agent-suffix'] : [];
  const agent = isAgent ? acd.parts.provisioning.snapshot.get('agent', tenant, name) : undefined;
  return agent?.greeting === undefined ? number : [...number, agent.greeting];
}

/** What an agent hears of a caller. */
export function agentWords(acd: Acd, { call, askedAt, shows }: Visit, { announceToAgent }: Queue): Words {
  const { queue, area: saysArea, waited } = announceToAgent ?? NOTHING;
  const area = saysArea ? acd.parts.areaPrompt(shows ?? call.arrival.caller) : undefined;
  return [
    ...(queue === undefined ? [] : [queue]),
    ...(area === undefined ? [] : ['caller-from', area]),
    ...(waited && askedAt !== undefined ? ['caller-waited', ...durationWords(call.now() - askedAt)] : []),
  ];
}

const NOTHING = { queue: undefined, area: false, waited: false } as const;

/** Seconds up to a minute and a half, then minutes. */
function durationWords(ms: number): Words {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return [{ count: seconds }, 'seconds'];
  return [{ count: Math.min(99, Math.round(seconds / 60)) }, 'minutes'];
}
