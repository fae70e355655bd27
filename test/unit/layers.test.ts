import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { IConfiguration, ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A violation: the rule, the file that breaks it, what the file imports (of src/, or a package). */
const VIOLATIONS: readonly [rule: string, from: string, to: string][] = [
  ['room-shared', 'shared/x.ts', 'config/config.ts'],
  ['room-sip', 'sip/message/x.ts', 'edge/edge.ts'],
  ['room-sip', 'sip/sdp/x.ts', 'rtp/wav.ts'],
  ['room-rtp', 'rtp/x.ts', 'media/media.ts'],
  ['room-rtp', 'rtp/y.ts', 'sip/sdp/index.ts'],
  ['room-config', 'config/x.ts', 'provisioning/kind.ts'],
  ['room-numbering', 'numbering/x.ts', 'config/config.ts'],
  ['room-calendar', 'calendar/x.ts', 'config/config.ts'],
  ['room-webhook', 'webhook/x.ts', 'store/store.ts'],
  ['room-wallboard', 'wallboard/x.ts', 'acd/acd.ts'],
  ['room-fault', 'fault/x.ts', 'store/store.ts'],
  ['room-open-webhooks.ts', 'open-webhooks.ts', 'pbx.ts'],
  ['room-certificate', 'certificate/x.ts', 'config/config.ts'],
  ['room-open-certificate.ts', 'open-certificate.ts', 'pbx.ts'],
  ['room-tester', 'tester/x.ts', 'http/route.ts'],
  ['room-tester-board.ts', 'tester-board.ts', 'pbx.ts'],
  ['room-hotline-answers.ts', 'hotline-answers.ts', 'pbx.ts'],
  ['room-prompt-answers.ts', 'prompt-answers.ts', 'pbx.ts'],
  ['room-bulk-answers.ts', 'bulk-answers.ts', 'pbx.ts'],
  ['room-outbound', 'outbound/x.ts', 'config/config.ts'],
  ['room-edge', 'edge/embedded/x.ts', 'call/call.ts'],
  ['room-edge', 'edge/leg/y.ts', 'rtp/wav.ts'],
  ['room-media', 'media/embedded/x.ts', 'edge/fake/fake-edge.ts'],
  ['room-media', 'media/null/y.ts', 'sip/message/index.ts'],
  ['room-store', 'store/x.ts', 'call/call.ts'],
  ['room-store', 'store/sqlite/y.ts', 'provisioning/kind.ts'],
  ['room-provisioning', 'provisioning/kind/x.ts', 'call/call.ts'],
  ['room-registrar', 'registrar/x.ts', 'trunk/trunks.ts'],
  ['room-trunk', 'trunk/x.ts', 'registrar/registrar.ts'],
  ['room-call', 'call/w.ts', 'dialplan/index.ts'],
  ['room-call', 'call/x.ts', 'acd/acd.ts'],
  ['room-call', 'call/y.ts', 'http/errors.ts'],
  ['room-call', 'call/z.ts', 'cdr/cdr.ts'],
  ['room-call', 'call/engine.ts', 'media/embedded/engine.ts'],
  ['room-cdr', 'cdr/x.ts', 'store/store.ts'],
  ['room-prompt', 'prompt/x.ts', 'call/call.ts'],
  ['room-dialplan', 'dialplan/node/x.ts', 'routing/inside.ts'],
  ['room-dialplan', 'dialplan/run/y.ts', 'acd/acd.ts'],
  ['room-acd', 'acd/x.ts', 'survey/survey.ts'],
  ['room-acd', 'acd/y.ts', 'edge/embedded/engine.ts'],
  ['room-desk', 'desk/x.ts', 'routing/inside.ts'],
  ['room-desk', 'desk/y.ts', 'http/errors.ts'],
  ['room-callback', 'callback/x.ts', 'store/store.ts'],
  ['room-callback', 'callback/y.ts', 'dialplan/run/live-call.ts'],
  ['room-conference', 'conference/x.ts', 'dialplan/run/live-call.ts'],
  ['room-survey', 'survey/x.ts', 'voicemail/voicemail.ts'],
  ['room-voicemail', 'voicemail/x.ts', 'recording/recording.ts'],
  ['room-recording', 'recording/x.ts', 'acd/acd.ts'],
  ['room-workspace', 'workspace/x.ts', 'acd/acd.ts'],
  ['room-keeping', 'keeping/x.ts', 'acd/acd.ts'],
  ['room-routing', 'routing/x.ts', 'acd/acd.ts'],
  ['room-auth', 'auth/x.ts', 'store/store.ts'],
  ['room-job', 'job/x.ts', 'store/store.ts'],
  ['room-entity-board.ts', 'entity-board.ts', 'call/call.ts'],
  ['room-bulk', 'bulk/x.ts', 'http/errors.ts'],
  ['room-open-bulk.ts', 'open-bulk.ts', 'pbx.ts'],
  ['room-open-jobs.ts', 'open-jobs.ts', 'pbx.ts'],
  ['room-http', 'http/routes/x.ts', 'call/call.ts'],
  ['room-http', 'http/y.ts', 'pbx.ts'],
  ['room-client', 'client/x.ts', 'http/page.ts'],
  ['room-stream', 'stream/x.ts', 'http/page.ts'],
  ['room-testing', 'testing/x.ts', 'main.ts'],
  ['room-testing', 'testing/y.ts', 'edge/embedded/engine.ts'],
  ['room-console', 'console/x.ts', 'store/store.ts'],
  ['console-runs-nothing-of-the-server', 'console/y.ts', 'http/route.ts'],
  ['room-cli', 'cli/x.ts', 'http/errors.ts'],
  ['room-cli', 'cli/y.ts', 'edge/embedded/engine.ts'],
  ['room-pbx.ts', 'pbx.ts', 'http/errors.ts'],
  ['room-pbx.ts', 'pbx.ts', 'media/embedded/engine.ts'],
  ['room-media-limits.ts', 'media-limits.ts', 'call/call.ts'],
  ['room-open-auth.ts', 'open-auth.ts', 'pbx.ts'],
  ['room-ladder', 'ladder/x.ts', 'edge/edge.ts'],
  ['room-open-ladder.ts', 'open-ladder.ts', 'pbx.ts'],
  ['room-open-recordings.ts', 'open-recordings.ts', 'pbx.ts'],
  ['room-create-sip.ts', 'create-sip.ts', 'call/call.ts'],
  ['room-open-companies.ts', 'open-companies.ts', 'pbx.ts'],
  ['room-flow-board.ts', 'flow-board.ts', 'pbx.ts'],
  ['room-hotline-board.ts', 'hotline-board.ts', 'pbx.ts'],
  ['room-list-number-board.ts', 'list-number-board.ts', 'pbx.ts'],
  ['room-calendar-board.ts', 'calendar-board.ts', 'pbx.ts'],
  ['room-shared-table-board.ts', 'shared-table-board.ts', 'pbx.ts'],
  ['room-trunk-board.ts', 'trunk-board.ts', 'pbx.ts'],
  ['room-extension-phone-board.ts', 'extension-phone-board.ts', 'pbx.ts'],
  ['room-hotline-channel-board.ts', 'hotline-channel-board.ts', 'pbx.ts'],
  ['room-phone-password-board.ts', 'phone-password-board.ts', 'pbx.ts'],
  ['room-open-hotline-versions.ts', 'open-hotline-versions.ts', 'pbx.ts'],
  ['room-open-prompts.ts', 'open-prompts.ts', 'acd/acd.ts'],
  ['room-open-hotlines.ts', 'open-hotlines.ts', 'pbx.ts'],
  ['room-open-streams.ts', 'open-streams.ts', 'pbx.ts'],
  ['room-open-tables.ts', 'open-tables.ts', 'pbx.ts'],
  ['room-open-kept.ts', 'open-kept.ts', 'pbx.ts'],
  ['room-metric', 'metric/x.ts', 'call/call.ts'],
  ['room-metrics.ts', 'metrics.ts', 'acd/acd.ts'],
  ['room-acd-metrics.ts', 'acd-metrics.ts', 'call/call.ts'],
  ['room-acd-board.ts', 'acd-board.ts', 'call/call.ts'],
  ['room-desk-board.ts', 'desk-board.ts', 'store/store.ts'],
  ['room-help-board.ts', 'help-board.ts', 'pbx.ts'],
  ['room-node-board.ts', 'node-board.ts', 'call/call.ts'],
  ['room-support-board.ts', 'support-board.ts', 'pbx.ts'],
  ['room-call-board.ts', 'call-board.ts', 'desk/desk.ts'],
  ['room-workspace-board.ts', 'workspace-board.ts', 'call/call.ts'],
  ['room-test-call-board.ts', 'test-call-board.ts', 'call/call.ts'],
  ['room-boards.ts', 'boards.ts', 'call/call.ts'],
  ['room-create-media.ts', 'create-media.ts', 'store/store.ts'],
  ['room-open-rooms.ts', 'open-rooms.ts', 'http/x.ts'],
  ['room-main.ts', 'main.ts', 'cli/run.ts'],
  ['room-main.ts', 'main.ts', 'testing/index.ts'],
  ['room-unlisted', 'gateway/x.ts', 'shared/clock.ts'],
  ['room-unlisted', 'gateway.ts', 'shared/clock.ts'],

  ['part-sip-message', 'sip/message/parts.ts', 'sip/dialog/dialog.ts'],
  ['part-sip-sdp', 'sip/sdp/parts.ts', 'sip/message/index.ts'],
  ['part-sip-auth', 'sip/auth/parts.ts', 'sip/transport/flow.ts'],
  ['part-sip-transport', 'sip/transport/parts.ts', 'sip/transaction/transaction.ts'],
  ['part-sip-resolve', 'sip/resolve/parts.ts', 'sip/transaction/transaction.ts'],
  ['part-sip-transaction', 'sip/transaction/parts.ts', 'sip/dialog/dialog.ts'],
  ['part-sip-dialog', 'sip/dialog/parts.ts', 'sip/transport/flow.ts'],
  ['part-sip-unlisted', 'sip/event/parts.ts', 'sip/message/index.ts'],
  ['part-edge-port', 'edge/edge.ts', 'edge/embedded/engine.ts'],
  ['part-edge-leg', 'edge/leg/parts.ts', 'edge/gate/gate.ts'],
  ['part-edge-gate', 'edge/gate/parts.ts', 'edge/user-agent/uac.ts'],
  ['part-edge-user-agent', 'edge/user-agent/parts.ts', 'edge/drachtio-wire/frame.ts'],
  ['part-edge-drachtio-wire', 'edge/drachtio-wire/parts.ts', 'edge/leg/leg.ts'],
  ['part-edge-embedded', 'edge/embedded/parts.ts', 'edge/drachtio/engine.ts'],
  ['part-edge-drachtio', 'edge/drachtio/parts.ts', 'edge/drachtio-server/engine.ts'],
  ['part-edge-drachtio-server', 'edge/drachtio-server/parts.ts', 'edge/embedded/engine.ts'],
  ['part-edge-fake', 'edge/fake/parts.ts', 'edge/embedded/engine.ts'],
  ['part-edge-unlisted', 'edge/kamailio/parts.ts', 'edge/edge.ts'],
  ['part-store-journal', 'store/journal/parts.ts', 'store/sqlite/engine.ts'],
  ['part-store-memory', 'store/memory/parts.ts', 'store/journal/journal.ts'],
  ['part-store-sqlite', 'store/sqlite/parts.ts', 'store/postgres/engine.ts'],
  ['part-store-postgres', 'store/postgres/parts.ts', 'store/sqlite/engine.ts'],
  ['part-store-unlisted', 'store/mysql/parts.ts', 'store/store.ts'],
  ['part-media-port', 'media/media.ts', 'media/null/engine.ts'],
  ['part-media-embedded', 'media/embedded/parts.ts', 'media/null/engine.ts'],
  ['part-media-rtpengine', 'media/rtpengine/parts.ts', 'media/embedded/engine.ts'],
  ['part-media-freeswitch', 'media/freeswitch/parts.ts', 'media/rtpengine/engine.ts'],
  ['part-media-null', 'media/null/parts.ts', 'media/freeswitch/engine.ts'],
  ['part-media-unlisted', 'media/janus/parts.ts', 'media/media.ts'],

  ['package-@peculiar/asn1-schema', 'cli/package.ts', '@peculiar/asn1-schema'],
  ['package-@peculiar/asn1-x509', 'cli/package.ts', '@peculiar/asn1-x509'],
  ['package-@peculiar/x509', 'media/embedded/package.ts', '@peculiar/x509'],
  ['package-@fastify/ajv-compiler', 'auth/package.ts', '@fastify/ajv-compiler'],
  [
    'package-@fastify/fast-json-stringify-compiler',
    'auth/package.ts',
    '@fastify/fast-json-stringify-compiler',
  ],
  ['package-@fastify/cookie', 'auth/package.ts', '@fastify/cookie'],
  ['package-@fastify/cors', 'auth/package.ts', '@fastify/cors'],
  ['package-@fastify/helmet', 'cli/package.ts', '@fastify/helmet'],
  ['package-@fastify/rate-limit', 'auth/package.ts', '@fastify/rate-limit'],
  ['package-@fastify/static', 'auth/package.ts', '@fastify/static'],
  ['package-@fastify/swagger', 'auth/package.ts', '@fastify/swagger'],
  ['package-@fastify/swagger-ui', 'auth/package.ts', '@fastify/swagger-ui'],
  ['package-@fastify/type-provider-typebox', 'cli/package.ts', '@fastify/type-provider-typebox'],
  ...[
    '@ant-design/icons',
    '@tanstack/react-query',
    '@tanstack/react-virtual',
    'antd',
    'i18next',
    'react',
    'react-dom',
  ]
    .concat('@xyflow/react', 'pinyin-pro', 'react-router', 'sip.js', 'wavesurfer.js')
    .map((pack): [string, string, string] => [`package-${pack}`, 'http/package.ts', pack]),
  ['package-better-sqlite3', 'store/package.ts', 'better-sqlite3'],
  ['package-chinese-days', 'provisioning/package.ts', 'chinese-days'],
  ['package-commander', 'config/package.ts', 'commander'],
  ['package-csv-parse', 'bulk/package.ts', 'csv-parse'],
  ['package-read-excel-file', 'bulk/package.ts', 'read-excel-file'],
  ['package-write-excel-file', 'bulk/package.ts', 'write-excel-file'],
  ['package-drachtio-fsmrf', 'media/rtpengine/package.ts', 'drachtio-fsmrf'],
  ['package-drachtio-modesl', 'media/embedded/package.ts', 'drachtio-modesl'],
  ['package-drachtio-srf', 'media/freeswitch/package.ts', 'drachtio-srf'],
  ['package-fastify', 'main.ts', 'fastify'],
  ['package-kysely', 'cdr/package.ts', 'kysely'],
  ['package-libphonenumber-geo-carrier', 'trunk/package.ts', 'libphonenumber-geo-carrier'],
  ['package-pg', 'store/sqlite/package.ts', 'pg'],
  ['package-pino', 'http/package.ts', 'pino'],
  ['package-rtpengine-client', 'media/package.ts', 'rtpengine-client'],
  ['package-temporal-polyfill', 'testing/package.ts', 'temporal-polyfill'],
  ['package-typebox', 'acd/package.ts', 'typebox'],
  ['package-werift', 'rtp/package.ts', 'werift'],
  ['package-ws', 'edge/embedded/package.ts', 'ws'],
  ['package-ws', 'auth/typed.ts', '@types/ws'],
  ['package-yaml', 'provisioning/file/package.ts', 'yaml'],
  ['package-unlisted', 'shared/package.ts', 'lodash'],

  ['rtp-is-pure', 'rtp/files.ts', 'node:fs'],
  ['rtp-is-pure', 'rtp/sockets.ts', 'node:dgram'],
  ['acd-core-is-pure', 'acd/core/x.ts', 'shared/clock.ts'],
  ['acd-core-is-pure', 'acd/core/y.ts', 'acd/tenant-acd.ts'],
  ['client-is-alone', 'client/u.ts', 'node:events'],
  ['client-is-alone', 'client/v.ts', 'typebox'],
  ['client-is-alone', 'client/w.ts', 'shared/clock.ts'],
  ['client-is-alone', 'client/s.ts', 'client/softphone/port.ts'],
  ['softphone-is-alone', 'client/softphone/u.ts', 'node:events'],
  ['softphone-is-alone', 'client/softphone/v.ts', 'client/asker.ts'],
  ['client-brings-no-server', 'client/y.ts', 'stream/messages.ts'],
  ['no-circular', 'acd/a.ts', 'acd/b.ts'],
  ['no-unresolved', 'acd/missing.ts', 'acd/no-such-file.ts'],
];

const ONLY_TYPES = new Set(['console-runs-nothing-of-the-server', 'client-brings-no-server']);

/** Every way in which TypeScript names another file: the rule sees each. */
const WAYS: readonly ((path: string) => string)[] = [
  (path) => `import { x } from '${path}';\nx;`,
  (path) => `import type { X } from '${path}';\nexport let x: X;`,
  (path) => `import { type X } from '${path}';\nexport let x: X;`,
  (path) => `import type * as other from '${path}';\nexport let x: other.X;`,
  (path) => `export type { X } from '${path}';`,
  (path) => `export * from '${path}';`,
  (path) => `import '${path}';`,
  (path) => `export let x: import('${path}').X;`,
  (path) => `export type Y = ReadonlyMap<string, readonly import('${path}').X[]>;`,
  (path) => `export function f<T extends keyof import('${path}').X>(x: T): T { return x; }`,
  (path) => `export class C { readonly #x: typeof import('${path}').x | undefined; }`,
  (path) => `export const later = async () => (await import('${path}')).x;`,
  (path) => `declare module 'other' {\n  import type { X } from '${path}';\n  const x: X;\n}`,
];

/** What stays allowed: a rule that refuses everything proves nothing. */
const ALLOWED: readonly [from: string, to: string][] = [
  ['call/fine.ts', 'media/media.ts'],
  ['acd/fine.ts', 'shared/clock.ts'],
  ['console/fine.ts', 'shared/clock.ts'],
  ['acd/core/fine.ts', 'provisioning/kind/queue.ts'],
  ['http/routes/fine.ts', 'fastify'],
  ['edge/drachtio/fine.ts', 'edge/drachtio-wire/frame.ts'],
  ['media/freeswitch/fine.ts', 'edge/edge.ts'],
  ['rtp/srtp/fine.ts', 'node:crypto'],
  ['config/fine.ts', 'typebox'],
  ['main.ts', 'media/embedded/engine.ts'],
  ['cli/fine.ts', 'main.ts'],
  ['client/fine-too.ts', 'client/asker.ts'],
  ['client/softphone/fine.ts', 'sip.js'],
  ['console/fine-phone.ts', 'client/softphone/phone.ts'],
];

const root = join(import.meta.dirname, '../..');
let tree: string;
let found: readonly string[];
let rules: readonly string[];

/** Files that import what is listed, and what they import: all empty otherwise. */
function plant(
  imports: readonly (readonly [from: string, text: string])[],
  targets: readonly string[],
): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text, { flag: 'a' });
  };
  for (const [from, text] of imports) write(`src/${from}`, `${text}\n`);
  for (const target of targets) {
    if (target.endsWith('.ts')) {
      if (target !== 'acd/no-such-file.ts')
        write(`src/${target}`, 'export type X = number;\nexport const x = 1;\n');
    } else if (!target.startsWith('node:')) {
      write(`node_modules/${target}/package.json`, JSON.stringify({ name: target, main: 'index.js' }));
      write(`node_modules/${target}/index.js`, 'exports.x = 1;\n');
    }
  }
  write('package.json', JSON.stringify({ type: 'module', dependencies: { lodash: '1' } }));
}

