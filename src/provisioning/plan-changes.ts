import { isDeepStrictEqual } from 'node:util';
import { yamlLine } from '../config/yaml-text.ts';
import type { Sliced } from '../shared/slices.ts';
import type { FieldChange, PlannedChange } from './change.ts';
import { hideSecrets } from './check/secrets.ts';
import { writtenFields } from './file/write-entities.ts';
import { KIND_NAMES, type KindName, kindOf } from './kinds.ts';
import type { EntityChange } from './provisioning.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A step of {@link planning}: what it writes is read back, secrets and all. */
const PLANNED = 20;

/** What changes, as people see it: kind by kind, then by company and name. */
export function* planning(changes: readonly EntityChange[]): Sliced<readonly PlannedChange[]> {
  const planned: PlannedChange[] = [];
  for (const change of changes) {
    yield PLANNED;
    planned.push(plannedChange(change));
  }
  return planned.toSorted(byName);
}

function plannedChange({ kind, tenant, name, before, after }: EntityChange): PlannedChange {
  const verb = before === undefined ? 'add' : after === undefined ? 'remove' : 'change';
  return { verb, kind, tenant, name, fields: verb === 'change' ? fieldChanges(kind, before!, after!) : [] };
}

function fieldChanges(kind: KindName, before: object, after: object): readonly FieldChange[] {
  const asWritten = (value: object) => writtenFields(kind, value);
  const asShown = (value: object) => asWritten(hideSecrets(kindOf(kind), value as Fields));
  return [...differing(asWritten(before), asWritten(after), asShown(before), asShown(after), '')];
}

/** The fields that differ, those within a part by their path. What is shown may hide what differs. */
function* differing(
  old: Fields,
  now: Fields,
  shownOld: Fields,
  shownNow: Fields,
  path: string,
): Generator<FieldChange, void> {
  for (const field of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (isDeepStrictEqual(old[field], now[field])) continue;
    const parts = [old, now, shownOld, shownNow].map((fields) => fields[field]);
    if (parts.every(isFields))
      yield* differing(parts[0]!, parts[1]!, parts[2]!, parts[3]!, `${path}${field}.`);
    else yield { field: path + field, before: shown(shownOld[field]), after: shown(shownNow[field]) };
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Longer values are cut: a list may hold a million numbers. */
const SHOWN_LENGTH = 200;

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const few = Array.isArray(value) && value.length > 20 ? [...value.slice(0, 20), '…'] : value;
  const text = yamlLine(few);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function byName(one: PlannedChange, other: PlannedChange): number {
  const kind = KIND_NAMES.indexOf(one.kind) - KIND_NAMES.indexOf(other.kind);
  return kind || one.tenant.localeCompare(other.tenant) || one.name.localeCompare(other.name);
}
