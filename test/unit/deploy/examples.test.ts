/** scripts/deploy/examples: they load, serve the hotline that the manual puts beside them, and listen on the network. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { checkFolder } from '../../../src/dialplan/check/check-folder.ts';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';
import { firstSnapshot } from '../../../src/provisioning/file/first-start.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'scripts/deploy/examples');
const load = (name: string) => loadMachine({ file: join(FOLDER, name), env: {} });

beforeEach(() => void vi.stubEnv('CARRIER_PASSWORD', 'a secret of the carrier'));
afterEach(() => void vi.unstubAllEnvs());

describe.each(readdirSync(FOLDER))('%s', (name) => {
  test('serves the hotline of `pbx400 new`', async () => {
    const config = load(name);
    const prompts = new PromptCatalogue(config.promptDirs, config.language);
    const shared = {
      timeZone: config.timeZone,
      prompts: new Set(prompts.names),
      areas: loadAreaTable(),
      holidays: new Holidays(),
    };
    const { plans, problems } = await checkFolder(
      join(ROOT, 'dialplans/new'),
      firstSnapshot(config),
      shared,
      { nowMs: Date.UTC(2026, 10, 21), promptMs: (prompt) => prompts.durationMs(prompt) },
    );
    expect(plans).toHaveLength(1);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('is reached from the network, and both manuals name it', () => {
    for (const { host } of load(name).sip.listen) expect(host).not.toMatch(/^127\./);
    for (const manual of ['README.md', 'README.zh-CN.md']) {
      expect(readFileSync(join(ROOT, 'scripts/deploy', manual), 'utf8')).toContain(`examples/${name}`);
    }
  });
});

test('behind NAT peers are told the public address, for SIP and for RTP', () => {
  const { sip, media } = load('registering-behind-nat.yaml');
  expect(sip.listen.map(({ advertise }) => advertise?.host)).toEqual(['203.0.113.7', '203.0.113.7']);
  expect(media).toMatchObject({ host: '10.0.0.5', advertise: '203.0.113.7' });
});
