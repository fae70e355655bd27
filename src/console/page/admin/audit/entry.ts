/** What an entry of the audit trail says. */
import type { AuditEntryRow } from '../../../api/types.ts';

/** Names of details that say to what something was done, the most telling first. */
const OBJECTS = [
  'user',
  'role',
  'hotline',
  'list',
  'queue',
  'agent',
  'switch',
  'trunk',
  'file',
  'webhook',
] as const;
/** What is shown elsewhere, or is of no use to people. */
const HIDDEN: ReadonlySet<string> = new Set([
  'did',
  'before',
  'after',
  'session',
  'prefix',
  'key',
  'fault',
  'job',
]);

export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** To what it was done, by its name; undefined: it says of nothing. */
export function objectOf({ details }: Pick<AuditEntryRow, 'details'>): string | undefined {
  if (typeof details['kind'] === 'string' && typeof details['name'] === 'string') return details['name'];
  const named = OBJECTS.map((name) => details[name]).find(
    (value) => typeof value === 'string' && value !== '',
  );
  const found = named ?? details['name'];
  return typeof found === 'string' ? found : undefined;
}

/** Details beside what changed. */
export const plainDetails = ({
  details,
}: Pick<AuditEntryRow, 'details'>): readonly (readonly [string, unknown])[] =>
  Object.entries(details).filter(
    ([name, value]) => !HIDDEN.has(name) && value !== null && value !== undefined && value !== '',
  );

export interface Change {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Fields that are another after it. */
export function changesOf({ details }: Pick<AuditEntryRow, 'details'>): readonly Change[] {
  const before = isFields(details['before']) ? details['before'] : {};
  const after = isFields(details['after']) ? details['after'] : {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map((name) => ({ name, before: before[name], after: after[name] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** What of two lists came, and what went. */
export function listChange(before: readonly unknown[], after: readonly unknown[]) {
  const texts = (list: readonly unknown[]) => list.map(String);
  const [was, is] = [texts(before), texts(after)];
  return { added: is.filter((each) => !was.includes(each)), taken: was.filter((each) => !is.includes(each)) };
}
