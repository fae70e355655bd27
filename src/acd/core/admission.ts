/** Who may wait in a queue. */
import type { Refusal } from './commands.ts';
import { lackOf, type SkillNeed } from './skills.ts';
import type { Queue } from './state.ts';

export const NOBODY_LEFT: Refusal = { reason: 'no-agents', why: 'the last agent has signed out' };

export const NO_QUEUE: Refusal = { reason: 'no-agents', why: 'there is no such queue any more' };

/** Why nobody may join the queue now. `isKnown`: one whom it was serving already, or who stood in its line. */
export function refusalOf(
  queue: Queue | undefined,
  closed: string | undefined,
  isKnown = false,
  needs: readonly SkillNeed[] = [],
): Refusal | undefined {
  if (!queue) return NO_QUEUE;
  if (closed !== undefined && !isKnown) return { reason: 'closed', why: closed };
  const { line, entering, settings } = queue;
  const callers = line.filter(({ standsIn }) => !standsIn).length + entering;
  const isFull = callers >= settings.maxCallers && !isKnown;
  if (isFull) return { reason: 'full', why: `full: ${callers} callers wait` };
  if (settings.noAgents === 'join') return undefined;
  if (!isStaffed(queue)) return { reason: 'no-agents', why: 'no agent is signed in' };
  const hard = needs.filter(({ relaxAfterMs }) => relaxAfterMs === undefined);
  if (hard.length === 0 || isStaffed(queue, hard)) return undefined;
  const titles = hard.map(({ title }) => title).join(', ');
  return { reason: 'no-agents', why: `no agent who is signed in has what the caller needs: ${titles}` };
}

/** Whether those who wait are to leave: their queue says so, and nobody serves it any more. */
export function isToLeave(queue: Queue): boolean {
  return queue.line.length > 0 && queue.settings.noAgents === 'leave' && !isStaffed(queue);
}

/** Whether any of its agents is signed in who has these skills, whatever he does. */
function isStaffed({ members }: Queue, needs: readonly SkillNeed[] = []): boolean {
  return members.some(({ agent }) => agent.state !== 'signed-out' && lackOf(agent, needs) === undefined);
}
