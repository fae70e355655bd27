import { randomBytes } from 'node:crypto';
import { MediaNegotiationError } from '../errors.ts';
import type { MediaProfile } from '../media.ts';
import type { AudioSection, LocalAddress, SecurityLines } from './audio-sdp.ts';
import type { DtlsIdentity } from './dtls-identity.ts';
import type { DtlsTerms, SdesTerms, SecurityTerms } from './protocol.ts';

const MASTER_BYTES = 30;
/** Suites of RFC 4568 6.2 that we know, by the bytes of their tag. */
const TAG_BYTES: Readonly<Record<string, 10 | 4>> = {
  AES_CM_128_HMAC_SHA1_80: 10,
  AES_CM_128_HMAC_SHA1_32: 4,
};
const OFFERED_SUITE = 'AES_CM_128_HMAC_SHA1_80';
/** One host candidate of RTP over UDP: the highest priority (RFC 8445 5.1.2.1). */
const HOST_PRIORITY = 2_130_706_431;

/** How a stream is carried, told by the m line and a fingerprint. */
type Carriage = 'rtp' | 'srtp' | 'webrtc';

const PROTOCOLS: Readonly<Record<string, 'plain' | 'secure'>> = {
  'RTP/AVP': 'plain',
  'RTP/AVPF': 'plain',
  'RTP/SAVP': 'secure',
  'RTP/SAVPF': 'secure',
  'UDP/TLS/RTP/SAVP': 'secure',
  'UDP/TLS/RTP/SAVPF': 'secure',
};
const OFFERED_PROTOCOL: Readonly<Record<Carriage, string>> = {
  rtp: 'RTP/AVP',
  srtp: 'RTP/SAVP',
  webrtc: 'UDP/TLS/RTP/SAVPF',
};

interface CryptoLine {
  readonly tag: string;
  readonly suite: string;
  readonly key: Buffer;
}

/** Offer and answer of keys: SDES (RFC 4568), or ICE-lite (RFC 8839) with DTLS-SRTP (RFC 5763). */
export class SecurityNegotiation {
  readonly #profile: MediaProfile;
  #identity: DtlsIdentity | undefined;
  /** Our SDES key, and the far end's that it was made beside. */
  #sdes: { readonly key: Buffer; readonly beside: string | undefined } | undefined;
  #ice:
    | { readonly ufrag: string; readonly password: string; readonly beside: string | undefined }
    | undefined;

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

