import { expect, it } from 'vitest';
import { MediaExhaustedError } from '../../../src/media/errors.ts';
import { chooseServer, loadOf } from '../../../src/media/server-choice.ts';

const server = (placed: number, { free = 10, weight = 1, alive = true } = {}) => ({
  alive,
  placed,
  free,
  fill: (placed + 1) / weight,
});

it('chooses the least full for its weight', () => {
  const [small, large] = [server(4), server(6, { weight: 2 })];
  expect(chooseServer([small, large])).toBe(large);
});

it('stays with the mate while that lives, has room and was not refused', () => {
  const other = server(0);
  const mate = server(9);
  expect(chooseServer([other, mate], mate)).toBe(mate);
  expect(chooseServer([other, mate], mate, new Set([mate]))).toBe(other);
  const full = server(9, { free: 0 });
  expect(chooseServer([other, full], full)).toBe(other);
  const dead = server(0, { alive: false });
  expect(chooseServer([other, dead], dead)).toBe(other);
});

it('has none when all are dead, full or refused', () => {
  const refused = server(0);
  const servers = [server(0, { alive: false }), server(5, { free: 0 }), refused];
  expect(() => chooseServer(servers, undefined, new Set([refused]))).toThrow(MediaExhaustedError);
});

it('counts what stands on all, and the room of those that live', () => {
  const servers = [server(3, { free: 2 }), server(4, { free: 7, alive: false }), server(5, { free: -1 })];
  expect(loadOf(servers)).toEqual({ endpoints: 12, free: 2 });
});
