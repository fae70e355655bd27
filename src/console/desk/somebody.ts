/** Whom to ask or to add: a colleague by his work number, or a number. */
export type Somebody = { readonly agent: string } | { readonly number: string };

/** Work numbers are short; a number outside is not. */
const WORK_NUMBER = /^\d{1,7}$/;
const NUMBER = /^\+?\d{1,20}$/;

/** Who is meant by what was typed; undefined: nobody can be. */
export function somebodyBy(text: string): Somebody | undefined {
  const number = text.replace(/[\s-]/g, '');
  if (!NUMBER.test(number)) return undefined;
  return WORK_NUMBER.test(number) ? { agent: number } : { number };
}
