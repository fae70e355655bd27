import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A top-level statement of a declaration file with its comment, as tsc writes it. */
interface Statement {
  readonly text: string;
  /** What it declares. */
  readonly names: readonly string[];
}

/** A declaration file: what it declares, and which of its names come from where. */
interface Declarations {
  readonly statements: readonly Statement[];
  readonly imported: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
}

const BEGINS = /^(\/\*\*|export|import|declare|interface|type|class)/;
const FROM = /^(?:import|export)(?: type)? (\*|\{.*\}) from ["'](\.[^"']+)\.ts["'];$/;
const INLINE = /import\("(\.[^"]+)\.ts"\)\.(\w+)/g;
const DECLARED =
  /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|const|function|let|enum) (\w+)/;

/** The declarations that an entry point reaches: all of its own, and of other files what these name, and so on. */
export class ReachedDeclarations {
  readonly #folder: string;
  readonly #elsewhere: ReadonlySet<string>;
  readonly #files = new Map<string, Declarations>();
  readonly #reached = new Map<string, Set<Statement>>();

  /** `entry` is a path in `folder`, without `.d.ts`; files of `elsewhere` are reported there. */
  constructor(folder: string, entry: string, elsewhere: ReadonlySet<string>) {
    this.#folder = folder;
    this.#elsewhere = elsewhere;
    for (const statement of this.#read(entry).statements) this.#reach(entry, statement);
  }

  /** Files in the order in which they were reached, each with its statements in their own order. */
  get text(): string {
    return [...this.#reached]
      .map(([file, reached]) => {
        const texts = this.#read(file).statements.filter((each) => reached.has(each));
        return `// ${file}.ts\n${texts.map(({ text }) => text).join('')}`;
      })
      .join('\n');
  }

  #reach(file: string, statement: Statement): void {
    const reached = this.#reached.get(file) ?? new Set();
    this.#reached.set(file, reached);
    if (reached.has(statement)) return;
    reached.add(statement);
    for (const [, path, name] of statement.text.matchAll(INLINE)) this.#name(beside(file, path!), name!);
    const code = withoutComments(statement.text);
    const from = FROM.exec(code);
    if (from) return this.#reExport(beside(file, from[2]!), from[1]!);
    for (const [word] of code.matchAll(/[A-Za-z_]\w*/g)) this.#name(file, word);
  }

  #reExport(file: string, names: string): void {
    if (names !== '*') for (const name of namesIn(names).values()) this.#name(file, name);
    else for (const each of this.#read(file).statements) if (each.names.length > 0) this.#reach(file, each);
  }

  /** A word that stands in a file: perhaps the name of something that is declared there, or imported. */
  #name(file: string, name: string): void {
    if (this.#elsewhere.has(file)) return;
    const { statements, imported } = this.#read(file);
    const origin = imported.get(name);
    if (origin) return this.#name(origin.file, origin.name);
    for (const each of statements) if (each.names.includes(name)) this.#reach(file, each);
  }

  #read(file: string): Declarations {
    let read = this.#files.get(file);
    if (!read) {
      read = parse(readFileSync(join(this.#folder, `${file}.d.ts`), 'utf8'), file);
      this.#files.set(file, read);
    }
    return read;
  }
}

const beside = (file: string, path: string) => normalize(join(dirname(file), path));

/** `{ a, type b as c }`: the name here to the name there. */
function namesIn(braces: string): Map<string, string> {
  const parts = braces
    .slice(1, -1)
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''));
  return new Map(parts.map((part) => part.split(' as ')).map(([there = '', here = there]) => [here, there]));
}

function parse(text: string, file: string): Declarations {
  const statements: Statement[] = [];
  const imported = new Map<string, { file: string; name: string }>();
  const add = (statement: string) => {
    const code = withoutComments(statement);
    const from = code.startsWith('import') ? FROM.exec(code) : null;
    const names = from ? namesIn(from[1]!) : [];
    for (const [here, there] of names) imported.set(here, { file: beside(file, from![2]!), name: there });
    if (code === '' || code.startsWith('import')) return;
    const declared = DECLARED.exec(code)?.[1];
    statements.push({ text: statement, names: declared === undefined ? [] : [declared] });
  };
  let statement = '';
  for (const line of text.split(/(?<=\n)/)) {
    // A comment belongs to the statement after it.
    if (BEGINS.test(line) && withoutComments(statement) !== '') {
      add(statement);
      statement = '';
    }
    statement += line;
  }
  add(statement);
  return { statements, imported };
}

const withoutComments = (text: string) => text.replaceAll(/\/\*\*.*?\*\//gs, '').trim();
