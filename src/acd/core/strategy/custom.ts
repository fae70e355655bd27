import type { OrderedAgent } from '../../../provisioning/kind/queue.ts';
import type { Member } from '../state.ts';
import { one, type Strategy } from './strategy.ts';

/** As the company's own function says: the first that it names and who is free. What it throws harms nobody. */
export const custom: Strategy = (free, { order, now, visit }) => {
  if (!order) return 'the function that the queue names is not there';
  const { caller: number, priority, since, owner } = visit;
  const caller = { number, priority, waitedMs: now - since, owner };
  try {
    for (const id of order({ free: free.map((member) => shown(member, now)), caller, now })) {
      const found = one(free, id);
      if (found) return found;
    }
  } catch (error) {
    return `its function failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  return 'its function names nobody who is free';
};

function shown({ agent, calls, talkMs, offers }: Member, now: number): OrderedAgent {
  const { id, level, lastTalkEndedAt } = agent;
  const idleMs = lastTalkEndedAt === 0 ? Number.POSITIVE_INFINITY : now - lastTalkEndedAt;
  return { id, level, idleMs, calls, talkMs, rings: offers };
}
