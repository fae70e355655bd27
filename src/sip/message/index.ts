/** SIP messages (RFC 3261 7, 19, 20, 25): see src/sip/README.md for how to use them. */

export { quote, unquote } from './chars.ts';
export { type CSeq, MAX_CSEQ, NO_CSEQ, parseCSeq } from './cseq.ts';
export { Header, type HeaderId, type HeaderKey, headerId, headerName, UNKNOWN_HEADER } from './header.ts';
export { formatNameAddr, NameAddr, NO_ADDRESS, parseNameAddr } from './name-addr.ts';
export { paramOf, paramsOf, withoutParam } from './params.ts';
export { parseMessage } from './parse-message.ts';
export { reasonPhrase } from './reason-phrase.ts';
export { badRequest, type Rejection } from './rejection.ts';
export { type ResponseContent, ResponseHead } from './response-head.ts';
export { endOfHead, MAX_HEADER_FIELDS } from './scan-message.ts';
export { SipMessage } from './sip-message.ts';
export { SipRequest } from './sip-request.ts';
export { SipResponse } from './sip-response.ts';
export {
  escapeUser,
  formatSipUri,
  hostForSocket,
  hostForUri,
  isToken,
  NO_URI,
  parseUri,
  type SipUriParts,
  type Uri,
  type UriKind,
  unescapeUri,
  uriEquals,
} from './uri.ts';
export { validateRequest, validateResponse } from './validate.ts';
export { MAGIC_COOKIE, NO_VIA, parseVia, Via } from './via.ts';
