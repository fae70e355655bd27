import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Files are loaded by Node itself here: a test runner strips types in its own way. */
const ROOT = join(import.meta.dirname, '../../..');
let dir: string;

beforeAll(() => {
  // Inside the project, so that 'pbx400/dialplan' resolves as it does for integrators.
  dir = mkdtempSync(join(import.meta.dirname, '.load-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(dir, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

/** What a script that imports the loader prints, as JSON. */
function inNode(script: string): unknown {
  const source = `import { loadFiles } from '${ROOT}/src/dialplan/load/load-files.ts';
    import { writeFileSync } from 'node:fs';
    const shown = ({ loaded, orders, mistakes }) => ({ loaded: loaded.map(({ value }) => value),
      orders: orders.map(({ name, order }) => [name, order({ free: [{ id: '8001' }, { id: '8002' }] })]),
      mistakes: mistakes.map((each) => ({ text: each.toString(), place: each.place })) });
    ${script}`;
  const out = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
    cwd: ROOT,
    stdio: 'pipe',
  });
  return JSON.parse(out.toString());
}

interface Shown {
  readonly loaded: readonly unknown[];
  readonly orders: readonly unknown[];
  readonly mistakes: readonly { readonly text: string; readonly place: { file: string; line?: number } }[];
}

describe('loading a folder of hotlines', () => {
  it('takes functions that order agents, beside hotlines or alone', () => {
    const path = folder('orders', {
      'a.ts':
        "import { agentOrder, hangup, hotline } from 'pbx400/dialplan';\n" +
        "const last = agentOrder('last', ({ free }) => free.map(({ id }) => id).reverse());\n" +
        "export default [hotline('4000000004', { flow: hangup() }), last];\n",
      'b.ts': "import { agentOrder } from 'pbx400/dialplan';\nexport default agentOrder('not so', 'fast');\n",
    });
    const { loaded, orders, mistakes } = inNode(
      `process.stdout.write(JSON.stringify(shown(await loadFiles(${JSON.stringify(path)}))));`,
    ) as Shown;
    expect(loaded).toMatchObject([{ number: '4000000004' }]);
    expect(orders).toEqual([['last', ['8002', '8001']]]);
    expect(mistakes).toMatchObject([{ place: { file: join(path, 'b.ts'), line: 2 } }]);
    expect(mistakes[0]!.text).toContain("not 'not so'");
  });

  it('takes default exports, one or many, and leaves out tests and shared parts', () => {
    const path = folder('good', {
      'a.ts':
        "import { hangup, hotline } from 'pbx400/dialplan';\nexport default hotline('4000000001', { flow: hangup() });\n",
      'b.ts':
        "import { hotline } from 'pbx400/dialplan';\nimport { end } from './shared.ts';\nexport default [hotline('4000000002', { flow: end }), hotline('4000000003', { flow: end })];\n",
      'shared.ts': "import { hangup } from 'pbx400/dialplan';\nexport const end = hangup('busy');\n",
      'a.test.ts': "throw new Error('a test is no hotline');\n",
      'types.d.ts': 'export {};\n',
      'notes.txt': 'x',
    });
    const { loaded, mistakes } = inNode(
      `console.log(JSON.stringify(shown(await loadFiles('${path}'))))`,
    ) as Shown;
    expect(mistakes).toEqual([]);
    expect(loaded).toMatchObject([
      { number: '4000000001' },
      { number: '4000000002' },
      { number: '4000000003' },
    ]);
  });

  it('tells each mistake with file, line and fix', () => {
    const path = folder('bad', {
      'a-syntax.ts':
        "import { hotline } from 'pbx400/dialplan';\nconst x: string = 'a';\nexport default hotline('1', { flow flow });\n",
      'b-missing.ts': "// greeting\nimport { end } from './nowhere.ts';\nexport default end;\n",
      'c-throws.ts':
        "import { hotline } from 'pbx400/dialplan';\n\nconst options = undefined as unknown as { flow: never };\nconsole.error(options.flow);\nexport default hotline('1', options);\n",
      'd-enum.ts': 'export enum Key {\n  One,\n}\nexport default Key;\n',
      'f-builder.ts':
        "import { byPercent, hangup, hotline } from 'pbx400/dialplan';\nconst shares = [{ weight: 1, flow: hangup() }] as never;\nexport default hotline('1', { flow: byPercent(shares) });\n",
      'e-export.ts': "import { hotlin } from 'pbx400/dialplan';\nexport default hotlin;\n",
    });
    const { mistakes } = inNode(`console.log(JSON.stringify(shown(await loadFiles('${path}'))))`) as Shown;
    const short = mistakes.map(({ text }) => text.replaceAll(`${path}/`, ''));
    expect(short).toHaveLength(6);
    expect(short[0]).toMatch(/^a-syntax\.ts:3: syntax error: .+; correct the syntax there$/);
    expect(short[1]).toMatch(
      /^b-missing\.ts:2: Cannot find module .+; check the path; imports of own files end in '\.ts'$/,
    );
    expect(short[2]).toMatch(/^c-throws\.ts:4:\d+: TypeError: Cannot read properties of undefined/);
    expect(short[3]).toMatch(/^d-enum\.ts:1: syntax error: .*enum.*; use types and plain objects only/);
    expect(short[5]).toMatch(
      /^f-builder\.ts:3:\d+: TypeError: .*; compare what it is given with the type of the builder/,
    );
    expect(short[4]).toMatch(/^e-export\.ts:1: syntax error: .*hotlin/);
  });

  it('loads changed files anew, also those that are imported', () => {
    const path = folder('reload', {
      'a.ts':
        "import { hotline } from 'pbx400/dialplan';\nimport { end } from './parts/end.ts';\nexport default hotline('4000000001', { flow: end });\n",
    });
    folder('reload/parts', {
      'end.ts': "import { hangup } from 'pbx400/dialplan';\nexport const end = hangup('busy');\n",
    });
    const causes = inNode(`
      const before = shown(await loadFiles('${path}')).loaded[0].flow.cause;
      writeFileSync('${path}/parts/end.ts', "import { hangup } from 'pbx400/dialplan';\\nexport const end = hangup('rejected');\\n");
      const after = shown(await loadFiles('${path}')).loaded[0].flow.cause;
      console.log(JSON.stringify([before, after]));`);
    expect(causes).toEqual(['busy', 'rejected']);
  });

  it('gives hotlines outside of the project the words of the engine that loads them', () => {
    const outside = mkdtempSync(join(tmpdir(), 'pbx400-dialplans-'));
    try {
      const text =
        "import { hangup, hotline } from 'pbx400/dialplan';\nimport 'pbx400/testing';\nexport default hotline('4000000001', { flow: hangup() });\n";
      writeFileSync(join(outside, 'a.ts'), text);
      const { loaded, mistakes } = inNode(
        `console.log(JSON.stringify(shown(await loadFiles('${outside}'))))`,
      ) as Shown;
      expect(mistakes).toEqual([]);
      expect(loaded).toMatchObject([{ number: '4000000001' }]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('tells of a folder that is not there', () => {
    expect(() => inNode("await loadFiles('/no/such/folder')")).toThrow(/cannot read the folder of dialplans/);
  });
});
