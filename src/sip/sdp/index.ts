/** Session descriptions (RFC 8866) and what offer and answer make of them (RFC 3264): pure. */
export { type Codec, codecAttributes, codecsOf, isSameCodec } from './codec.ts';
export { type CryptoAttribute, cryptoAttribute, cryptosOf, SRTP_SUITES, type SrtpSuite } from './crypto.ts';
export {
  answerDirection,
  type Direction,
  directionOf,
  isHold,
  isReceiving,
  isSending,
  mirrored,
} from './direction.ts';
export { answerSetup, type DtlsDescription, type DtlsSetup, dtlsOf, type Fingerprint } from './dtls.ts';
export { formatSdp } from './format-sdp.ts';
export { candidateAttribute, type IceCandidate, type IceDescription, iceOf, parseCandidate } from './ice.ts';
export { isRepeated, misfitOfAnswer, misfitOfReoffer, nextOrigin, refusedSection } from './offer-answer.ts';
export { parseSdp } from './parse-sdp.ts';
export { packetTimeOf, type RtpAddress, rtpAddressOf } from './rtp-address.ts';
export {
  attributeOf,
  attributesOf,
  type Connection,
  type MediaDescription,
  type Origin,
  type SdpAttribute,
  SdpError,
  type SessionDescription,
} from './session-description.ts';