  /** Whether an m line's protocol can be carried under the endpoint's profile. */
  accepts(protocol: string): boolean {
    const kind = PROTOCOLS[protocol];
    if (this.#profile === 'any') return kind !== undefined;
    return kind === (this.#profile === 'rtp' ? 'plain' : 'secure');
  }

  offer(local: LocalAddress): SecurityLines {
    const carriage = this.#profile === 'any' ? 'rtp' : this.#profile;
    const protocol = OFFERED_PROTOCOL[carriage];
    if (carriage === 'rtp') return { protocol, session: [], media: [] };
    if (carriage === 'srtp') {
      this.#sdes ??= newSdesKey(undefined);
      return { protocol, session: [], media: [cryptoLine('1', OFFERED_SUITE, this.#sdes.key)] };
    }
    this.#ice ??= newIce(undefined);
    // RFC 8842 5.2: an offer leaves the role to the answer
    const lines = this.#iceLines(local, 'actpass', this.#ice);
    return { protocol, session: [...lines.session, 'a=group:BUNDLE 0'], media: [...lines.media, 'a=mid:0'] };
  }

  /** What the answer to our offer agrees on. Throws MediaNegotiationError. */
  accept(audio: AudioSection): SecurityTerms | undefined {
    const carriage = this.#carriageOf(audio);
    if (carriage === 'rtp') return undefined;
    if (carriage === 'srtp') {
      const theirs = this.#firstCrypto(audio);
      if (!this.#sdes) throw new MediaNegotiationError('answer with keys, but we offered none');
      return sdesTerms(this.#sdes.key, theirs);
    }
    this.#ice ??= newIce(undefined);
    if (attribute(audio, 'setup') === 'passive') {
      throw new MediaNegotiationError('far end wants to be the DTLS server: only we can be');
    }
    return this.#dtlsTerms(audio, this.#ice);
  }

  /** Answers what the far end offers. Throws MediaNegotiationError. */
  answer(
    audio: AudioSection,
    local: LocalAddress,
  ): { terms: SecurityTerms | undefined; lines: SecurityLines } {
    const { protocol } = audio;
    switch (this.#carriageOf(audio)) {
      case 'rtp':
        return { terms: undefined, lines: { protocol, session: [], media: [] } };
      case 'srtp': {
        const theirs = this.#firstCrypto(audio);
        const beside = theirs.key.toString('base64');
        // a new key of theirs asks for a new one of ours: a key never starts twice
        if (this.#sdes?.beside !== beside) this.#sdes = newSdesKey(beside);
        const line = cryptoLine(theirs.tag, theirs.suite, this.#sdes!.key);
        return { terms: sdesTerms(this.#sdes!.key, theirs), lines: { protocol, session: [], media: [line] } };
      }
      case 'webrtc':
        return this.#answerWebRtc(audio, local);
    }
  }

  #answerWebRtc(audio: AudioSection, local: LocalAddress) {
    const theirs = attribute(audio, 'ice-ufrag');
    if (attribute(audio, 'setup') === 'passive') {
      throw new MediaNegotiationError('far end wants to be the DTLS server: only we can be');
    }
    // RFC 8445 9: other credentials of theirs restart ICE, with new ones of ours
    if (!this.#ice || this.#ice.beside !== theirs) this.#ice = newIce(theirs);
    const terms = this.#dtlsTerms(audio, this.#ice);
    const lines = this.#iceLines(local, 'passive', this.#ice);
    const mid = attribute(audio, 'mid');
    const session = mid === undefined ? lines.session : [...lines.session, `a=group:BUNDLE ${mid}`];
    const media = mid === undefined ? lines.media : [...lines.media, `a=mid:${mid}`];
    return { terms, lines: { protocol: audio.protocol, session, media } };
  }

  #carriageOf(audio: AudioSection): Carriage {
    if (PROTOCOLS[audio.protocol] === 'plain') return 'rtp';
    const carriage = attribute(audio, 'fingerprint') === undefined ? 'srtp' : 'webrtc';
    if (this.#profile !== 'any' && this.#profile !== carriage) {
      throw new MediaNegotiationError(`far end wants ${carriage}, this endpoint is ${this.#profile}`);
    }
    return carriage;
  }

  #firstCrypto({ attributes }: AudioSection): CryptoLine {
    for (const line of attributes) {
      const crypto = readCrypto(line);
      if (crypto) return crypto;
    }
    throw new MediaNegotiationError(`no SRTP key in SDP for ${Object.keys(TAG_BYTES).join(' or ')}`);
  }

  #dtlsTerms(audio: AudioSection, { ufrag, password }: { ufrag: string; password: string }): DtlsTerms {
    if (!this.#identity) throw new MediaNegotiationError('no certificate for DTLS');
    if (attribute(audio, 'ice-ufrag') === undefined) throw new MediaNegotiationError('DTLS-SRTP without ICE');
    const prefix = 'a=fingerprint:';
    const named = audio.attributes.filter((line) => line.startsWith(prefix));
    const { cert, key } = this.#identity;
    const fingerprints = named.map((line) => line.slice(prefix.length));
    return { kind: 'dtls', ice: { ufrag, password }, fingerprints, certificate: { cert, key } };
  }

  #iceLines({ address, port }: LocalAddress, setup: string, ice: { ufrag: string; password: string }) {
    const candidate = `a=candidate:1 1 udp ${HOST_PRIORITY} ${address} ${port} typ host`;
    return {
      session: ['a=ice-lite'],
      media: [
        `a=ice-ufrag:${ice.ufrag}`,
        `a=ice-pwd:${ice.password}`,
        `a=fingerprint:${this.#identity?.fingerprint}`,
        `a=setup:${setup}`,
        candidate,
        'a=end-of-candidates',
      ],
    };
  }
}

function attribute({ attributes }: AudioSection, name: string): string | undefined {
  const prefix = `a=${name}:`;
  return attributes.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}

/** RFC 4568 9.1: `a=crypto:1 SUITE inline:KEY|lifetime`. Keys with an MKI or of another suite are left out. */
function readCrypto(line: string): CryptoLine | undefined {
  const match = /^a=crypto:(\d{1,9}) (\S+) inline:([A-Za-z0-9+/=]+)(\|[^|:; ]+)?$/.exec(line);
  const [, tag, suite, text] = match ?? [];
  if (tag === undefined || suite === undefined || text === undefined || !TAG_BYTES[suite]) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === MASTER_BYTES ? { tag, suite, key } : undefined;
}

function cryptoLine(tag: string, suite: string, key: Buffer): string {
  return `a=crypto:${tag} ${suite} inline:${key.toString('base64')}`;
}

function sdesTerms(sendKey: Buffer, { suite, key }: CryptoLine): SdesTerms {
  return { kind: 'sdes', tagBytes: TAG_BYTES[suite]!, sendKey, receiveKey: key };
}

function newSdesKey(beside: string | undefined) {
  return { key: randomBytes(MASTER_BYTES), beside };
}

// RFC 8839 5.4: at least 4 and 22 characters; base64 of whole groups has only allowed ones
function newIce(beside: string | undefined) {
  return { ufrag: randomBytes(6).toString('base64'), password: randomBytes(18).toString('base64'), beside };
}
