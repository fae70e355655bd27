/** What the editor exports as TypeScript is a file of `dialplans/`: it passes the check, and runs as the flow that was edited. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typescriptOf } from '../../../../src/console/page/flows/model/typescript.ts';
import { TEMPLATES } from '../../../../src/console/page/flows/templates.ts';
import { loadFiles } from '../../../../src/dialplan/load/load-files.ts';
import { drafted } from '../../../../src/tester/company-view.ts';
import { inOrder } from '../../../../src/testing/key-presser.ts';
import { simulate } from '../../../../src/testing/simulate.ts';
import { catalogueOf } from '../../../../src/testing/virtual-world.ts';
import { SAMPLE, SAMPLE_COMPANIES } from '../../../support/companies.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const NUMBER = '4000000009';
const DOC = {
  name: `it's "所有" \\ of\nit\u2028`,
  block: [{ match: 'prefix', prefix: '0898', reason: "fraud's" }],
  vip: { who: [{ match: 'number', number: '13900139000' }], flow: { type: 'queue', queue: 'service' } },
  flow: [
    { type: 'play', prompt: 'welcome' },
    {
      type: 'menu',
      prompt: 'main-menu',
      attempts: 2,
      keys: {
        '0': { type: 'goto', flow: 'side' },
        '1': [
          { type: 'play', prompt: 'goodbye' },
          { type: 'queue', queue: 'sales' },
        ],
        '*': { type: 'hangup', cause: 'busy' },
      },
      otherwise: { type: 'hangup', cause: 'no-answer' },
    },
  ],
  flows: { side: { type: 'queue', queue: 'service', timeout: { type: 'hangup' } } },
  otherwise: { type: 'hangup' },
};

describe('a flow exported as TypeScript', () => {
  let dir: string;
  beforeAll(() => {
    // Inside the project, so that 'pbx400/dialplan' resolves as it does for integrators.
    dir = mkdtempSync(join(import.meta.dirname, '.load-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('compiles, passes the check, and runs equal to the draft', async () => {
    const file = join(dir, 'one.ts');
    writeFileSync(file, typescriptOf({ number: NUMBER, tenant: 'demo', doc: DOC }));
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.NodeNext,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ['node'],
      paths: { 'pbx400/dialplan': [join(ROOT, 'src/dialplan/index.ts')] },
    };
    const program = ts.createProgram([file], options);
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(file)!);
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);

    const { loaded, mistakes } = await loadFiles(dir);
    expect(mistakes).toEqual([]);
    expect(JSON.parse(JSON.stringify(loaded[0]!.value))).toEqual({
      type: 'hotline',
      number: NUMBER,
      tenant: 'demo',
      ...DOC,
    });
    const entities = [{ kind: 'hotline', name: NUMBER, value: DOC }] as const;
    const names = new Set(catalogueOf(SAMPLE).names);
    const { view } = drafted(SAMPLE_COMPANIES, 'demo', NUMBER, { entities }, names);
    const calls = [
      { from: '13800138000', keys: ['1'] },
      { from: '13800138000', keys: ['5', '*'] },
      { from: '13800138000', keys: ['0'] },
      { from: '13800138000', keys: [] },
      { from: '13900139000', keys: [] },
      { from: '089812345678', keys: [] },
    ];
    for (const { from, keys } of calls) {
      const at = { from, called: NUMBER, at: Date.parse('2026-10-10T10:00:00+08:00'), config: SAMPLE };
      const edited = await simulate({
        ...at,
        companies: view,
        hotlines: [],
        answers: inOrder(keys),
      });
      const written = await simulate({
        ...at,
        companies: SAMPLE_COMPANIES,
        hotlines: loaded.map(({ value }) => value),
        answers: inOrder(keys),
      });
      expect(written.cdr.path, from).toEqual(edited.cdr.path);
      expect(written.heard).toEqual(edited.heard);
      expect(written.cdr.cause).toBe(edited.cdr.cause);
      expect(written.nodes).toEqual(edited.nodes);
    }
  }, 60_000);

  it('is loaded with every template of a trade', async () => {
    const folder = mkdtempSync(join(dir, 'all-'));
    for (const [index, { key, doc }] of TEMPLATES.entries())
      writeFileSync(
        join(folder, `${key}.ts`),
        typescriptOf({ number: `400000001${index}`, tenant: undefined, doc }),
      );
    const { loaded, mistakes } = await loadFiles(folder);
    expect(mistakes).toEqual([]);
    const byNumber = new Map(
      loaded.map(({ value }) => [(value as { number: string }).number, JSON.parse(JSON.stringify(value))]),
    );
    for (const [index, { doc }] of TEMPLATES.entries())
      expect(byNumber.get(`400000001${index}`)).toMatchObject(JSON.parse(JSON.stringify(doc)));
  });
});
