import { expect, it } from 'vitest';
import writeExcel from 'write-excel-file/node';
import { unpackedBytes } from '../../../src/bulk/sheet/zip-size.ts';

const MB = 1024 ** 2;
const ENTRY = 'PK\u0001\u0002';

it('counts what a ZIP file holds, whatever it says of itself, and stops where that is too much', async () => {
  const file = await writeExcel([[{ value: 'x'.repeat(30_000) }]]).toBuffer();
  const size = unpackedBytes(file, MB)!;
  expect(size).toBeGreaterThan(30_000);
  expect(file.length).toBeLessThan(30_000);
  expect(unpackedBytes(file, 20_000)).toBeUndefined();
  // The directory says that each entry has one byte when it is unpacked.
  const lying = Buffer.from(file);
  for (let at = lying.indexOf(ENTRY); at >= 0; at = lying.indexOf(ENTRY, at + 4))
    lying.writeUInt32LE(1, at + 24);
  expect(unpackedBytes(lying, MB)).toBe(size);
  expect(unpackedBytes(lying, 20_000)).toBeUndefined();
});

it('takes nothing for a ZIP file that is none, or cut', () => {
  for (const bytes of ['', 'PK', 'id,name\n', `PK\u0005\u0006${'\0'.repeat(6)}${'\u0001'.repeat(12)}`])
    expect(unpackedBytes(Buffer.from(bytes, 'latin1'), MB)).toBeUndefined();
});
