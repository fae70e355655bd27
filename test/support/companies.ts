import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../src/config/load-config.ts';
import { STANDARD_CODES } from '../../src/provisioning/feature-codes.ts';
import { entitiesOf, withCompanies } from '../../src/provisioning/from-config.ts';
import type { Tenant } from '../../src/provisioning/kind/tenant.ts';
import { type Entities, KIND_NAMES, type KindName } from '../../src/provisioning/kinds.ts';
import type { Named, Snapshot } from '../../src/provisioning/snapshot.ts';

const MACHINE = loadConfig({ file: fileURLToPath(new URL('../../dialplans/pbx400.yaml', import.meta.url)) });

/** What the sample company has set up. */
export const SAMPLE_ENTITIES: readonly Named[] = entitiesOf(MACHINE);

/** Configuration of the sample hotline. */
export const SAMPLE = withCompanies(MACHINE, SAMPLE_ENTITIES);

/** By kind: fields to set in each entity, or what becomes of it; undefined removes it. */
export type Edits = {
  readonly [Kind in KindName]?:
    | Partial<Entities[Kind]>
    | ((value: Entities[Kind]) => Partial<Entities[Kind]> | undefined);
};

/** Entities after some edits; those that are not touched keep their objects. */
export function edited(entities: readonly Named[], edits: Edits): Named[] {
  return entities.flatMap((entity) => {
    const edit = edits[entity.kind] as Partial<object> | ((value: object) => object | undefined) | undefined;
    if (edit === undefined) return [entity];
    const fields = typeof edit === 'function' ? edit(entity.value) : edit;
    if (fields === undefined) return [];
    return fields === entity.value ? [entity] : [{ ...entity, value: { ...entity.value, ...fields } }];
  });
}

/** All entities of a snapshot. */
export function entitiesIn(snapshot: Snapshot): Named[] {
  return KIND_NAMES.flatMap((kind) => [...snapshot.entities(kind)]);
}

/** A company, with the usual feature codes. */
export function company(id: string, more: Partial<Tenant> = {}): Named<'tenant'> {
  return entity('tenant', { id, tenant: id, name: id, codes: STANDARD_CODES, ...more });
}

/** One entity, its fields beside its key left to the caller. */
export function entity<Kind extends KindName>(kind: Kind, value: Entities[Kind]): Named<Kind> {
  const { tenant, ...rest } = value as { tenant: string; name?: string; number?: string; id?: string };
  const name =
    kind === 'extension' ? rest.number! : kind === 'agent' || kind === 'tenant' ? rest.id! : rest.name!;
  return { kind, tenant, name, value };
}
