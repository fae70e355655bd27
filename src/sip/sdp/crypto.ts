import { attributesOf, type MediaDescription, type SdpAttribute } from './session-description.ts';

/** Suites of RFC 4568 6.2 and RFC 7714 that media engines may speak; `keyBytes` is master key and salt together. */
export const SRTP_SUITES = {
  AES_CM_128_HMAC_SHA1_80: { keyBytes: 30 },
  AES_CM_128_HMAC_SHA1_32: { keyBytes: 30 },
  AEAD_AES_128_GCM: { keyBytes: 28 },
  AEAD_AES_256_GCM: { keyBytes: 44 },
} as const;

export type SrtpSuite = keyof typeof SRTP_SUITES;

/** One a=crypto line (RFC 4568 9.1) with one inline key. Secret: never log it. */
export interface CryptoAttribute {
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** Master key and master salt, as long as the suite wants. */
  readonly key: Buffer;
}

/**
 * The a=crypto lines of a section in the sender's order. Lines that cannot be used are left out: unknown suites,
 * keys of the wrong length, MKIs, and session parameters that we do not speak (RFC 4568 6.3.7).
 */
export function cryptosOf(media: MediaDescription): CryptoAttribute[] {
  return attributesOf(media, 'crypto')
    .map(parseCrypto)
    .filter((crypto) => crypto !== undefined);
}

const LINE = /^(\d{1,9}) +(\w+) +inline:([A-Za-z0-9+/]{30,}={0,2})((?:\|[^ ]*)?)((?: .*)?)$/;

function parseCrypto(value: string): CryptoAttribute | undefined {
  const match = LINE.exec(value);
  if (!match) return undefined;
  const [, tag = '', suite = '', base64 = '', keyParameters = '', sessionParameters = ''] = match;
  if (!(suite in SRTP_SUITES) || keyParameters.includes(':') || sessionParameters.trim() !== '')
    return undefined;
  const key = Buffer.from(base64, 'base64');
  const name = suite as SrtpSuite;
  return key.length === SRTP_SUITES[name].keyBytes ? { tag: Number(tag), suite: name, key } : undefined;
}

/** Writes an a=crypto line. */
export function cryptoAttribute({ tag, suite, key }: CryptoAttribute): SdpAttribute {
  return { name: 'crypto', value: `${tag} ${suite} inline:${key.toString('base64')}` };
}
