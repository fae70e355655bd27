import { randomBytes } from 'node:crypto';
import {
  attributeOf,
  type CryptoAttribute,
  cryptoAttribute,
  cryptoOf,
  inheritedOf,
  SRTP_KEY_BYTES,
  SRTP_SUITES,
} from '../../sip/sdp/index.ts';
import type { Carriage, MediaAddress, RemoteAudio } from '../audio-sdp.ts';
import { MediaNegotiationError } from '../errors.ts';
import type { MediaProfile } from '../media.ts';
import type { DtlsIdentity } from './dtls-identity.ts';
import type { DtlsTerms, SdesTerms, SecurityTerms } from './protocol.ts';

const OFFERED_SUITE = 'AES_CM_128_HMAC_SHA1_80';
/** One host candidate of RTP over UDP: the highest priority (RFC 8445 5.1.2.1). */
const HOST_PRIORITY = 2_130_706_431;

const OFFERED_PROTOCOL: Readonly<Record<Carriage, string>> = {
  rtp: 'RTP/AVP',
  srtp: 'RTP/SAVP',
  webrtc: 'UDP/TLS/RTP/SAVPF',
};

/** What the way of carrying adds to our SDP: keys, fingerprints, candidates. */
export interface SecurityAttributes {
  /** Of the m line. */
  readonly protocol: string;
  readonly session: readonly string[];
  readonly section: readonly string[];
}

interface IceCredentials {
  readonly ufrag: string;
  readonly password: string;
}

/** Offer and answer of keys: SDES (RFC 4568), or ICE-lite (RFC 8839) with DTLS-SRTP (RFC 5763). */
export class SecurityNegotiation {
  readonly #profile: MediaProfile;
  #identity: DtlsIdentity | undefined;
  /** Our SDES key, and the far end's that it was made beside. */
  #sdes: { readonly key: Buffer; readonly beside: string | undefined } | undefined;
  #ice: (IceCredentials & { readonly beside: string | undefined }) | undefined;

  constructor(profile: MediaProfile) {
    this.#profile = profile;
  }

