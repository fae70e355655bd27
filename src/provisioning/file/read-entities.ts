/** Entities as people write them: sections of a YAML file, each a map by name. */
import Type, { type TSchema } from 'typebox';
import { type Decoded, type DecodeOptions, decode } from '../../config/decode.ts';
import { text } from '../../config/fields.ts';
import { readYamlDocuments, type YamlNode, type YamlSource } from '../../config/yaml-source.ts';
import { deepFreeze } from '../../shared/deep-freeze.ts';
import { ConfigError, type Place } from '../../shared/errors.ts';
import type { Path } from '../../shared/path.ts';
import { checkValue } from '../check/check-entities.ts';
import { KIND_NAMES, KINDS, type KindName, kindOf } from '../kinds.ts';
import type { Named } from '../snapshot.ts';

/** An entity that a file holds. */
export interface FileEntity extends Named {
  placeOf(path: Path): Place;
}

/** A section that a file has, also an empty one: `queues: {}`. */
export interface FileSection {
  readonly kind: KindName;
  /** Whose it is: the company at the top of the document, and those that its entities name. */
  readonly tenants: ReadonlySet<string>;
  readonly place: Place;
}

/** What files hold, and every mistake that was found in them, each with its place. */
export interface EntityFiles {
  readonly entities: readonly FileEntity[];
  readonly sections: readonly FileSection[];
  readonly mistakes: readonly ConfigError[];
}

/**
 * A file's sections: `queues: { sales: ... }`, and above them `tenant:`, whose they are unless they name another. A
 * tenant's own section names no tenant.
 */
export const fileSchema = Type.Object({
  tenant: Type.Optional(text()),
  ...Object.fromEntries(KIND_NAMES.map((name) => [KINDS[name].plural, sectionOf(name)])),
});

function sectionOf(name: KindName): TSchema {
  const { keyPattern, keyHint, schema } = kindOf(name);
  const owner = name === 'tenant' ? {} : { tenant: Type.Optional(text()) };
  const entity = Type.Object({ ...owner, ...schema.properties });
  return Type.Record(Type.String({ pattern: keyPattern }), entity, { default: {}, keyHint });
}

/** Reads files of one or several documents. Throws ConfigError for one that cannot be read. */
export function readEntityFiles(files: readonly string[], options: DecodeOptions): EntityFiles {
  return join(files.flatMap((file) => readYamlDocuments(file).map((source) => readSource(source, options))));
}

function readSource({ file, root, errors }: YamlSource, options: DecodeOptions): EntityFiles {
  return errors.length > 0
    ? { entities: [], sections: [], mistakes: errors }
    : readEntities(root, file, options);
}

/** The entities of one document. */
export function readEntities(root: YamlNode | undefined, file: string, options: DecodeOptions): EntityFiles {
  const decoded = decode(fileSchema, root, file, options);
  const content = decoded.value as { readonly tenant?: string } & Readonly<Record<string, Section>>;
  const entities: FileEntity[] = [];
  const sections: FileSection[] = [];
  const mistakes = [...decoded.errors];
  for (const kind of KIND_NAMES) {
    const { plural } = KINDS[kind];
    const tenants = new Set(content.tenant === undefined ? [] : [content.tenant]);
    for (const [name, body] of Object.entries(content[plural] ?? {})) {
      const tenant = kind === 'tenant' ? name : (body?.['tenant'] ?? content.tenant);
      const placeOf = placeIn(decoded, plural, name);
      if (typeof tenant !== 'string') {
        mistakes.push(withoutTenant(plural, name, placeOf([])));
        continue;
      }
      entities.push(entityOf(kind, tenant, name, body, placeOf));
      tenants.add(tenant);
    }
    const isThere = root?.kind === 'map' && root.entries.some(({ key }) => key === plural);
    if (isThere) sections.push({ kind, tenants, place: decoded.placeOf([plural]) });
  }
  // What is between the values only makes sense on values that are whole.
  if (mistakes.length === 0) mistakes.push(...entities.flatMap(mistakesIn));
  return { entities, sections, mistakes };
}

type Section = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function entityOf(
  kind: KindName,
  tenant: string,
  name: string,
  body: Readonly<Record<string, unknown>>,
  placeOf: FileEntity['placeOf'],
): FileEntity {
  const value = deepFreeze({ ...body, tenant, [KINDS[kind].key]: name });
  return { kind, tenant, name, value: value as never, placeOf };
}

const placeIn =
  ({ placeOf }: Decoded, plural: string, name: string) =>
  (path: Path): Place =>
    placeOf([plural, name, ...path]);

function withoutTenant(plural: string, name: string, place: Place): ConfigError {
  const fix = "write 'tenant: …' in it, or once at the top of the file";
  return new ConfigError(`${plural}.${name} belongs to no tenant`, place, fix);
}

function mistakesIn(entity: FileEntity): readonly ConfigError[] {
  return checkValue(entity).map(
    ({ path, reason, fix }) => new ConfigError(reason, entity.placeOf(path), fix),
  );
}

/** Several files as one. A name may stand once. */
export function join(files: readonly EntityFiles[]): EntityFiles {
  const entities = files.flatMap((each) => each.entities);
  const mistakes = files.flatMap((each) => each.mistakes);
  const known = new Map<string, FileEntity>();
  for (const entity of entities) {
    const key = `${entity.kind}\n${entity.tenant}\n${entity.name}`;
    const other = known.get(key);
    known.set(key, entity);
    if (!other) continue;
    const { file, line } = other.placeOf([]);
    const reason = `${entity.kind} '${entity.name}' of tenant '${entity.tenant}' stands in ${file}:${line} too`;
    mistakes.push(new ConfigError(reason, entity.placeOf([]), 'remove one of them'));
  }
  return { entities, sections: files.flatMap((each) => each.sections), mistakes };
}
