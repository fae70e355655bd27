import { readFileSync } from 'node:fs';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
import { ConfigError, type Place } from '../shared/errors.ts';

export interface MapEntry {
  readonly key: string;
  /** Undefined for a key without a value. */
  readonly value: YamlNode | undefined;
  readonly place: Place;
}

/**
 * A node of a YAML file with its place. Scalars stay the text that was written: the schema says whether it is
 * a number, so that the area code `0755` keeps its zero and the word `no` stays a word.
 */
export type YamlNode = { readonly place: Place } & (
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
  | { readonly kind: 'list'; readonly items: readonly (YamlNode | undefined)[] }
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
);

/** A YAML file, read once. Syntax errors are collected in `errors`; `root` is undefined for an empty file. */
export interface YamlSource {
  readonly file: string;
  readonly root: YamlNode | undefined;
  readonly errors: readonly ConfigError[];
}

const OPTIONS = { schema: 'failsafe', prettyErrors: false } as const;

/** Reads and parses `file`. Throws ConfigError, which says how to name another one, when it cannot be read. */
export function readYaml(file: string, howToName = 'with --config FILE'): YamlSource {
  const fix = `name the configuration ${howToName}, or in PBX400_CONFIG (dialplans/pbx400.yaml is the sample)`;
  return parseYaml(file, readText(file, 'the configuration file', fix));
}

/** Reads and parses a file of several documents, `---` between them. Throws ConfigError when it cannot be read. */
export function readYamlDocuments(file: string): readonly YamlSource[] {
  return parseYamlDocuments(file, readText(file, 'the file', 'name one that can be read'));
}

/** Parses `text`; `file` is only named in places. */
export function parseYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  return sourceOf(file, parseDocument(text, { ...OPTIONS, lineCounter: lines }), lines);
}

/** Parses the documents of `text`, `---` between them; `file` is only named in places. */
export function parseYamlDocuments(file: string, text: string): readonly YamlSource[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { ...OPTIONS, lineCounter: lines });
  return Array.isArray(documents) ? documents.map((each: Document) => sourceOf(file, each, lines)) : [];
}

function readText(file: string, what: string, fix: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new ConfigError(`${what} ${reason}`, { file }, fix, { cause: error });
  }
}

function sourceOf(file: string, document: Document, lines: LineCounter): YamlSource {
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const errors = document.errors.map(
    (error) => new ConfigError(`YAML: ${error.message}`, placeAt(error.pos[0]), 'correct the syntax'),
  );
  const convert = (node: Node | null | undefined): YamlNode | undefined => {
    const target = isAlias(node) ? node.resolve(document) : node;
    const place = placeAt(node?.range?.[0] ?? 0);
    if (isMap(target)) {
      const entries = target.items.map(({ key, value }) => ({
        key: isScalar(key) ? String(key.value) : '',
        value: convert(value as Node | null),
        place: placeAt((key as Node | null)?.range?.[0] ?? target.range?.[0] ?? 0),
      }));
      return { kind: 'map', entries, place };
    }
    if (isSeq(target))
      return { kind: 'list', items: target.items.map((item) => convert(item as Node)), place };
    if (!isScalar(target)) return undefined;
    const quoted = target.type !== 'PLAIN';
    const isEmpty = target.value === '' && !quoted;
    return isEmpty ? undefined : { kind: 'text', text: String(target.value), quoted, place };
  };
  return { file, root: errors.length > 0 ? undefined : convert(document.contents), errors };
}
