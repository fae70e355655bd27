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
