import { branchesOf } from '../node/branches.ts';
import { kindOf } from '../node/kinds.ts';
import type { Line } from '../node/line.ts';
import { type Flow, nodesOf } from '../node/tree.ts';
import { flowRootsOf, type Plan } from '../plan/plan.ts';
import type { At } from './report.ts';

/** Lines against the trunks that they are dialled through. */
export function checkLines(plan: Plan, top: At): void {
  const { trunks } = plan.names;
  const lines = linesOf(plan);
  const needed = new Map<string, number>();
  for (const line of lines) {
    const at = top.below(`line ${line.name ?? line.number}`, line, []);
    if (trunks.size === 0) {
      at.error(
        'no-trunk',
        `line ${line.number} cannot be dialled: there is no trunk`,
        'configure one under `trunks`',
      );
      return;
    }
    // Without a name the engine takes any trunk with a free channel, so only all of them together are a limit.
    const trunk = line.trunk ?? (trunks.size === 1 ? [...trunks.keys()][0]! : '');
    const channels = trunk === '' ? sum(trunks.values()) : (trunks.get(trunk) ?? 0);
    const all = (needed.get(trunk) ?? 0) + (line.channels ?? 1);
    needed.set(trunk, all);
    if (all <= channels || all - (line.channels ?? 1) > channels) continue;
    const what = trunk === '' ? 'all trunks' : `trunk '${trunk}'`;
    const message = `lines up to ${line.number} need ${all} channels, ${what} has ${channels}`;
    at.warn('trunk-channels', message, 'lower the channels of lines, or spread them over trunks');
  }
}

/** The lines of a plan, each number once. */
function linesOf(plan: Plan): readonly Line[] {
  const lines = new Map<string, Line>();
  const add = (target: unknown) => {
    const line = target as Line;
    if (line?.type === 'line' && !lines.has(line.number)) lines.set(line.number, line);
  };
  const visit = (flow: Flow) => {
    for (const node of nodesOf(flow)) {
      kindOf(node).uses?.(node).targets?.forEach(add);
      for (const branch of branchesOf(node)) visit(branch.flow);
    }
  };
  Object.values(plan.hotline.lines ?? {}).forEach(add);
  for (const { flow } of flowRootsOf(plan.hotline)) visit(flow);
  return [...lines.values()];
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}
