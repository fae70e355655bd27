/** Rights in the order in which people read them. */

export const GROUPS = {
  calls: ['call', 'recording', 'voicemail', 'number', 'callback', 'ladder', 'export'],
  desk: ['desk', 'supervise', 'agent', 'queue', 'skill', 'break-reason', 'disposition', 'script'],
  numbers: ['hotline', 'announcement', 'nuisance', 'switch', 'simulation', 'replay'],
  phones: ['extension', 'group', 'conference', 'trunk'],
  lists: ['list', 'calendar', 'contact'],
  sounds: ['prompt', 'mailbox', 'survey'],
  figures: ['counter', 'wallboard', 'view', 'fault'],
  company: ['tenant', 'department', 'secret'],
  access: ['user', 'role', 'api-key', 'webhook', 'audit'],
  tasks: ['import', 'change', 'job'],
} as const;
export type GroupName = keyof typeof GROUPS | 'others';

/** Columns of the matrix; what is none of these stands under the last. */
export const ACTIONS = ['read', 'create', 'update', 'delete'] as const;

/** How far a right of a company may reach. */
export const REACHES = ['own', 'group', 'subtree', 'tenant', 'reseller', 'all'] as const;
export type Reach = (typeof REACHES)[number];
export const COMPANY_REACHES = ['own', 'group', 'subtree', 'tenant'] as const;

/** Rights that may reach some agents alone; the others are to the whole company, or not at all. */
const BY_AGENTS: ReadonlySet<string> = new Set([
  ...['call:read', 'call:update', 'call:note', 'number:read', 'number:reveal', 'agent:read', 'queue:read'],
  ...['supervise:create', 'supervise:update', 'recording:read', 'recording:delete', 'recording:share'],
  ...['voicemail:read', 'voicemail:update', 'voicemail:delete'],
]);
export const isByAgents = (permission: string): boolean => BY_AGENTS.has(permission);

/** How far it reaches where it is given and there is no choice: at a desk one sits alone. */
export const usualReach = (permission: string): Reach => (permission === 'desk:update' ? 'own' : 'tenant');

/** Each right that there is, with how far it reaches. */
export type Rights = ReadonlyMap<string, Reach>;

export const rightsMap = (
  rights: readonly { readonly permission: string; readonly reach: string }[],
): Rights => {
  const map = new Map<string, Reach>();
  for (const { permission, reach } of rights) {
    const known = map.get(permission);
    if (known === undefined || REACHES.indexOf(reach as Reach) > REACHES.indexOf(known))
      map.set(permission, reach as Reach);
  }
  return map;
};

export const covers = (rights: Rights, permission: string, reach: Reach): boolean => {
  const own = rights.get(permission);
  return own !== undefined && REACHES.indexOf(own) >= REACHES.indexOf(reach);
};

export interface RightRow {
  readonly resource: string;
  /** Permissions by column. */
  readonly cells: readonly (readonly string[])[];
}

export interface RightGroup {
  readonly name: GroupName;
  readonly rows: readonly RightRow[];
}

/** A table of these rights: groups of resources, one row each. */
export function matrixOf(permissions: readonly string[]): readonly RightGroup[] {
  const byResource = Map.groupBy(permissions, (permission) => permission.split(':')[0]!);
  const rowOf = (resource: string): RightRow => {
    const own = byResource.get(resource) ?? [];
    const known = ACTIONS.map((action) => own.filter((each) => each === `${resource}:${action}`));
    const more = own.filter((each) => !known.flat().includes(each));
    return { resource, cells: [...known, more] };
  };
  const known = Object.entries(GROUPS) as [GroupName, readonly string[]][];
  const named = new Set(known.flatMap(([, resources]) => resources));
  const others = [...byResource.keys()].filter((resource) => !named.has(resource));
  return [...known, ['others', others] as const]
    .map(([name, resources]) => ({
      name,
      rows: resources.filter((resource) => byResource.has(resource)).map(rowOf),
    }))
    .filter(({ rows }) => rows.length > 0);
}
