/** Why a caller is not served yet, in words. */
import type { CallerRow } from '../../api/live-data.ts';
import { type Language, sayIn, sayOf } from '../../i18n/words.ts';
import { stateWords } from '../../kit/words.ts';
import { whyWords } from './words.ts';

/** So many agents are named. */
const NAMED = 3;

/** `reasonOf`: the company's word for the reason of a state; `now`: ms since 1970. */
export function whyText(
  { isOffered, isCallback, position, why, whyNot }: Omit<CallerRow, 'tenant'>,
  language: Language,
  reasonOf: (reason: string) => string,
  now: number,
): string {
  const say = sayIn(whyWords, language);
  if (isOffered) return say(isCallback ? 'callsBack' : 'rings');
  if (whyNot === null) return say('behind', { n: position - 1 });
  const counts = Object.entries(whyNot);
  const all = counts.reduce((sum, [, n]) => sum + n, 0);
  if (all === 0) return say('soon');
  if (all === (whyNot['signed-out'] ?? 0)) return say('nobody');
  const codeWord = (code: string) =>
    Object.hasOwn(whyWords.texts[language], code)
      ? sayOf(whyWords, language, code)
      : sayOf(stateWords, language, code);
  const named = why.slice(0, NAMED).map(({ agent, code, detail, until }) => {
    const seconds = until === null ? undefined : Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
    const left = seconds === undefined ? '' : ` ${say('seconds', { n: seconds })}`;
    const reason = detail === null ? '' : say('reason', { reason: reasonOf(detail) });
    return `${agent} ${codeWord(code)}${reason}${left}`;
  });
  const others = all - (whyNot['signed-out'] ?? 0) - named.length;
  const text = named.join(say('comma'));
  return others > 0 ? say('andOthers', { text, n: others }) : text;
}

/** All reasons with how many agents each has, for who points at it. */
export function whyCounts({ whyNot }: Pick<CallerRow, 'whyNot'>, language: Language): string {
  const say = sayIn(whyWords, language);
  const word = (code: string) =>
    Object.hasOwn(whyWords.texts[language], code)
      ? sayOf(whyWords, language, code)
      : sayOf(stateWords, language, code);
  return Object.entries(whyNot ?? {})
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, n]) => say('countOf', { n, why: word(code) }))
    .join(say('comma'));
}
