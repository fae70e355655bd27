import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { INTERNATIONAL_AREA, makeArea, PROVINCES, UNKNOWN_AREA } from '../../../src/numbering/area.ts';
import { areaPrompt } from '../../../src/prompt/area-prompt.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';

const PROMPTS = fileURLToPath(new URL('../../../media/prompts', import.meta.url));

it.each(['zh-CN', 'en'])('says every province in %s', (language) => {
  const catalogue = new PromptCatalogue([PROMPTS], language);
  const prompts = PROVINCES.map((province) => areaPrompt(makeArea(province, '', ''))!);
  expect(new Set(prompts).size).toBe(34);
  for (const prompt of [...prompts, 'area-abroad']) expect(catalogue.has(prompt), prompt).toBe(true);
});

it('says that a number is from abroad, and nothing where nobody knows', () => {
  expect(areaPrompt(INTERNATIONAL_AREA)).toBe('area-abroad');
  expect(areaPrompt(UNKNOWN_AREA)).toBeUndefined();
});
