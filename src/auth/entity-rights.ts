/** Rights to what companies set up: resources are the kinds of `provisioning/kinds.ts` as paths write them, `break-reason`. */

/** Of which each company has its own. */
export const COMPANY_KINDS = [
  'department',
  'secret',
  'extension',
  'group',
  'conference',
  'skill',
  'break-reason',
  'disposition',
  'script',
  'contact',
  'list',
  'nuisance',
  'mailbox',
  'survey',
  'calendar',
  'prompt',
  'hotline',
  'announcement',
  'wallboard',
] as const;

/** That operators look after: companies themselves, who looks after them, and what all share. */
export const OPERATORS_KINDS = ['tenant', 'reseller', 'segments', 'holidays'] as const;

type Kind = (typeof COMPANY_KINDS)[number];

/** All to what a company sets up for itself; its agents and queues are resources that others look at, too. */
export const ENTITY_PERMISSIONS = [
  ...([...COMPANY_KINDS, 'agent', 'queue'] as const).flatMap((kind) => allOf(kind)),
  'tenant:read',
] as const;

function allOf<Name extends Kind | 'agent' | 'queue'>(kind: Name) {
  return [`${kind}:read`, `${kind}:create`, `${kind}:update`, `${kind}:delete`] as const;
}

/** What supervisors see of it. */
export const ENTITY_READING = COMPANY_KINDS.filter((kind) => kind !== 'secret').map(
  (kind) => `${kind}:read` as const,
);
