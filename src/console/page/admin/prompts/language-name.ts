/** What people call a language (BCP 47), in the one that they speak. */
export function languageName(language: string, spoken: string): string {
  try {
    return new Intl.DisplayNames([spoken], { type: 'language' }).of(language) ?? language;
  } catch {
    return language;
  }
}
