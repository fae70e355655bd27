/** Session descriptions (RFC 8866), read and written, and what offer and answer make of them (RFC 3264): pure. */
export { type CryptoAttribute, cryptoAttribute, cryptoOf, SRTP_KEY_BYTES, SRTP_SUITES } from './crypto.ts';
export {
  agreedDirection,
  type Direction,
  directionOf,
  isReceiving,
  isSending,
  mirrored,
} from './direction.ts';
export { formatOrigin, formatSdp } from './format-sdp.ts';
export { parseSdp, SdpError } from './parse-sdp.ts';
export { payloadTypeOf } from './payload-type.ts';
export {
  hasRtcpMux,
  longestPacketTimeOf,
  packetTimeOf,
  type RtpAddress,
  rtpAddressOf,
} from './rtp-address.ts';
export {
  attributeOf,
  inheritedOf,
  type MediaDescription,
  refusedSection,
  type SessionDescription,
} from './session-description.ts';
