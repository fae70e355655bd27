import type { Reached } from '../shared/scope.ts';
import type { Snapshot } from './snapshot.ts';

/** Where somebody stands in his company (组织架构). */
export interface Standing {
  /** Work number of the agent that he is. */
  readonly agent: string | undefined;
  /** Department that was given to himself; else it is his agent's. */
  readonly department: string | undefined;
}

/** His department; undefined: he stands right below the company. */
export function departmentOf(
  snapshot: Snapshot,
  tenant: string,
  { agent, department }: Standing,
): string | undefined {
  const of = agent === undefined ? undefined : snapshot.get('agent', tenant, agent)?.department;
  return department ?? of;
}

/** Those whom he reaches: himself (`own`), his department (`group`), that and those below (`subtree`); himself in any case. */
export function agentsReached(
  snapshot: Snapshot,
  tenant: string,
  standing: Standing,
  reach: 'own' | 'group' | 'subtree',
): Reached {
  const departments = departmentsReached(snapshot, tenant, standing, reach);
  const all = snapshot.of('agent', tenant);
  const reached = all.filter(
    ({ id, department }) =>
      id === standing.agent || (department !== undefined && departments.has(department)),
  );
  const agents = new Set(reached.map(({ id }) => id));
  const others = new Set(all.filter(({ id }) => !agents.has(id)).map(({ extension }) => extension));
  const extensions = new Set(reached.map(({ extension }) => extension).filter((each) => !others.has(each)));
  return { agents, extensions };
}

/** The departments whose agents he reaches. */
export function departmentsReached(
  snapshot: Snapshot,
  tenant: string,
  standing: Standing,
  reach: 'own' | 'group' | 'subtree',
): ReadonlySet<string> {
  const top = reach === 'own' ? undefined : departmentOf(snapshot, tenant, standing);
  const departments = new Set(top === undefined ? [] : [top]);
  if (reach === 'subtree') addBelow(snapshot, tenant, departments);
  return departments;
}

function addBelow(snapshot: Snapshot, tenant: string, departments: Set<string>): void {
  const all = snapshot.of('department', tenant);
  for (let known = 0; known < departments.size; ) {
    known = departments.size;
    for (const { name, parent } of all)
      if (parent !== undefined && departments.has(parent)) departments.add(name);
  }
}
