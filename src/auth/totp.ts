/** One-time codes by time (RFC 6238) of an authenticator app: SHA-1, six digits, 30 s. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const STEP_MS = 30_000;
const DIGITS = 6;
/** RFC 4226 4 R6: 160 bits. */
const SECRET_BYTES = 20;
/** RFC 6238 5.2: clocks may be so many steps apart. */
const DRIFT = 1;

/** RFC 4648 6. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** A secret of ours, in base32. */
export const SECRET_PATTERN = '^[A-Z2-7]{32}$';

export const newSecret = (): string => toBase32(randomBytes(SECRET_BYTES));

/** What authenticator apps read from a QR code. */
export function secretUri(secret: string, name: string): string {
  const query = new URLSearchParams({ secret, issuer: 'pbx400' });
  return `otpauth://totp/pbx400:${encodeURIComponent(name)}?${query}`;
}

/**
 * The step of time that a code is of, for it to be taken once; undefined: it is wrong, or of a step that is not after `used`
 * (RFC 6238 5.2: a code is accepted once).
 */
export function stepOf(code: string, secret: string, now: number, used: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const current = Math.floor(now / STEP_MS);
  let found: number | undefined;
  for (let step = current - DRIFT; step <= current + DRIFT; step++) {
    const isSame = timingSafeEqual(Buffer.from(codeAt(secret, step)), Buffer.from(code));
    if (isSame && step > used) found ??= step;
  }
  return found;
}

/** The code of a step, RFC 4226 5.3. */
export function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac.at(-1)! & 15;
  const value = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(value % 10 ** DIGITS).padStart(DIGITS, '0');
}

function toBase32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
