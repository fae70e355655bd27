import { fileURLToPath } from 'node:url';
import { parseYamlDocuments } from '../../src/config/yaml-source.ts';
import { STANDARD_CODES } from '../../src/provisioning/feature-codes.ts';
import { loadMachine } from '../../src/provisioning/file/company-sections.ts';
import { firstSnapshot } from '../../src/provisioning/file/first-start.ts';
import { join, readEntities } from '../../src/provisioning/file/read-entities.ts';
import type { Extension } from '../../src/provisioning/kind/extension.ts';
import type { Tenant } from '../../src/provisioning/kind/tenant.ts';
import type { KeyField } from '../../src/provisioning/kind.ts';
import { type Entities, KINDS, type KindName } from '../../src/provisioning/kinds.ts';
import { type Named, Snapshot } from '../../src/provisioning/snapshot.ts';

/** Configuration of the machine of the sample hotline. */
export const SAMPLE = loadMachine({
  file: fileURLToPath(new URL('../../dialplans/pbx400.yaml', import.meta.url)),
});

/** What the sample company has set up. */
export const SAMPLE_COMPANIES = firstSnapshot(SAMPLE);

/** What companies have set up, from the text of a file. */
export function companiesIn(text: string): Snapshot {
  const documents = parseYamlDocuments('test.yaml', text).map(({ root }) =>
    readEntities(root, 'test.yaml', {}),
  );
  const { entities, mistakes } = join(documents);
  if (mistakes[0]) throw mistakes[0];
  return new Snapshot(1, entities);
}

/** By kind: fields to set in each entity, or what becomes of it; undefined removes it. */
export type Edits = {
  readonly [Kind in KindName]?:
    | Partial<Entities[Kind]>
    | ((value: Entities[Kind]) => Partial<Entities[Kind]> | undefined);
};

/** Entities after some edits; those that are not touched keep their objects. */
export function edited(entities: Iterable<Named>, edits: Edits): Snapshot {
  const after = [...entities].flatMap((entity) => {
    const edit = edits[entity.kind] as Partial<object> | ((value: object) => object | undefined) | undefined;
    if (edit === undefined) return [entity];
    const fields = typeof edit === 'function' ? edit(entity.value) : edit;
    if (fields === undefined) return [];
    return fields === entity.value ? [entity] : [{ ...entity, value: { ...entity.value, ...fields } }];
  });
  return new Snapshot(1, after);
}

/** A company, with the usual feature codes. */
export function company(id: string, more: Partial<Tenant> = {}): Named<'tenant'> {
  return entity('tenant', {
    id,
    tenant: id,
    name: id,
    codes: STANDARD_CODES,
    retention: {},
    shows: 'trunk',
    ...more,
  });
}

/** An extension, with the usual rights. */
export function extension(
  value: Pick<Extension, 'tenant' | 'number' | 'name'> & Partial<Extension>,
): Named<'extension'> {
  return entity('extension', {
    outside: 'domestic',
    forward: { ringMs: 20_000 },
    seesNumbers: true,
    ...value,
  });
}

/** One entity, its fields beside its key left to the caller. */
export function entity<Kind extends KindName>(kind: Kind, value: Entities[Kind]): Named<Kind> {
  const { tenant, ...rest } = value as { tenant: string } & Readonly<Record<KeyField, string>>;
  const name = rest[KINDS[kind].key];
  return { kind, tenant, name, value };
}
