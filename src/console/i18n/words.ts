/** The console's words, in both languages side by side: a file `words.ts` beside what says them. */
import { createInstance } from 'i18next';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What stands in `{{name}}` of a text. */
export type Values = Readonly<Record<string, string | number>>;

/** Says a text of some words. */
export type Say<Key extends string> = (key: Key, values?: Values) => string;

export interface Words<Key extends string> {
  readonly name: string;
  readonly texts: Readonly<Record<Language, Readonly<Record<Key, string>>>>;
}

const i18n = createInstance();
void i18n.init({
  lng: 'zh-CN',
  fallbackLng: false,
  supportedLngs: LANGUAGES,
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  // React escapes.
  interpolation: { escapeValue: false },
});

/** Declares words: each key in Chinese and in English. `name` is of this file alone. */
export function words<const Key extends string>(
  name: string,
  zh: Readonly<Record<Key, string>>,
  en: Readonly<Record<NoInfer<Key>, string>>,
): Words<Key> {
  i18n.addResourceBundle('zh-CN', name, zh);
  i18n.addResourceBundle('en', name, en);
  return { name, texts: { 'zh-CN': zh, en } };
}

/** What says some words in a language: made once, and looked up once for each text that is always the same. */
const said = new WeakMap<Words<never>, Map<Language, Say<string>>>();

/** Says these words in a language. */
export function sayIn<Key extends string>(of: Words<Key>, language: Language): Say<Key> {
  const byLanguage = said.get(of) ?? new Map<Language, Say<string>>();
  said.set(of, byLanguage);
  const before = byLanguage.get(language);
  if (before) return before;
  const fixed = i18n.getFixedT(language, of.name) as (key: string, values: object) => string;
  const plain = new Map<string, string>();
  const say = (key: string, values?: Values) => {
    if (values) return fixed(key, { ...values });
    let text = plain.get(key);
    if (text === undefined) {
      text = fixed(key, {});
      plain.set(key, text);
    }
    return text;
  };
  byLanguage.set(language, say);
  return say;
}

/** The text of a slug that the server tells, such as a state or a cause; one that it has learnt since reads as it is. */
export function sayOf<Key extends string>(
  words: Words<Key>,
  language: Language,
  slug: string,
  values?: Values,
): string {
  if (!Object.hasOwn(words.texts[language], slug)) return slug;
  return sayIn(words, language)(slug as Key, values);
}

/** The language that a browser likes best of those that we speak. */
export function preferred(liked: readonly string[]): Language {
  for (const each of liked) {
    if (/^zh\b/i.test(each)) return 'zh-CN';
    if (/^en\b/i.test(each)) return 'en';
  }
  return 'zh-CN';
}
