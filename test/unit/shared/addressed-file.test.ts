import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addressedFileMistake,
  addressedPattern,
  readAddressed,
  writeAddressed,
} from '../../../src/shared/addressed-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-addressed-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('a file is named by what is in it, once however often it is written, for its owner only', async () => {
  const name = writeAddressed(dir, 'segments', 'csv', '号段\n');
  expect(writeAddressed(dir, 'segments', 'csv', '号段\n')).toBe(name);
  expect(writeAddressed(dir, 'segments', 'csv', '号段,\n')).not.toBe(name);
  expect(name).toMatch(new RegExp(addressedPattern('segments', 'csv')));
  expect(readdirSync(dir)).toHaveLength(2);
  expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  expect(readAddressed(join(dir, name)).toString()).toBe('号段\n');
  expect(await addressedFileMistake(join(dir, name))).toBeUndefined();
});

it('one that is missing, cannot be read or holds something else is refused with what to do', async () => {
  const changed = join(dir, writeAddressed(dir, 'segments', 'csv', '号段\n'));
  writeFileSync(changed, '号段,\n');
  for (const [file, reason] of [
    [join(dir, 'segments-0123456789abcdef.csv'), 'there is no file'],
    [dir, 'cannot be read'],
    [changed, 'is not what its name says: its checksum is'],
  ] as const) {
    expect(() => readAddressed(file)).toThrow(reason);
    const mistake = await addressedFileMistake(file);
    expect(mistake?.message).toContain(reason);
    expect(mistake?.fix).toContain('import it anew');
  }
});

it('a name without a checksum promises nothing', () => {
  writeFileSync(join(dir, 'segments.csv'), 'any');
  expect(readAddressed(join(dir, 'segments.csv')).toString()).toBe('any');
});
