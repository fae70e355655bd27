/** Whoever sees little reads it, too: WCAG 2.1, 1.4.3. */
import { describe, expect, it } from 'vitest';
import { TOKENS } from '../../../src/console/tokens.ts';

const MIN_CONTRAST = 4.5;

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) =>
    part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each(Object.entries(TOKENS))(
  '%s',
  (_mode, { page, card, hover, chosen, ink, faint, accent, tones }) => {
    it.each(Object.entries({ page, card, hover, chosen }))(
      'text and links are read on %s',
      (_name, ground) => {
        for (const letters of [ink, faint, accent])
          expect(contrast(letters, ground)).toBeGreaterThan(MIN_CONTRAST);
      },
    );

    it.each(Object.entries(tones))('%s letters are read on their own ground, and on cards', (_name, tone) => {
      expect(contrast(tone.ink, tone.ground)).toBeGreaterThan(MIN_CONTRAST);
      expect(contrast(tone.ink, card)).toBeGreaterThan(MIN_CONTRAST);
    });
  },
);
