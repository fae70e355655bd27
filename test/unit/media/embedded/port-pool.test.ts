import { expect, it } from 'vitest';
import { PortPool } from '../../../../src/media/embedded/port-pool.ts';
import { seededIds } from '../../../../src/shared/ids.ts';

const first = () => 0;

it('hands out even ports whose neighbour is in the range too', () => {
  const pool = new PortPool(20_001, 20_006, first);
  expect(pool.size).toBe(2);
  expect([pool.take(), pool.take(), pool.take()]).toEqual([20_002, 20_004, undefined]);
});

it('hands out ports in no order that could be guessed', () => {
  const taken = (seed: number) => {
    const pool = new PortPool(20_000, 20_199, seededIds(seed).random);
    return Array.from({ length: pool.size }, () => pool.take()!);
  };
  const ports = taken(1);
  expect(ports).not.toEqual(taken(2));
  expect(ports.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => 20_000 + 2 * n));
  const neighbours = ports.filter((port, at) => port === ports[at - 1]! + 2);
  expect(neighbours.length).toBeLessThan(10);
});

it('lets a freed port rest until half of the free ones were used', () => {
  const { random } = seededIds(3);
  for (let round = 0; round < 50; round++) {
    const pool = new PortPool(20_000, 20_199, random);
    const freed = pool.take()!;
    pool.release(freed);
    expect(Array.from({ length: 50 }, () => pool.take())).not.toContain(freed);
  }
});

it('loses and invents no port in many calls', () => {
  const pool = new PortPool(20_000, 23_999, seededIds(5).random);
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
