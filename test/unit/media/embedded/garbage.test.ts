import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const bookkeeping = fileURLToPath(new URL('../../../bench/media/bookkeeping.ts', import.meta.url));

it('makes no garbage of its own on the way of a forwarded packet', () => {
  // in a process of its own: vitest's instruments allocate
  const { heapBytesAPacket } = JSON.parse(
    execFileSync(process.execPath, [bookkeeping], { encoding: 'utf8' }),
  );
  // the smallest thing that V8 allocates, a boxed number, has 16 bytes
  expect(heapBytesAPacket).toBeLessThan(8);
});
