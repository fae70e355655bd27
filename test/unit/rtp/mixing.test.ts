import { expect, it } from 'vitest';
import { addFrame, saturate, subtractFrame } from '../../../src/rtp/mixing.ts';

it('sums with gain, cuts at 16 bits, and takes a member out again', () => {
  const sum = new Int32Array(4);
  const loud = Int16Array.from([30000, -30000, 100, 0]);
  const other = Int16Array.from([10000, -10000, 50, -7]);
  addFrame(sum, loud);
  addFrame(sum, other, 2);
  const out = new Int16Array(4);
  saturate(sum, out);
  expect([...out]).toEqual([32767, -32768, 200, -14]);
  subtractFrame(sum, loud);
  saturate(sum, out);
  expect([...out]).toEqual([20000, -20000, 100, -14]);
});
