import { isDeepStrictEqual } from 'node:util';
import type { FieldChange, PlannedChange } from './change.ts';
import { hideSecrets } from './check/secrets.ts';
import { KIND_NAMES, type KindName, kindOf } from './kinds.ts';
import type { EntityChange } from './provisioning.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What changes, as people see it: kind by kind, then by company and name. */
export function planOf(changes: readonly EntityChange[]): readonly PlannedChange[] {
  return changes.map(plannedChange).toSorted(byName);
}

function plannedChange({ kind, tenant, name, before, after }: EntityChange): PlannedChange {
  const verb = before === undefined ? 'add' : after === undefined ? 'remove' : 'change';
  return { verb, kind, tenant, name, fields: verb === 'change' ? fieldChanges(kind, before!, after!) : [] };
}

function fieldChanges(kind: KindName, before: object, after: object): readonly FieldChange[] {
  const [old, now] = [before as Fields, after as Fields];
  const [shownOld, shownNow] = [hideSecrets(kindOf(kind), old), hideSecrets(kindOf(kind), now)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((field) => !isDeepStrictEqual(old[field], now[field]))
    .map((field) => ({ field, before: shown(shownOld[field]), after: shown(shownNow[field]) }));
}

/** Longer values are cut: a list may hold a million numbers. */
const SHOWN_LENGTH = 200;

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const few = Array.isArray(value) && value.length > 20 ? [...value.slice(0, 20), '…'] : value;
  const text = JSON.stringify(few);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function byName(one: PlannedChange, other: PlannedChange): number {
  const kind = KIND_NAMES.indexOf(one.kind) - KIND_NAMES.indexOf(other.kind);
  return kind || one.tenant.localeCompare(other.tenant) || one.name.localeCompare(other.name);
}
