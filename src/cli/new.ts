import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { asError, PbxError } from '../shared/errors.ts';
import { PACKAGE, PACKAGE_DIR } from '../shared/own-package.ts';

/** A project that is proved by the tests of pbx400 itself. */
const TEMPLATE = join(PACKAGE_DIR, 'dialplans/new');
const TARBALL = `pbx400-${PACKAGE.version}.tgz`;
/** What a project uses besides, in the versions that pbx400 is tested with. */
const TOOLS = ['@types/node', 'typescript', 'vitest'];

/** `pbx400 new <dir>`: a folder with a hotline, its test and a configuration, to be installed by npm. */
export function newCommand(write: (text: string) => void): Command {
  return new Command('new')
    .description('make a project of your own: a hotline, its test, a configuration')
    .argument('<dir>', 'folder to make; files in it are never overwritten')
    .action((dir: string) => {
      makeProject(resolve(dir));
      write(nextSteps(resolve(dir)));
    });
}

function makeProject(folder: string): void {
  const texts = projectFiles(folder);
  const copies = readdirSync(TEMPLATE);
  const there = [...copies, ...Object.keys(texts)].filter((name) => existsSync(join(folder, name)));
  if (there.length > 0) {
    throw new PbxError('exists', `${folder} has ${there.join(', ')} already; name another folder`);
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of copies) copyFileSync(join(TEMPLATE, name), join(folder, name));
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new PbxError('output', `the project cannot be written: ${asError(error).message}`, {
      cause: error,
    });
  }
}

/** Those that need not be proved. The name of the folder becomes that of the package. */
function projectFiles(folder: string): Readonly<Record<string, string>> {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return {
    'package.json': json({
      name: name || 'hotlines',
      private: true,
      type: 'module',
      scripts: { check: 'pbx400 check', test: 'vitest run', types: 'tsc', start: 'pbx400 start' },
      dependencies: { pbx400: `file:${TARBALL}` },
      devDependencies: Object.fromEntries(TOOLS.map((tool) => [tool, PACKAGE.devDependencies[tool]])),
    }),
    'tsconfig.json': json({
      compilerOptions: {
        ...{ target: 'es2024', module: 'nodenext', types: ['node'], strict: true, noEmit: true },
        ...{ allowImportingTsExtensions: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true },
        skipLibCheck: true,
      },
      include: ['*.ts'],
    }),
    '.npmrc': NPMRC,
    '.gitignore': 'node_modules/\n.pbx400/\n',
  };
}

const NPMRC = `# No package needs to run anything when it is installed.
ignore-scripts=true
# npm itself may run on Node 20, of which it would warn: what it installs runs on the Node 24 that comes with pbx400.
loglevel=error
`;

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** In a checkout the package is packed first; who has only the package puts it into the folder. */
function nextSteps(folder: string): string {
  const inCheckout = existsSync(join(PACKAGE_DIR, 'scripts/build'));
  const get = inCheckout
    ? `npm pack ${PACKAGE_DIR} --pack-destination ${folder}`
    : `cp ${TARBALL} ${folder}   # from where you have it`;
  return `made ${folder}; next:
  ${get}
  cd ${folder} && npm install
  npx pbx400 check
  npx pbx400 simulate 4001234567 --from 075523456789 --at 2026-10-15T10:00 --keys 1
  npm test
  npx pbx400 start
`;
}
