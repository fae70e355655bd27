/** Departments as a tree. */

/** A department, or an agent, as the API answers it. */
export interface Member {
  readonly meta: {
    readonly owner: 'file' | 'database';
    readonly file: string | null;
    readonly revision: number;
  };
  readonly [field: string]: unknown;
}

export interface Branch {
  readonly name: string;
  readonly title: string;
  readonly parent: string | undefined;
  readonly entity: Member;
  readonly below: readonly Branch[];
  /** Its own agents, and those with all below. */
  readonly agents: number;
  readonly allAgents: number;
}

/** A parent that is not there, or that stands below itself, leaves its departments at the top: each is shown once. */
export function treeOf(departments: readonly Member[], agents: readonly Member[]): readonly Branch[] {
  const known = new Map(departments.map((entity) => [String(entity['name']), entity]));
  const counts = new Map<string, number>();
  for (const agent of agents) {
    const of = agent['department'];
    if (typeof of === 'string') counts.set(of, (counts.get(of) ?? 0) + 1);
  }
  const parentOf = (name: string): string | undefined => {
    const parent = known.get(name)?.['parent'];
    return typeof parent === 'string' && known.has(parent) ? parent : undefined;
  };
  const isCircular = (name: string): boolean => {
    const passed = new Set<string>();
    for (let at: string | undefined = name; at !== undefined; at = parentOf(at)) {
      if (passed.has(at)) return true;
      passed.add(at);
    }
    return false;
  };
  const placeOf = (name: string) => (isCircular(name) ? undefined : parentOf(name));
  const byParent = Map.groupBy(known.keys(), placeOf);
  const branchesOf = (parent: string | undefined): readonly Branch[] =>
    (byParent.get(parent) ?? []).map((name) => {
      const entity = known.get(name)!;
      const below = branchesOf(name);
      const own = counts.get(name) ?? 0;
      return {
        ...{
          name,
          title: typeof entity['title'] === 'string' && entity['title'] ? entity['title'] : name,
          parent,
          entity,
          below,
          agents: own,
        },
        allAgents: below.reduce((sum, each) => sum + each.allAgents, own),
      };
    });
  return branchesOf(undefined);
}

export function findBranch(branches: readonly Branch[], name: string | undefined): Branch | undefined {
  for (const branch of branches) {
    if (branch.name === name) return branch;
    const found = findBranch(branch.below, name);
    if (found) return found;
  }
  return undefined;
}

/** Its name, and those of all below. */
export const namesIn = ({ name, below }: Branch): readonly string[] => [name, ...below.flatMap(namesIn)];

/** In their order, with how deep each stands. */
export const flatten = (branches: readonly Branch[], depth = 0): readonly (readonly [Branch, number])[] =>
  branches.flatMap((branch) => [[branch, depth] as const, ...flatten(branch.below, depth + 1)]);
