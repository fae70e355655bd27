import type { Snapshot } from '../../provisioning/snapshot.ts';
import { loadFiles } from '../load/load-files.ts';
import { NameBook, type SharedNames } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { storedHotlines } from '../plan/stored-hotlines.ts';
import { checkHotlines } from './check-hotlines.ts';
import type { PlanCheckOptions } from './check-plan.ts';
import type { Problem } from './problem.ts';

export interface FolderCheck {
  /** Files that were read. */
  readonly files: number;
  readonly plans: readonly Plan[];
  /** By file and line. */
  readonly problems: readonly Problem[];
}

/** Proves all hotlines of a folder, and those that companies have set up, and tells all that is wrong, not only the first mistake. */
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
  const candidates = [...loaded.map(({ value }) => ({ value })), ...storedHotlines(snapshot)];
  const proved = checkHotlines(candidates, names, options);
  problems.push(...proved.flatMap((each) => each.problems));
  const files = new Set(loaded.map(({ file }) => file)).size + mistakes.length;
  const plans = proved.flatMap(({ plan }) => plan ?? []);
  return { files, plans, problems: problems.toSorted(byPlace) };
}

function byPlace(a: Problem, b: Problem): number {
  const file = (a.place?.file ?? '').localeCompare(b.place?.file ?? '');
  return file || (a.place?.line ?? 0) - (b.place?.line ?? 0) || a.path.localeCompare(b.path);
}
