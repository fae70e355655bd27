/** A digit that came by INFO. */
export interface InfoDigit {
  readonly digit: string;
  readonly durationMs: number;
}

const DEFAULT_DURATION_MS = 160;
const DIGITS = '0123456789*#ABCD';

/**
 * The digit in the body of an INFO: `Signal=5` and `Duration=160` lines (application/dtmf-relay), or the digit
 * alone (application/dtmf). Both are customs of the field, no RFC has them. Without a type the form tells which of them
 * it is. Undefined when it is none.
 */
export function infoDigit(contentType: string, body: string): InfoDigit | undefined {
  const isAlone = contentType === 'application/dtmf' || (contentType === '' && !body.includes('='));
  if (isAlone) return digitOf(body.trim(), DEFAULT_DURATION_MS);
  if (contentType !== 'application/dtmf-relay' && contentType !== '') return undefined;
  let signal = '';
  let durationMs = DEFAULT_DURATION_MS;
  for (const line of body.split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    const name = line.slice(0, equals).trim().toLowerCase();
    const value = line.slice(equals + 1).trim();
    if (name === 'signal') signal = value;
    else if (name === 'duration') durationMs = durationOf(value);
  }
  return digitOf(signal, durationMs);
}

/** 10 and 11 stand for * and # where only numbers are sent (as in RFC 4733 event codes). */
function digitOf(signal: string, durationMs: number): InfoDigit | undefined {
  const digit = signal === '10' ? '*' : signal === '11' ? '#' : signal.toUpperCase();
  return digit.length === 1 && DIGITS.includes(digit) ? { digit, durationMs } : undefined;
}

function durationOf(value: string): number {
  const durationMs = Number(value);
  return Number.isFinite(durationMs) && durationMs > 0 && durationMs <= 60_000
    ? durationMs
    : DEFAULT_DURATION_MS;
}
