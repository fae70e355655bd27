import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { spokenPlace } from '../../../src/acd/spoken-place.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';

const PROMPTS = fileURLToPath(new URL('../../../media/prompts', import.meta.url));
const BOTH = { position: true, wait: true };

const spoken = (position: number, expectedWaitMs: number | undefined, says = BOTH) =>
  spokenPlace({ position, expectedWaitMs, since: 0, isOffered: false }, says);

describe('what is said of a place in line', () => {
  it.each([
    [2, 61_000, ['queue-position-before', 'number-2', 'queue-position-after', 'queue-wait', 'minutes-2']],
    [
      1,
      60_000,
      ['queue-position-before', 'number-1', 'queue-position-after', 'queue-wait', 'minutes-under-1'],
    ],
    [20, 600_000, ['queue-position-before', 'number-20', 'queue-position-after', 'queue-wait', 'minutes-10']],
    [21, 600_001, ['queue-position-over-20', 'queue-wait', 'minutes-over-10']],
  ])('position %s, %s ms', (position, waitMs, prompts) => {
    expect(spoken(position, waitMs).flatMap((said) => said.prompts)).toEqual(prompts);
  });

  it('is in the record in words', () => {
    expect(spoken(3, 100_000).map(({ why }) => why)).toEqual(['position 3', 'wait about 2 min']);
    expect(spoken(3, 10).map(({ why }) => why)).toEqual(['position 3', 'wait less than 1 min']);
    expect(spoken(30, 3_600_000).map(({ why }) => why)).toEqual(['position 30', 'wait more than 10 min']);
  });

  it('leaves out what is unknown and what the queue does not want told', () => {
    expect(spoken(1, undefined).map(({ why }) => why)).toEqual(['position 1']);
    expect(spoken(1, undefined, { position: false, wait: true })).toEqual([]);
    expect(spoken(1, 90_000, { position: false, wait: true }).map(({ why }) => why)).toEqual([
      'wait about 2 min',
    ]);
  });

  it.each(['zh-CN', 'en'])('has a prompt for all of it in %s', (language) => {
    const catalogue = new PromptCatalogue([PROMPTS], language);
    for (let number = 1; number <= 25; number++) {
      for (const { prompts } of spoken(number, number * 30_000)) {
        expect(catalogue.durationMs(prompts)).toBeGreaterThan(300);
      }
    }
  });
});
