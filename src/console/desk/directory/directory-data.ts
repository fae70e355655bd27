import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { DirectoryRow } from '../../api/types.ts';
import type { Syllables } from './search.ts';

const DIRECTORY = ['directory'] as const;
const DIRECTORY_MS = 5_000;

/** Whom agents call and transfer to, with how each stands now. */
export const useDirectory = () =>
  useQuery({
    queryKey: DIRECTORY,
    refetchInterval: DIRECTORY_MS,
    queryFn: ({ signal }) => ask<{ readonly items: readonly DirectoryRow[] }>('/directory', { signal }),
    select: ({ items }) => items,
  });

/** How Chinese names sound, once that is loaded: nobody waits for it to type. */
export function useSyllables(): Syllables | undefined {
  const [syllables, setSyllables] = useState<Syllables>();
  useEffect(() => {
    let isOver = false;
    import('pinyin-pro').then(
      ({ pinyin }) => {
        if (!isOver)
          setSyllables(() => (title: string) => pinyin(title, { toneType: 'none', type: 'array' }));
      },
      // Found by name and number all the same.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, []);
  return syllables;
}
