/** Search in the directory by name, pinyin and number. */
import type { Whom } from './whom.ts';

/** How a Chinese name sounds, syllable by syllable. */
export type Syllables = (title: string) => readonly string[];

export interface Searched {
  readonly row: Whom;
  /** Name, ids and number in lower case; the name in pinyin, and its initials. */
  readonly keys: readonly string[];
}

/** Made once a directory: pinyin of a thousand names is not made at each key. Without `syllables` nothing is found by its sound. */
export function searchable(rows: readonly Whom[], syllablesOf: Syllables = () => []): readonly Searched[] {
  return rows.map((row) => {
    const syllables = /\p{Script=Han}/u.test(row.title) ? syllablesOf(row.title) : [];
    const sounds = [syllables.join(''), syllables.map((each) => each.slice(0, 1)).join('')];
    const plain = [row.title, row.id, row.number ?? '', row.department ?? '', ...sounds];
    return { row, keys: plain.map((each) => each.toLowerCase().replaceAll(/\s/g, '')).filter(Boolean) };
  });
}

/** How well something fits: it is that, begins with it, has it. */
type Rank = 0 | 1 | 2;

const rankOf = (key: string, wanted: string): Rank | undefined =>
  key === wanted ? 0 : key.startsWith(wanted) ? 1 : key.includes(wanted) ? 2 : undefined;

/**
 * Those that have the words, whose beginnings match first; in the order of the directory else. A whole number that nobody has comes before those
 * that only have it somewhere inside: who types a number means it.
 */
export function found(
  all: readonly Searched[],
  words: string,
  numberRow?: (number: string) => Whom,
): readonly Whom[] {
  const wanted = words.toLowerCase().replaceAll(/\s/g, '');
  if (wanted === '') return all.map(({ row }) => row);
  const ranked: { readonly row: Whom; readonly rank: Rank; readonly place: number }[] = all
    .flatMap(({ row, keys }, place) => {
      const ranks = keys.flatMap((key) => rankOf(key, wanted) ?? []);
      return ranks.length === 0 ? [] : [{ row, rank: Math.min(...ranks) as Rank, place }];
    })
    .sort((one, other) => one.rank - other.rank || one.place - other.place);
  const number = numberRow && dialable(words);
  const isKnown = ranked.some(({ row }) => row.number === number || row.id === number);
  if (!numberRow || number === undefined || isKnown) return ranked.map(({ row }) => row);
  const [near, far] = [ranked.filter(({ rank }) => rank < 2), ranked.filter(({ rank }) => rank === 2)];
  return [...near.map(({ row }) => row), numberRow(number), ...far.map(({ row }) => row)];
}

/** A number that can be dialled as it stands. */
export function dialable(words: string): string | undefined {
  const digits = words.replaceAll(/[\s-]/g, '');
  return /^\+?\d{3,20}$/.test(digits) ? digits : undefined;
}
