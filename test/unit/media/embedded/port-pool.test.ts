import { expect, it } from 'vitest';
import { PortPool } from '../../../../src/media/embedded/port-pool.ts';

it('hands out even ports whose neighbour is in the range too', () => {
  const pool = new PortPool(20_001, 20_006);
  expect(pool.size).toBe(2);
  expect([pool.take(), pool.take(), pool.take()]).toEqual([20_002, 20_004, undefined]);
});

it('may begin anywhere in the range', () => {
  const pool = new PortPool(20_000, 20_007, 0.6);
  expect([pool.take(), pool.take(), pool.take(), pool.take()]).toEqual([20_004, 20_006, 20_000, 20_002]);
});

it('uses a freed port last', () => {
  const pool = new PortPool(20_000, 20_007);
  pool.release(pool.take()!);
  expect([pool.take(), pool.take(), pool.take(), pool.take()]).toEqual([20_002, 20_004, 20_006, 20_000]);
});

it('loses and invents no port in many calls', () => {
  const pool = new PortPool(20_000, 23_999);
  const held: number[] = [];
  for (let round = 0; round < 20_000; round++) {
    held.push(pool.take()!);
    if (held.length > 500) pool.release(held.shift()!);
  }
  expect(pool.free + held.length).toBe(pool.size);
  expect(new Set(held).size).toBe(held.length);
  for (const port of held) pool.release(port);
  for (const port of held) pool.release(port);
  pool.release(99);
  expect(pool.free).toBe(pool.size);
});
