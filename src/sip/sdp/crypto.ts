import { attributesOf, type MediaDescription } from './session-description.ts';

/** Suites of RFC 4568 6.2 that we speak, by the bytes of their tag. */
export const SRTP_SUITES = {
  AES_CM_128_HMAC_SHA1_80: { tagBytes: 10 },
  AES_CM_128_HMAC_SHA1_32: { tagBytes: 4 },
} as const;

export type SrtpSuite = keyof typeof SRTP_SUITES;

/** Master key and master salt of all these suites. */
export const SRTP_KEY_BYTES = 30;

/** One a=crypto line (RFC 4568 9.1) with one inline key. Secret: never log it. */
export interface CryptoAttribute {
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** Master key and master salt. */
  readonly key: Buffer;
}

/**
 * The first a=crypto line of a section that can be used; `undefined` when there is none. Left out are unknown suites,
 * keys of the wrong length, MKIs, and session parameters: we speak none of them (RFC 4568 6.3.7).
 */
export function cryptoOf(media: MediaDescription): CryptoAttribute | undefined {
  for (const value of attributesOf(media, 'crypto')) {
    const crypto = parseCrypto(value);
    if (crypto) return crypto;
  }
  return undefined;
}

/** `1 SUITE inline:KEY|lifetime` */
const VALUE = /^(\d{1,9}) +(\w+) +inline:([A-Za-z0-9+/]+={0,2})(?:\|[^|:; ]+)?$/;

function parseCrypto(value: string): CryptoAttribute | undefined {
  const [, tag, suite = '', base64 = ''] = VALUE.exec(value) ?? [];
  if (!Object.hasOwn(SRTP_SUITES, suite)) return undefined;
  const key = Buffer.from(base64, 'base64');
  return key.length === SRTP_KEY_BYTES ? { tag: Number(tag), suite: suite as SrtpSuite, key } : undefined;
}

/** Writes an a=crypto line. */
export function cryptoAttribute({ tag, suite, key }: CryptoAttribute): string {
  return `crypto:${tag} ${suite} inline:${key.toString('base64')}`;
}
