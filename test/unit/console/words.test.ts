/** Nothing on a screen is untranslated: each text stands in both languages, and none beside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, preferred, sayIn, sayOf, type Words, words } from '../../../src/console/i18n/words.ts';

const CONSOLE = resolve(import.meta.dirname, '../../../src/console');
const FILES = readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' });
const WORD_FILES = FILES.filter((file) => file.endsWith('words.ts') && file !== join('i18n', 'words.ts'));
const SCREENS = FILES.filter((file) => file.endsWith('.tsx'));

/** Attributes that people read, or hear. */
const READ = new Set([
  'title',
  'placeholder',
  'alt',
  'label',
  'aria-label',
  'aria-description',
  'extra',
  'description',
]);
/** Names that are the same in every language. */
const NAMES = new Set(['pbx400', 'Alt+Enter']);

describe.each(WORD_FILES)('%s', (file) => {
  it('has the same keys, variables and no empty text in both languages', async () => {
    const declared = Object.values((await import(join(CONSOLE, file))) as Record<string, Words<string>>);
    expect(declared.length).toBeGreaterThan(0);
    for (const { texts } of declared) {
      const [zh, en] = LANGUAGES.map((language) => texts[language]);
      expect(Object.keys(en!)).toEqual(Object.keys(zh!));
      for (const [key, text] of Object.entries(zh!)) {
        expect(text.trim(), key).not.toBe('');
        expect(en![key]!.trim(), key).not.toBe('');
        expect(variablesOf(en![key]!), key).toEqual(variablesOf(text));
      }
    }
  });
});

const variablesOf = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();

it('no name of words is given twice', async () => {
  const modules = await Promise.all(WORD_FILES.map((file) => import(join(CONSOLE, file))));
  const names = modules
    .flatMap((each) => Object.values(each as Record<string, Words<string>>))
    .map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

it.each(SCREENS)('%s says nothing beside its words', (file) => {
  expect(textsIn(readFileSync(join(CONSOLE, file), 'utf8'))).toEqual([]);
});

it('finds a text that is not translated', () => {
  const source = 'const a = <p title="Hello">{x} 你好 <b aria-label={say("x")}>pbx400</b></p>;';
  expect(textsIn(source)).toEqual(['Hello', '你好']);
});

/** Texts of a screen in its source: between tags, and in attributes that are read. */
function textsIn(source: string): readonly string[] {
  const found: string[] = [];
  const look = (text: string) => {
    const trimmed = text.trim();
    if (/[a-z\u4e00-\u9fff]{2}/i.test(trimmed) && !NAMES.has(trimmed)) found.push(trimmed);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) look(node.text);
    if (
      ts.isJsxAttribute(node) &&
      READ.has(node.name.getText()) &&
      node.initializer &&
      ts.isStringLiteral(node.initializer)
    )
      look(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('screen.tsx', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

it('speaks in either language, and slugs that it has not learnt as they are', () => {
  const some = words('of a test', { hi: '你好 {{name}}' }, { hi: 'Hello {{name}}' });
  expect(sayIn(some, 'zh-CN')('hi', { name: '<李>' })).toBe('你好 <李>');
  expect(sayIn(some, 'en')('hi', { name: 'Li' })).toBe('Hello Li');
  expect(sayOf(some, 'en', 'hi', { name: 'Li' })).toBe('Hello Li');
  expect(sayOf(some, 'en', 'constructor')).toBe('constructor');
});

it.each([
  [['en-GB', 'zh-CN'], 'en'],
  [['fr', 'zh-TW'], 'zh-CN'],
  [['fr'], 'zh-CN'],
] as const)('a browser that likes %j reads %s', (liked, language) => {
  expect(preferred(liked)).toBe(language);
});
