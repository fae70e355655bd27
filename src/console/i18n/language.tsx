import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { remember, remembered } from '../kit/remembered.ts';
import {
  LANGUAGES,
  type Language,
  preferred,
  type Say,
  sayIn,
  sayOf,
  type Values,
  type Words,
} from './words.ts';

interface Spoken {
  readonly language: Language;
  readonly speak: (language: Language) => void;
}

const Context = createContext<Spoken | undefined>(undefined);
const KEY = 'language';

/** The language that this browser was told, or likes. */
export function firstLanguage(): Language {
  const told = remembered(KEY);
  return LANGUAGES.find((each) => each === told) ?? preferred(navigator.languages);
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speak = useCallback((chosen: Language) => {
    remember(KEY, chosen);
    setLanguage(chosen);
  }, []);
  const value = useMemo(() => ({ language, speak }), [language, speak]);
  return <Context value={value}>{children}</Context>;
}

/** The language that is spoken, and how to change it. */
export function useLanguage(): Spoken {
  const spoken = useContext(Context);
  if (!spoken) throw new Error('outside of LanguageProvider');
  return spoken;
}

/** Says these words in the language that is spoken. */
export function useSay<Key extends string>(words: Words<Key>): Say<Key> {
  const { language } = useLanguage();
  return useMemo(() => sayIn(words, language), [words, language]);
}

/** Says slugs that the server tells. */
export function useSayOf<Key extends string>(words: Words<Key>): (slug: string, values?: Values) => string {
  const { language } = useLanguage();
  return useCallback((slug, values) => sayOf(words, language, slug, values), [words, language]);
}
