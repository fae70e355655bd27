import { expect, it } from 'vitest';
import { AcdWorld } from '../../../support/acd-world.ts';

const SEEDS = 50;
const INPUTS = 1_000;

it(`nobody is stuck, overtaken or rung twice in ${SEEDS * INPUTS} inputs, lost, doubled, late and out of order`, () => {
  let inputs = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new AcdWorld(seed);
    try {
      while (world.inputs < INPUTS) world.step();
      world.end();
    } catch (error) {
      throw new Error(`seed ${seed}, input ${world.inputs}`, { cause: error });
    }
    inputs += world.inputs;
  }
  expect(inputs).toBeGreaterThanOrEqual(SEEDS * INPUTS);
});
