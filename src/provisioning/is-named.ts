import type { Named } from './snapshot.ts';

/** Whether a part of an entity's name, or of what people call it, is this, in small letters. */
export function isNamed({ name, value }: Named, words: string): boolean {
  const { name: called, title } = value as { readonly name?: unknown; readonly title?: unknown };
  const titles = typeof title === 'object' && title !== null ? Object.values(title) : [title];
  return [name, called, ...titles].some(
    (text) => typeof text === 'string' && text.toLowerCase().includes(words),
  );
}
