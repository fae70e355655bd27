/** scripts/deploy/pbx400.service: what it names exists, and systemd takes it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit-codes.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TEXT = readFileSync(join(ROOT, 'scripts/deploy/pbx400.service'), 'utf8');
const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(TEXT)![1]!;

test('starts what stands in the checkout, with the options of scripts/start', () => {
  const [node, ...words] = setting('ExecStart').split(' ');
  expect(existsSync(node!.replace(setting('WorkingDirectory'), ROOT))).toBe(true);
  const script = words.find((word) => word.endsWith('launch.js'))!;
  expect(existsSync(join(ROOT, script))).toBe(true);
  const options = words.filter((word) => word.startsWith('--')).join(' ');
  expect(readFileSync(join(ROOT, 'scripts/start'), 'utf8')).toContain(`node" ${options} `);
  expect(setting('RestartPreventExitStatus')).toBe(String(EXIT.config));
});

test('media servers on this machine see what is rendered for them: not in the /tmp that the unit has for itself', () => {
  expect(setting('PrivateTmp')).toBe('true');
  const data = /PBX400_DATA=(\S+)/.exec(TEXT)![1]!;
  expect(data).toBe(`/var/lib/${setting('StateDirectory')}`);
  const file = join(ROOT, 'scripts/deploy/pbx400.yaml');
  const { freeswitch, rtpengine } = loadMachine({ file, env: { PBX400_DATA: data } }).media;
  for (const { exchangeDir } of [freeswitch!, rtpengine!]) expect(exchangeDir).toBe(`${data}/exchange`);
});

const missing = spawnSync('systemd-analyze', ['--version']).error && 'systemd is not installed';
test.skipIf(missing)(`is a unit without a mistake${missing ? `: skipped, ${missing}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-unit-'));
  try {
    const unit = join(folder, 'pbx400.service');
    writeFileSync(unit, TEXT.replaceAll(setting('WorkingDirectory'), ROOT));
    // An unknown key or value is a warning only: the exit code stays 0.
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit]);
    expect({ status, complaints: stderr.toString() }).toEqual({ status: 0, complaints: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
