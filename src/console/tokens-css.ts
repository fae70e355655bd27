/** What our own styles make of the tokens: `var(--card)`. */
import { CODE_FONT, FONT, type Mode, TOKENS } from './tokens.ts';

/** The tokens as custom properties, for our own styles. */
export function cssVariables(mode: Mode): Readonly<Record<string, string>> {
  const { tones, ...plain } = TOKENS[mode];
  return {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [`--${name}`, value])),
    ...Object.fromEntries(
      Object.entries(tones).flatMap(([name, { ink, ground }]) => [
        [`--${name}-ink`, ink],
        [`--${name}-ground`, ground],
      ]),
    ),
    '--font': FONT,
    '--code-font': CODE_FONT,
  };
}