  /** Whether an identity is needed before the next {@link offer}, or before `offerSdp` is answered. */
  needsIdentity(offerSdp?: string): boolean {
    if (this.#identity) return false;
    return offerSdp === undefined ? this.#profile === 'webrtc' : offerSdp.includes('a=fingerprint:');
  }

  set identity(identity: DtlsIdentity) {
    this.#identity = identity;
  }

  offer(local: MediaAddress): SecurityAttributes {
    const carriage = this.#profile === 'any' ? 'rtp' : this.#profile;
    const protocol = OFFERED_PROTOCOL[carriage];
    if (carriage === 'rtp') return { protocol, session: [], section: [] };
    if (carriage === 'srtp') {
      this.#sdes ??= newSdesKey(undefined);
      const crypto = cryptoAttribute({ tag: 1, suite: OFFERED_SUITE, key: this.#sdes.key });
      return { protocol, session: [], section: [crypto] };
    }
    this.#ice ??= newIce(undefined);
    // RFC 8842 5.2: an offer leaves the role to the answer
    return this.#webRtcAttributes(protocol, local, 'actpass', this.#ice, '0');
  }

  /** What the answer to our offer agrees on. Throws MediaNegotiationError. */
  accept(answer: RemoteAudio): SecurityTerms | undefined {
    switch (answer.carriage) {
      case 'rtp':
        return undefined;
      case 'srtp': {
        const theirs = firstCrypto(answer);
        if (!this.#sdes) throw new MediaNegotiationError('answer with keys, but we offered none');
        return sdesTerms(this.#sdes.key, theirs);
      }
      case 'webrtc':
        this.#ice ??= newIce(undefined);
        return this.#dtlsTerms(answer, this.#ice);
    }
  }

  /** Answers what the far end offers. Throws MediaNegotiationError. */
  answer(
    offer: RemoteAudio,
    local: MediaAddress,
  ): { readonly terms: SecurityTerms | undefined; readonly attributes: SecurityAttributes } {
    const { protocol } = offer.section;
    switch (offer.carriage) {
      case 'rtp':
        return { terms: undefined, attributes: { protocol, session: [], section: [] } };
      case 'srtp': {
        const theirs = firstCrypto(offer);
        const beside = theirs.key.toString('base64');
        // a new key of theirs asks for a new one of ours: a key never starts twice
        if (this.#sdes?.beside !== beside) this.#sdes = newSdesKey(beside);
        const { key } = this.#sdes;
        const section = [cryptoAttribute({ ...theirs, key })];
        return { terms: sdesTerms(key, theirs), attributes: { protocol, session: [], section } };
      }
      case 'webrtc': {
        const theirs = iceUfragOf(offer);
        // RFC 8445 9: other credentials of theirs restart ICE, with new ones of ours
        const ice = this.#ice && this.#ice.beside === theirs ? this.#ice : newIce(theirs);
        const terms = this.#dtlsTerms(offer, ice);
        this.#ice = ice;
        const mid = attributeOf(offer.section, 'mid');
        return { terms, attributes: this.#webRtcAttributes(protocol, local, 'passive', ice, mid) };
      }
    }
  }

  #dtlsTerms(audio: RemoteAudio, { ufrag, password }: IceCredentials): DtlsTerms {
    const { session, section } = audio;
    if (!this.#identity) throw new MediaNegotiationError('no certificate for DTLS');
    if (inheritedOf(session, section, 'setup')[0] === 'passive') {
      throw new MediaNegotiationError('far end wants to be the DTLS server: only we can be');
    }
    if (iceUfragOf(audio) === undefined) throw new MediaNegotiationError('DTLS-SRTP without ICE');
    const { cert, key } = this.#identity;
    const fingerprints = inheritedOf(session, section, 'fingerprint');
    return { kind: 'dtls', ice: { ufrag, password }, fingerprints, certificate: { cert, key } };
  }

  #webRtcAttributes(
    protocol: string,
    { address, port }: MediaAddress,
    setup: 'actpass' | 'passive',
    { ufrag, password }: IceCredentials,
    mid: string | undefined,
  ): SecurityAttributes {
    const session = ['ice-lite'];
    const section = [
      `ice-ufrag:${ufrag}`,
      `ice-pwd:${password}`,
      `fingerprint:${this.#identity?.fingerprint}`,
      `setup:${setup}`,
      `candidate:1 1 udp ${HOST_PRIORITY} ${address} ${port} typ host`,
      'end-of-candidates',
    ];
    if (mid !== undefined) {
      session.push(`group:BUNDLE ${mid}`);
      section.push(`mid:${mid}`);
    }
    return { protocol, session, section };
  }
}

function iceUfragOf({ session, section }: RemoteAudio): string | undefined {
  return inheritedOf(session, section, 'ice-ufrag')[0];
}

function firstCrypto({ section }: RemoteAudio): CryptoAttribute {
  const crypto = cryptoOf(section);
  if (!crypto)
    throw new MediaNegotiationError(`no SRTP key in SDP for ${Object.keys(SRTP_SUITES).join(' or ')}`);
  return crypto;
}

function sdesTerms(sendKey: Buffer, { suite, key }: CryptoAttribute): SdesTerms {
  return { kind: 'sdes', tagBytes: SRTP_SUITES[suite].tagBytes, sendKey, receiveKey: key };
}

function newSdesKey(beside: string | undefined) {
  return { key: randomBytes(SRTP_KEY_BYTES), beside };
}

// RFC 8839 5.4: at least 4 and 22 characters; base64 of whole groups has only allowed ones
function newIce(beside: string | undefined) {
  return { ufrag: randomBytes(6).toString('base64'), password: randomBytes(18).toString('base64'), beside };
}
