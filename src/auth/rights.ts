/** What there is to have rights to, and the roles that come with pbx400. */

import { COMPANY_KINDS, ENTITY_PERMISSIONS, ENTITY_READING, OPERATORS_KINDS } from './entity-rights.ts';

/** How far a right reaches; each one includes those before it. */
export const REACHES = ['own', 'group', 'subtree', 'tenant', 'reseller', 'all'] as const;
export type Reach = (typeof REACHES)[number];

/** Reaches some agents of a company: the own one, those of the department, and of those below. */
export type NarrowReach = Extract<Reach, 'own' | 'group' | 'subtree'>;

export const RESOURCES = [
  ...COMPANY_KINDS,
  ...OPERATORS_KINDS,
  'call',
  'desk',
  'supervise',
  'callback',
  'counter',
  'switch',
  'trunk',
  'agent',
  'queue',
  'recording',
  'voicemail',
  'ladder',
  'fault',
  'ban',
  'metric',
  'node',
  'number',
  'user',
  'role',
  'api-key',
  'audit',
  'job',
  'import',
  'change',
  'export',
  'webhook',
  'simulation',
  'replay',
] as const;
export type Resource = (typeof RESOURCES)[number];

export const ACTIONS = ['read', 'create', 'update', 'delete'] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * What is more than to read or to change: what an ended call came to is written down, with comments; a number that is masked is told for a reason, which the audit trail has; a version of a hotline
 * takes calls; a recording is heard, a wallboard seen by who has no account; a list as one sees it
 * is given to colleagues; somebody acts as a customer.
 */
export const SPECIAL_PERMISSIONS = [
  'call:note',
  'number:reveal',
  'hotline:publish',
  'recording:share',
  'wallboard:share',
  'view:share',
  'tenant:act-as',
] as const;

/** `call:read`. */
export type Permission = `${Resource}:${Action}` | (typeof SPECIAL_PERMISSIONS)[number];

export interface Right {
  readonly permission: Permission;
  readonly reach: Reach;
}

/** Who may have a role: people of the installation's operator, of a reseller, or of a company. */
export type RoleHome = 'installation' | 'reseller' | 'company';

export interface Role {
  readonly title: { readonly en: string; readonly zh: string };
  readonly home: RoleHome;
  readonly rights: readonly Right[];
}

/** Every permission that there is. */
export const PERMISSIONS: readonly Permission[] = [
  ...RESOURCES.flatMap((resource) => ACTIONS.map((action) => `${resource}:${action}` as const)),
  ...SPECIAL_PERMISSIONS,
];

const to = (reach: Reach, ...permissions: readonly Permission[]): readonly Right[] =>
  permissions.map((permission) => ({ permission, reach }));

/** All that there is to manage in a company: no role of a company's own has more. */
export const COMPANY_PERMISSIONS: readonly Permission[] = [
  ...(['call:read', 'call:create', 'switch:read', 'switch:update', 'trunk:read', 'trunk:update'] as const),
  ...(['number:read', 'number:reveal', 'call:update', 'call:note'] as const),
  ...(['user:read', 'user:create', 'user:update', 'user:delete'] as const),
  ...(['role:read', 'role:create', 'role:update', 'role:delete'] as const),
  ...(['api-key:read', 'api-key:create', 'api-key:delete', 'audit:read'] as const),
  ...(['webhook:read', 'webhook:create', 'webhook:update', 'webhook:delete'] as const),
  ...(['import:read', 'import:create', 'change:read', 'change:update'] as const),
  ...(['change:create', 'export:create'] as const),
  ...([
    'job:read',
    'job:update',
    'desk:create',
    'desk:update',
    'supervise:create',
    'supervise:update',
  ] as const),
  ...(['callback:read', 'callback:create', 'callback:update', 'callback:delete', 'counter:read'] as const),
  ...(['recording:read', 'recording:delete', 'recording:share', 'ladder:read'] as const),
  ...(['fault:read', 'fault:update'] as const),
  ...(['voicemail:read', 'voicemail:update', 'voicemail:delete'] as const),
  ...(['simulation:create', 'replay:create'] as const),
  ...ENTITY_PERMISSIONS,
  'hotline:publish' as const,
  'wallboard:share' as const,
  'view:share' as const,
];

