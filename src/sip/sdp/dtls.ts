import {
  attributeOf,
  attributesOf,
  type MediaDescription,
  type SessionDescription,
} from './session-description.ts';

/** Hash of a certificate (RFC 8122). */
export interface Fingerprint {
  /** Lower case, such as `sha-256`. */
  readonly algorithm: string;
  /** Upper case hex pairs with colons. */
  readonly value: string;
}

/** Who begins the DTLS handshake (RFC 4145 4, RFC 8842 5.2). */
export type DtlsSetup = 'active' | 'passive' | 'actpass' | 'holdconn';

/** What a section says about DTLS-SRTP (RFC 5763). */
export interface DtlsDescription {
  readonly fingerprints: readonly Fingerprint[];
  /** actpass when an offer does not say (RFC 8842 5.1). */
  readonly setup: DtlsSetup;
}

const SETUPS: readonly string[] = ['active', 'passive', 'actpass', 'holdconn'];

/** DTLS of a section (its own values or the session's); `undefined` when there is no fingerprint. */
export function dtlsOf(session: SessionDescription, media: MediaDescription): DtlsDescription | undefined {
  const own = attributesOf(media, 'fingerprint');
  const fingerprints = (own.length > 0 ? own : attributesOf(session, 'fingerprint'))
    .map(parseFingerprint)
    .filter((fingerprint) => fingerprint !== undefined);
  if (fingerprints.length === 0) return undefined;
  const setup = attributeOf(media, 'setup') ?? attributeOf(session, 'setup') ?? 'actpass';
  return { fingerprints, setup: SETUPS.includes(setup) ? (setup as DtlsSetup) : 'actpass' };
}

function parseFingerprint(value: string): Fingerprint | undefined {
  const match = /^([A-Za-z0-9-]+) +([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){15,63})$/.exec(value);
  return match ? { algorithm: match[1]!.toLowerCase(), value: match[2]!.toUpperCase() } : undefined;
}

/** The setup that answers an offered one (RFC 5763 5): we connect when we may, because the far end may be behind NAT. */
export function answerSetup(offered: DtlsSetup): DtlsSetup {
  switch (offered) {
    case 'active':
      return 'passive';
    case 'passive':
    case 'actpass':
      return 'active';
    case 'holdconn':
      return 'holdconn';
  }
}
