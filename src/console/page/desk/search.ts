/** Search in the directory by name, pinyin and number. */
import { pinyin } from 'pinyin-pro';
import type { DirectoryRow } from '../../api/types.ts';

export interface Searched {
  readonly row: DirectoryRow;
  /** Name, ids and number in lower case; the name in pinyin, and its initials. */
  readonly keys: readonly string[];
}

/** Made once a directory: pinyin of a thousand names is not made at each key. */
export function searchable(rows: readonly DirectoryRow[]): readonly Searched[] {
  return rows.map((row) => {
    const syllables = /\p{Script=Han}/u.test(row.title)
      ? pinyin(row.title, { toneType: 'none', type: 'array' })
      : [];
    const sounds = [syllables.join(''), syllables.map((each) => each.slice(0, 1)).join('')];
    const plain = [row.title, row.id, row.number ?? '', row.department ?? '', ...sounds];
    return { row, keys: plain.map((each) => each.toLowerCase().replaceAll(/\s/g, '')).filter(Boolean) };
  });
}

/** Those that have the words, whose beginnings match first; in the order of the directory else. */
export function found(all: readonly Searched[], words: string): readonly DirectoryRow[] {
  const wanted = words.toLowerCase().replaceAll(/\s/g, '');
  if (wanted === '') return all.map(({ row }) => row);
  const ranked = all.flatMap(({ row, keys }, place) => {
    const rank = Math.min(
      ...keys.map((key) => (key === wanted ? 0 : key.startsWith(wanted) ? 1 : key.includes(wanted) ? 2 : 9)),
    );
    return rank === 9 ? [] : [{ row, rank, place }];
  });
  return ranked.sort((one, other) => one.rank - other.rank || one.place - other.place).map(({ row }) => row);
}

/** A number that can be dialled as it stands. */
export function dialable(words: string): string | undefined {
  const digits = words.replaceAll(/[\s-]/g, '');
  return /^\+?\d{3,20}$/.test(digits) ? digits : undefined;
}