const pathOf = (from: string, to: string) => {
  if (!to.endsWith('.ts')) return to;
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
};

/** A violation as it is found. */
function named(rule: string, from: string, to: string): string {
  const isFile = to.endsWith('.ts') && rule !== 'no-unresolved';
  const path = isFile ? `src/${to}` : `node_modules/${to}/index.js`;
  const resolved = to.startsWith('node:') ? to.slice(5) : rule === 'no-unresolved' ? pathOf(from, to) : path;
  return `${rule}: src/${from} -> ${resolved}`;
}

const sources = () =>
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/${file}`);

beforeAll(async () => {
  tree = mkdtempSync(join(tmpdir(), 'pbx400-layers-'));
  copyFileSync(join(root, '.dependency-cruiser.js'), join(tree, '.dependency-cruiser.js'));
  // Types are what these may have of the server: it is seen by what runs.
  const wayOf = (rule: string, index: number) => WAYS[ONLY_TYPES.has(rule) ? 0 : index % WAYS.length]!;
  const planted = VIOLATIONS.map(
    ([rule, from, to], index) => [from, wayOf(rule, index)(pathOf(from, to))] as const,
  );
  const ways = WAYS.map((way, index) => [`call/way-${index}.ts`, way('../http/errors.ts')] as const);
  const fine = ALLOWED.map(([from, to]) => [from, WAYS[0]!(pathOf(from, to))] as const);
  const types = ['console/fine-types.ts', WAYS[1]!('../http/errors.ts')] as const;
  const cycle = ['acd/b.ts', "import type { X } from './a.ts';\nexport let y: X;"] as const;
  plant(
    [...planted, ...ways, ...fine, types, cycle],
    [...new Set([...VIOLATIONS.map(([, , to]) => to), ...ALLOWED.map(([, to]) => to)])],
  );
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [cruise, '--config', '.dependency-cruiser.js', '--output-type', 'json', 'src'];
  const json = execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: 100_000_000 });
  const { summary } = JSON.parse(json) as ICruiseResult;
  found = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  const config: { default: IConfiguration } = await import(join(root, '.dependency-cruiser.js'));
  rules = config.default.forbidden?.map(({ name }) => name ?? '') ?? [];
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('npm run layers', () => {
  test.each(VIOLATIONS)('%s refuses src/%s -> %s', (rule, from, to) => {
    expect(found).toContain(named(rule, from, to));
  });

  test.each(WAYS.map((way, index) => [way('../http/errors.ts'), index] as const))('sees %s', (_, index) => {
    expect(found).toContain(named('room-call', `call/way-${index}.ts`, 'http/errors.ts'));
  });

  test.each(ALLOWED.filter(([from]) => from.includes('fine')))('lets src/%s import %s', (from) => {
    expect(found.filter((each) => each.includes(`: src/${from} -> `))).toEqual([]);
  });

  test('lets the console have types of the server', () => {
    expect(found.filter((each) => each.includes('console/fine-types.ts'))).toEqual([]);
  });

  test('has no rule without a violation above', () => {
    expect(new Set(VIOLATIONS.map(([rule]) => rule))).toEqual(new Set(rules));
  });

  test('gives every package of package.json its room', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    // Only libphonenumber-geo-carrier reads it, which asks for it as a peer.
    const own = Object.keys(dependencies).filter((name) => name !== 'libphonenumber-js');
    const ruled = rules.flatMap((name) => name.match(/^package-(?!unlisted)(.*)/)?.[1] ?? []);
    // What the console is built of is built in: nobody who installs the package needs it.
    const built = ruled.filter((name) => Object.hasOwn(devDependencies, name));
    expect(ruled.sort()).toEqual([...own, ...built].sort());
  });

  test('need see no `declare module`: a file extends only modules of its own room', () => {
    const extended = sources().flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/declare module '(.+)'/g)].map((match) => ({
        file,
        room: file.split('/')[1],
        of: join(dirname(file), match[1]!).split('/')[1],
      })),
    );
    expect(extended.length).toBeGreaterThan(0);
    expect(extended.filter(({ room, of }) => room !== of)).toEqual([]);
  });
});
