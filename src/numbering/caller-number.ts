/**
 * The form in which callers are compared: mobiles `13800138000`, landlines `075523456789`, from abroad
 * `0085212345678`, '' when withheld. Idempotent; returns the same string when nothing is to be done.
 */
export function callerNumber(raw: string): string {
  let digits = raw;
  if (digits.charCodeAt(0) === PLUS) digits = `00${digits.slice(1)}`;
  if (digits.startsWith('0086')) digits = nationalNumber(digits.slice(4));
  else if (digits.length === 13 && digits.startsWith('861')) digits = digits.slice(2);
  // Trunk prefix before a mobile: 0 13800138000. 010 is the area code of Beijing.
  if (digits.length === 12 && digits.startsWith('01') && digits.charCodeAt(2) >= THREE)
    return digits.slice(1);
  return isDigits(digits) ? digits : '';
}

/** The beginning of numbers in the same form: `+852` is `00852`. */
export function callerPrefix(raw: string): string {
  return raw.charCodeAt(0) === PLUS ? `00${raw.slice(1)}` : raw;
}

const PLUS = 43;
const ZERO = 48;
const THREE = 51;
const NINE = 57;

/** A national significant number as it is dialled: mobiles as they are, landlines with 0. */
function nationalNumber(significant: string): string {
  const mobile = significant.length === 11 && significant.charCodeAt(0) === ZERO + 1;
  return mobile || significant.charCodeAt(0) === ZERO ? significant : `0${significant}`;
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
}

/** From abroad, Hong Kong (00852), Macao (00853) and Taiwan (00886) included. */
export function isInternational(number: string): boolean {
  return number.startsWith('00');
}
