/**
 * Chinese numbers as carriers send them, brought to one form: mobile `13800138000`, fixed with area code
 * `075523456789`, service number `4001234567`, foreign `+` and the country code. Plan: MIIT numbering plan, ITU E.164.
 */

/** The number of a URI's user part: what follows a semicolon is the number's own (RFC 3261 19.1.6, `;npdi;rn=...`). */
export function subscriberOf(user: string): string {
  const semicolon = user.indexOf(';');
  return semicolon < 0 ? user : user.slice(0, semicolon);
}

const PLUS = 43;
const ZERO = 48;
const NINE = 57;

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
}

/** Digits of `raw`, with a leading `+` kept; visual separators go. Anything else makes it ''. */
function compact(raw: string): string {
  if (isDigits(raw)) return raw;
  let text = '';
  for (let index = 0; index < raw.length; index++) {
    const code = raw.charCodeAt(index);
    if (code >= ZERO && code <= NINE) text += raw[index];
    else if (code === PLUS && text === '') text = '+';
    else if (code !== 32 && code !== 45 && code !== 46 && code !== 40 && code !== 41) return '';
  }
  return text;
}

function isMobile(digits: string): boolean {
  return digits.length === 11 && digits.charCodeAt(0) === 49 && digits.charCodeAt(1) >= 51;
}

/** Takes +86, 0086 or 86 off; undefined when the number is foreign. */
function national(digits: string): string | undefined {
  if (digits.startsWith('+')) return digits.startsWith('+86') ? digits.slice(3) : undefined;
  if (digits.startsWith('00')) return digits.startsWith('0086') ? digits.slice(4) : undefined;
  // 86 and a whole national number behind it; short numbers may begin with 86 themselves.
  if (digits.startsWith('86') && digits.length >= 12) return digits.slice(2);
  return digits;
}

/** Length of the area code without its 0: 2 for Beijing (10) and 20-29, else 3. */
function areaCodeLength(number: string): number {
  return number.startsWith('10') || number.startsWith('2') ? 2 : 3;
}

/** 400 and 800 service numbers have ten digits. */
function isService(digits: string): boolean {
  return digits.length === 10 && (digits.startsWith('400') || digits.startsWith('800'));
}

/**
 * A number in the one form; '' when it is withheld or no number. `areaCode` (with 0) completes local numbers.
 * Idempotent; gives the same string back when nothing is to be done.
 */
export function normaliseCaller(raw: string, areaCode?: string): string {
  const digits = compact(raw);
  if (digits === '' || digits === '+') return '';
  const rest = national(digits);
  if (rest === undefined) return digits.startsWith('00') ? `+${digits.slice(2)}` : digits;
  if (isMobile(rest) || isService(rest)) return rest;
  if (rest.startsWith('0')) return isMobile(rest.slice(1)) ? rest.slice(1) : rest;
  const afterCountryCode = rest.length < digits.length;
  if (afterCountryCode && rest.length >= areaCodeLength(rest) + 7) return `0${rest}`;
  if (areaCode && (rest.length === 7 || rest.length === 8)) return areaCode + rest;
  return rest;
}

/** The number that was called: a service number bare, whatever stood before it. */
export function normaliseCalled(raw: string, areaCode: string | undefined): string {
  const number = normaliseCaller(raw, areaCode);
  if (isService(number)) return number;
  // Some exchanges put the area code, or a 0, before the service number.
  const tail = number.slice(-10);
  if (isService(tail) && number.length > 10 && number.length <= 14 && number.startsWith('0')) return tail;
  return number;
}

/** The beginning of numbers in the same form: `00852` is `+852`, `+86755` is `0755`; '' when it is none. */
export function normalisePrefix(raw: string): string {
  const digits = compact(raw);
  const rest = digits === '+' ? '' : national(digits);
  if (rest === undefined) return digits.startsWith('00') ? `+${digits.slice(2)}` : digits;
  const isBare = rest === digits || rest === '' || rest.charCodeAt(0) === ZERO;
  return isBare || (rest.charCodeAt(0) === ZERO + 1 && rest.charCodeAt(1) > ZERO + 2) ? rest : `0${rest}`;
}

/** From abroad, Hong Kong (+852), Macao (+853) and Taiwan (+886) included. */
export function isInternational(number: string): boolean {
  return number.charCodeAt(0) === PLUS;
}
