/**
 * A number as who may not see it does (号码防火墙): `138****8000`, `0755****6789`, `+852****4567`, `23****78`. Up to six digits are
 * a service's and stay whole.
 */
export function maskedNumber(number: string): string {
  const { length } = number;
  if (length <= 6) return number;
  const tail = length >= 11 ? 4 : 2;
  const head = length < 11 ? 2 : number.startsWith('0') || number.startsWith('+') ? 4 : 3;
  return `${number.slice(0, head)}${'*'.repeat(4)}${number.slice(length - tail)}`;
}

/** A number as somebody is shown it: {@link maskedNumber}, or the number itself. */
export type ShowNumber = (number: string) => string;

/** Whoever sees numbers whole. */
export const wholeNumber: ShowNumber = (number) => number;

/** Seven digits and more that stand alone: a shorter number stays whole, and what holds letters is an id or a name. */
const NUMBER = /(?<![\w-])\+?\d{7,}(?![\w-])/g;

/** A text with each number in it as `show` has it. */
export const textShown = (text: string, show: ShowNumber): string => text.replace(NUMBER, show);
