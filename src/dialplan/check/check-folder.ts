import type { Snapshot } from '../../provisioning/snapshot.ts';
import { loadFiles } from '../load/load-files.ts';
import { NameBook, type SharedNames } from '../plan/names.ts';
import { Plan } from '../plan/plan.ts';
import { placeOf } from '../write/places.ts';
import { checkHotline } from './check-hotline.ts';
import { checkPlan, type PlanCheckOptions } from './check-plan.ts';
import type { Problem } from './problem.ts';

export interface FolderCheck {
  /** Files that were read. */
  readonly files: number;
  readonly plans: readonly Plan[];
  /** By file and line. */
  readonly problems: readonly Problem[];
}

/** Proves all hotlines of a folder and tells all that is wrong, not only the first mistake. */
export async function checkFolder(
  dir: string,
  snapshot: Snapshot,
  shared: SharedNames,
  options: PlanCheckOptions,
): Promise<FolderCheck> {
  const names = new NameBook(snapshot, shared);
  const { loaded, mistakes } = await loadFiles(dir);
  const problems: Problem[] = mistakes.map(({ message, place, fix }) => ({
    severity: 'error',
    code: 'cannot-load',
    message,
    fix,
    place,
    path: 'file',
    steps: [],
  }));
  const plans = new Map<string, Plan>();
  for (const { value } of loaded) {
    const checked = checkHotline(value, names);
    problems.push(...checked.problems);
    if (!checked.hotline) continue;
    const plan = new Plan(checked.hotline, names.of(checked.hotline.tenant)!);
    problems.push(...checkPlan(plan, options));
    if (plans.has(plan.number)) problems.push(twice(plan));
    plans.set(plan.number, plan);
  }
  const files = new Set(loaded.map(({ file }) => file)).size + mistakes.length;
  return { files, plans: [...plans.values()], problems: problems.toSorted(byPlace) };
}

function twice(plan: Plan): Problem {
  return {
    severity: 'error',
    code: 'duplicate-number',
    message: `two hotlines have the number ${plan.number}`,
    fix: 'remove one of them',
    place: placeOf(plan.hotline),
    path: plan.number,
    steps: [],
  };
}

function byPlace(a: Problem, b: Problem): number {
  const file = (a.place?.file ?? '').localeCompare(b.place?.file ?? '');
  return file || (a.place?.line ?? 0) - (b.place?.line ?? 0) || a.path.localeCompare(b.path);
}
