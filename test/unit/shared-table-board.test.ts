/** Public holidays that two people import at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHolidays } from '../../src/calendar/holiday-file.ts';
import { tableFile } from '../../src/open-tables.ts';
import type { ProposedEntity } from '../../src/provisioning/change.ts';
import { readAddressed } from '../../src/shared/addressed-file.ts';
import { sharedTableBoard } from '../../src/shared-table-board.ts';

it('keep the years of both', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pbx400-shared-tables-'));
  let named: ProposedEntity | undefined;
  const snapshot = { get: (kind: string) => (kind === 'holidays' ? named?.value : undefined) } as never;
  const told: string[] = [];
  const board = sharedTableBoard({
    dataDir: dir,
    companies: {
      provisioning: { snapshot },
      apply: async ({ put }: { readonly put: readonly ProposedEntity[] }) => {
        // The database writes it.
        await new Promise(setImmediate);
        named = put[0]!;
      },
    },
    clock: { now: () => Date.UTC(2026, 10, 30) },
    tell: async ({ by }: { readonly by: string }) => void told.push(by),
  } as never);
  const fileOf = (date: string) => JSON.stringify({ [date]: { kind: 'holiday', name: '元旦' } });
  try {
    await Promise.all([
      board.takeHolidays(fileOf('2027-01-01'), '2027.json', false, { by: 'li' } as never),
      board.takeHolidays(fileOf('2028-01-01'), '2028.json', false, { by: 'wang' } as never),
    ]);
    const kept = readHolidays(readAddressed(tableFile(dir, snapshot, 'holidays')!).toString(), 'kept');
    expect([...kept.keys()].sort()).toEqual(['2027-01-01', '2028-01-01']);
    expect(told.sort()).toEqual(['li', 'wang']);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
