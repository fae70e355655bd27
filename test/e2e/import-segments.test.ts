import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Pbx } from '../support/pbx.ts';
import { until } from '../support/until.ts';

let pbx: Pbx;
beforeAll(async () => {
  pbx = await Pbx.start();
});
afterAll(() => pbx?.cleanUp());

const coverage = () =>
  pbx.log.map(({ msg }) => String(msg)).filter((msg) => msg.includes('of the mobile segments'));

it('takes an imported segment table while it runs, and refuses one whose file was changed by hand', async () => {
  expect(coverage()).toEqual([expect.stringContaining('segment table libphonenumber')]);
  const file = join(pbx.dataDir, 'table.csv');
  writeFileSync(file, '号段,省份,城市,运营商\n192,广东,深圳,中国广电\n');
  const report = JSON.parse(await pbx.cli('import', 'segments', file, '--json', '--table-version', '9'));
  expect(report).toMatchObject({ version: '9', segments: 10_000, coverage: { 192: 10_000 } });
  await until('the new table', () => coverage().length === 2);
  expect(coverage()[1]).toContain('segment table 9');
  expect(coverage()[1]).not.toMatch(/none of .*192/);
  const yaml = await pbx.cli('export', '--tenant', 'system');
  const [taken = ''] = readdirSync(pbx.dataDir).filter((name) => name.startsWith('segments-'));
  expect(yaml).toContain(`file: ${taken}\n`);
  const changed = join(pbx.dataDir, 'system.yaml');
  writeFileSync(changed, yaml.replace('source: table.csv', 'source: other.csv'));
  writeFileSync(join(pbx.dataDir, taken), 'nonsense\n');
  await expect(pbx.cli('apply', changed)).rejects.toThrow('is not what its name says');
  expect(coverage()).toHaveLength(2);
});