/** The roles that come with pbx400. Nothing is reached that a role does not name. */
export const ROLES = {
  operator: {
    title: { en: 'operator', zh: '运营商' },
    home: 'installation',
    rights: to('all', ...PERMISSIONS),
  },
  reseller: {
    title: { en: 'reseller', zh: '代理商' },
    home: 'reseller',
    rights: to(
      'reseller',
      ...COMPANY_PERMISSIONS,
      ...(['tenant:update', 'tenant:act-as', 'trunk:create', 'trunk:delete'] as const),
    ),
  },
  'company-admin': {
    title: { en: 'company administrator', zh: '企业管理员' },
    home: 'company',
    rights: to('tenant', ...COMPANY_PERMISSIONS),
  },
  supervisor: {
    title: { en: 'supervisor', zh: '班长' },
    home: 'company',
    rights: [
      ...to(
        'subtree',
        'call:read',
        'call:update',
        'call:note',
        'agent:read',
        'queue:read',
        'number:read',
        'number:reveal',
      ),
      ...to('subtree', 'supervise:create', 'supervise:update'),
      ...to('own', 'desk:update'),
      ...to(
        'tenant',
        'callback:read',
        'callback:create',
        'callback:update',
        'callback:delete',
        'counter:read',
      ),
      ...to('subtree', 'recording:read', 'recording:share'),
      ...to('subtree', 'voicemail:read', 'voicemail:update', 'voicemail:delete'),
      ...to('tenant', 'call:create', 'switch:read', 'switch:update', 'trunk:read', 'job:read', 'job:update'),
      ...to('tenant', 'export:create'),
      ...to('tenant', 'simulation:create'),
      ...to('tenant', 'wallboard:create', 'wallboard:update', 'wallboard:delete', 'wallboard:share'),
      ...to('tenant', 'view:share'),
      ...to('tenant', ...ENTITY_READING),
    ],
  },
  agent: {
    title: { en: 'agent', zh: '坐席' },
    home: 'company',
    rights: to(
      'own',
      ...(['call:read', 'recording:read', 'desk:update', 'agent:read', 'queue:read'] as const),
      ...(['voicemail:read', 'voicemail:update', 'voicemail:delete'] as const),
      ...(['call:note', 'number:reveal'] as const),
    ),
  },
  quality: {
    title: { en: 'quality', zh: '质检' },
    home: 'company',
    rights: to('tenant', 'call:read', 'call:note', 'recording:read'),
  },
  'report-reader': {
    title: { en: 'report reader', zh: '报表查看' },
    home: 'company',
    rights: to('tenant', 'call:read', 'counter:read', 'export:create', 'job:read'),
  },
  auditor: { title: { en: 'auditor', zh: '审计' }, home: 'company', rights: to('tenant', 'audit:read') },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[];

/** A role by its name; undefined when there is none, as when a newer pbx400 gave it. */
export const roleOf = (name: string): Role | undefined =>
  Object.hasOwn(ROLES, name) ? ROLES[name as RoleName] : undefined;

/** Whether it reaches some agents of a company only. */
export const isNarrow = (reach: Reach): reach is NarrowReach =>
  reach === 'own' || reach === 'group' || reach === 'subtree';

const rankOf = (reach: Reach) => REACHES.indexOf(reach);

/** Rights as they are asked on each request. */
export class RightSet {
  readonly #reaches = new Map<Permission, Reach>();
  #atTop: RightSet | undefined;

  constructor(rights: Iterable<Right>) {
    for (const { permission, reach } of rights) {
      const known = this.#reaches.get(permission);
      if (known === undefined || rankOf(reach) > rankOf(known)) this.#reaches.set(permission, reach);
    }
  }

  static ofRoles(names: readonly string[]): RightSet {
    return new RightSet(names.flatMap((name) => roleOf(name)?.rights ?? []));
  }

  /** How far a permission reaches; undefined: it is not there. */
  reachOf(permission: Permission): Reach | undefined {
    return this.#reaches.get(permission);
  }

  /** The same for who stands right below his company: its subtree is all of it. */
  atTop(): RightSet {
    this.#atTop ??= new RightSet(
      this.list().map((right) => (right.reach === 'subtree' ? { ...right, reach: 'tenant' } : right)),
    );
    return this.#atTop;
  }

  /** Whether the permission is there, and reaches so far at least. */
  has(permission: Permission, reach: Reach): boolean {
    const own = this.#reaches.get(permission);
    return own !== undefined && rankOf(own) >= rankOf(reach);
  }

  /** Whether all rights of another are here: who hands out rights has them. */
  covers(other: RightSet): boolean {
    return other.list().every(({ permission, reach }) => this.has(permission, reach));
  }

  list(): readonly Right[] {
    return Array.from(this.#reaches, ([permission, reach]) => ({ permission, reach }));
  }
}

const compiled = new Map<string, RightSet>();

/** The same set each time for the same roles. */
export function rightsOf(roles: readonly string[]): RightSet {
  const key = roles.join();
  let rights = compiled.get(key);
  if (!rights) {
    rights = RightSet.ofRoles(roles);
    // Roles are checked when they are given: there are few combinations.
    if (compiled.size < 1000) compiled.set(key, rights);
  }
  return rights;
}
