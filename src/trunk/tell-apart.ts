import type { EdgeRequest } from '../edge/edge.ts';
import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import { calledNumber } from './called-number.ts';

/**
 * Which of several trunks with one address a call came over: the one all of whose marks (`identify`) it bears, the more
 * the better, or whose registered Contact it calls; else the only one that has no marks. Undefined: none of them.
 */
export function tellApart<Trunk extends { readonly config: TrunkConfig }>(
  trunks: readonly Trunk[],
  invite: EdgeRequest,
): Trunk | undefined {
  let best: Trunk | undefined;
  let bestMarks = 0;
  const unmarked: Trunk[] = [];
  for (const trunk of trunks) {
    const marks = marksBorne(trunk.config, invite);
    if (marks > bestMarks) {
      best = trunk;
      bestMarks = marks;
    }
    if (!trunk.config.identify) unmarked.push(trunk);
  }
  return best ?? (unmarked.length === 1 ? unmarked[0] : undefined);
}

/** How many marks of a trunk a call bears; 0 when it lacks one. */
function marksBorne(config: TrunkConfig, invite: EdgeRequest): number {
  const { called, port, user } = config.identify ?? {};
  const { username } = config.register ?? {};
  let marks = username !== undefined && invite.target.user === username ? 1 : 0;
  if (called) {
    if (!called.includes(calledNumber(invite, config))) return 0;
    marks++;
  }
  if (user !== undefined) {
    if (invite.target.user !== user) return 0;
    marks++;
  }
  if (port !== undefined) {
    if (invite.source.port !== port) return 0;
    marks++;
  }
  return marks;
}
