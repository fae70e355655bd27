import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import { spokenNumber } from '../../../src/prompt/spoken-number.ts';

const PROMPTS = fileURLToPath(new URL('../../../media/prompts', import.meta.url));

it.each([
  [0, ['digit-0']],
  [7, ['digit-7']],
  [10, ['number-10']],
  [19, ['number-19']],
  [20, ['number-20']],
  [45, ['number-40', 'digit-5']],
  [99, ['number-90', 'digit-9']],
  [120, ['digit-1', 'digit-2', 'digit-0']],
])('says %i as one counts', (count, prompts) => {
  expect(spokenNumber(count)).toEqual(prompts);
});

it.each(['zh-CN', 'en'])('has a prompt for each number in %s', (language) => {
  const catalogue = new PromptCatalogue([PROMPTS], language);
  for (let count = 0; count < 100; count++) expect(catalogue.durationMs({ count })).toBeGreaterThan(0);
});
