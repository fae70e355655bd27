import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCompanies } from '../../../src/open-companies.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';
import { firstSnapshot } from '../../../src/provisioning/file/first-start.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-sections-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function machine(yaml: string) {
  const file = join(dir, 'pbx400.yaml');
  writeFileSync(file, yaml);
  return loadMachine({ file, env: {}, overrides: { data: dir } });
}

const EVERY_KIND = `
timeZone: Asia/Urumqi
tenants: { demo: {} }
trunks: { carrier: { tenant: demo, addresses: [192.0.2.1] } }
extensions: { 8001: { tenant: demo } }
agents: { 8001: { tenant: demo } }
queues: { sales: { tenant: demo, agents: [8001], survey: three-keys, ring: 20s } }
lists: { vip: { tenant: demo, prefixes: [0755] } }
mailboxes: { box: { tenant: demo } }
surveys: { three-keys: { tenant: demo } }
calendars: { office: { tenant: demo, periods: { open: { mon-fri: '09:00-18:00' } } } }
`;

/** Opens the companies of a configuration; returns what was logged of them. */
async function opened(yaml: string) {
  const notes: string[] = [];
  const logger = { ...silentLogger, info: (_: object, text: string) => void notes.push(text) };
  const store = new MemoryStore();
  const services = { clock: new ManualClock(0), ids: seededIds(), logger: logger as typeof silentLogger };
  const companies = await openCompanies(
    machine(yaml),
    store,
    ['queue-music', 'voicemail-greeting'],
    services,
  );
  companies.close();
  return { companies, notes };
}

it('a configuration file may hold entities of every kind beside the machine; the file owns them', () => {
  const config = machine(EVERY_KIND);
  expect(config.timeZone).toBe('Asia/Urumqi');
  expect(Array.from(firstSnapshot(config), ({ kind, name }) => `${kind} ${name}`)).toEqual([
    'tenant demo',
    'trunk carrier',
    'extension 8001',
    'agent 8001',
    'queue sales',
    'list vip',
    'mailbox box',
    'survey three-keys',
    'calendar office',
  ]);
  expect(firstSnapshot(config).get('queue', 'demo', 'sales')?.ringMs).toBe(20_000);
});

it('that is said once at the start, and only of such a file', async () => {
  const { companies, notes } = await opened('tenants: { demo: {} }\nextensions: { 8001: { tenant: demo } }');
  expect(notes).toEqual(['the configuration holds companies: they are changed in it only']);
  expect(companies.provisioning.snapshot.all('extension')).toHaveLength(1);
  await expect(
    companies.apply({
      put: [{ kind: 'extension', tenant: 'demo', name: '8001', value: { name: 'Li' } }],
      removed: [],
      by: 'li',
    }),
  ).rejects.toThrow(`extension '8001' belongs to ${join(dir, 'pbx400.yaml')}:2`);
  expect((await opened('timeZone: Asia/Shanghai')).notes).toEqual([]);
});

it.each([
  ['queues: { sales: { tenant: demo, ring: 15 } }', '3:40: queues.sales.ring must be a duration'],
  ['agents: { 8001: { tenant: demo } }', "3:17: tenant 'demo' has no extension '8001'"],
  ['queue: {}', "3:1: unknown key 'queue' in the file; did you mean 'queues'?"],
])('a mistake in such a section is told with its line: %s', async (section, told) => {
  const start = async () => opened(`timeZone: Asia/Shanghai\ntenants: { demo: {} }\n${section}`);
  expect(await start().catch(String)).toContain(`pbx400.yaml:${told}`);
});
