/**
 * Writes scripts/deploy/CONFIGURATION.md and CONFIGURATION.zh-CN.md out of the schemas: `npm run config-reference`. A test
 * fails when they are not what the schemas say.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Described, MACHINE_KEYS } from '../src/config/describe.ts';
import { durationText } from '../src/config/duration.ts';
import { configSchema } from '../src/config/schema.ts';
import { ENTITY_KEYS } from '../src/provisioning/describe.ts';
import { KINDS } from '../src/provisioning/kinds.ts';
import { LANGUAGES, type Language, type ReferenceWords, WORDS } from './config-reference-words.ts';

/** What the reference reads of a schema. */
export interface SchemaFacts {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
  /** A map whose keys are names. */
  readonly patternProperties?: Readonly<Record<string, SchemaFacts>>;
  readonly required?: readonly string[];
  readonly items?: SchemaFacts;
  readonly anyOf?: readonly SchemaFacts[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly hint?: string;
  /** Files write these milliseconds as a duration, under the key without `Ms`. */
  readonly duration?: string;
  readonly fromKey?: true;
}

/** One table of the reference. `keys` describes each key, named by its path from the schema: `register.password`. */
export interface ReferenceSection {
  readonly title: Readonly<Record<Language, string>>;
  /** Where the keys stand in the file: `trunks.NAME.`. */
  readonly prefix: string;
  readonly schema: SchemaFacts;
  readonly keys: Readonly<Record<string, Described>>;
}

interface Row {
  readonly path: string;
  readonly schema: SchemaFacts;
  readonly isRequired: boolean;
}

/** The keys that hold a value, in the order of the schema. `[]` stands for each item of a list. */
export function rowsOf(schema: SchemaFacts, path = '', isRequired = false): readonly Row[] {
  if (schema.properties && !schema.anyOf) {
    return Object.entries(schema.properties).flatMap(([key, property]) => {
      const name = property.duration === undefined ? key : key.replace(/Ms$/, '');
      const must = (schema.required?.includes(key) ?? false) && property.default === undefined;
      return rowsOf(property, path === '' ? name : `${path}.${name}`, must && !property.properties);
    });
  }
  const [each] = Object.values(schema.patternProperties ?? {});
  if (each) return rowsOf(each, `${path}.NAME`);
  const { items } = schema;
  if (items?.properties) {
    const whole = { path, schema, isRequired: isRequired || schema.default === undefined };
    return [whole, ...rowsOf(items, `${path}[]`)];
  }
  return [{ path, schema, isRequired }];
}

/** Keys of a section that nobody has described, and descriptions of keys that it does not have. */
export function undescribed({ schema, keys }: ReferenceSection): readonly string[] {
  const paths = rowsOf(schema).map(({ path }) => path);
  return [
    ...paths.filter((path) => !Object.hasOwn(keys, path)),
    ...Object.keys(keys).filter((path) => !paths.includes(path)),
  ];
}

/** All sections: those of the machine, then a kind of entity each. */
export function referenceSections(): readonly ReferenceSection[] {
  const kinds = Object.values(KINDS);
  const properties = (configSchema as unknown as SchemaFacts).properties!;
  const machine = Object.entries(properties);
  const tenant: SchemaFacts = { type: 'string', hint: 'the name of one of kind tenant' };
  const general = Object.fromEntries(machine.filter(([, { properties }]) => properties === undefined));
  return [
    machineSection({ en: 'General', zh: '常规' }, general),
    ...machine
      .filter(([key]) => !Object.hasOwn(general, key))
      .map(([key, property]) => machineSection({ en: key, zh: key }, { [key]: property })),
    ...kinds.map(({ name, plural, key, title, schema }): ReferenceSection => {
      const own = schema as unknown as SchemaFacts;
      const ofTenant = name === 'tenant' ? {} : { tenant };
      return {
        title: { en: `${plural}: ${title.en}`, zh: `${plural}：${title.zh}` },
        prefix: `${plural}.${key === 'name' ? 'NAME' : 'NUMBER'}.`,
        schema: {
          properties: { ...ofTenant, ...own.properties },
          required: [...Object.keys(ofTenant), ...(own.required ?? [])],
        },
        keys: ENTITY_KEYS[name],
      };
    }),
  ];
}

function machineSection(
  title: ReferenceSection['title'],
  properties: Readonly<Record<string, SchemaFacts>>,
): ReferenceSection {
  const described = Object.entries(MACHINE_KEYS).filter(([path]) =>
    Object.hasOwn(properties, path.split(/[.[]/)[0]!),
  );
  return { title, prefix: '', schema: { properties }, keys: Object.fromEntries(described) };
}

/** The reference in one language, as Markdown. */
export function configReference(sections: readonly ReferenceSection[], language: Language): string {
  const words = WORDS[language];
  const tables = sections.map((section) => {
    const rows = rowsOf(section.schema).map((row) => {
      const cells = [
        `\`${section.prefix}${row.path}\``,
        section.keys[row.path]?.[language === 'en' ? 0 : 1] ?? '',
        valuesOf(row.schema, words),
        defaultOf(row, words),
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    });
    const head = `| ${words.columns.join(' | ')} |\n| --- | --- | --- | --- |`;
    return `## ${section.title[language]}\n\n${head}\n${rows.join('\n')}\n`;
  });
  return `${words.preface}\n${tables.join('\n')}`;
}

function valuesOf(schema: SchemaFacts, words: ReferenceWords): string {
  const { anyOf, hint, items, type, minimum, maximum } = schema;
  if (anyOf) return valuesOf(anyOf[0]!, words);
  if (hint !== undefined) return words.hint(hint);
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(' ');
  if (items) return items.properties ? words.listOfMaps : words.listOf(valuesOf(items, words));
  if (type === 'boolean') return '`true` `false`';
  return words.whole(minimum ?? 0, maximum);
}

function defaultOf({ schema, isRequired }: Row, words: ReferenceWords): string {
  const { default: standard, duration, fromKey } = schema;
  if (fromKey) return words.ownName;
  if (standard === undefined) return isRequired ? words.required : '';
  if (duration !== undefined) return `\`${durationText(standard as number)}\``;
  return `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``;
}

/** Files of scripts/deploy and what they should hold. */
export function referenceFiles(): readonly { readonly file: string; readonly text: string }[] {
  const folder = join(import.meta.dirname, 'deploy');
  const sections = referenceSections();
  return LANGUAGES.map(({ language, file }) => ({
    file: join(folder, file),
    text: configReference(sections, language),
  }));
}

if (import.meta.main) {
  for (const { file, text } of referenceFiles()) writeFileSync(file, text);
}
