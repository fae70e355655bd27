/** SIP messages (RFC 3261 7, 19, 20, 25): see src/sip/README.md for how to use them. */

export { quote } from './chars.ts';
export { type CSeq, NO_CSEQ } from './cseq.ts';
export { Header, type HeaderId, type HeaderKey, headerId } from './header.ts';
export { formatNameAddr, NameAddr, parseNameAddr } from './name-addr.ts';
export { paramOf, paramsOf, withoutParam } from './params.ts';
export { parseMessage } from './parse-message.ts';
export { reasonPhrase } from './reason-phrase.ts';
export { badRequest, type Rejection } from './rejection.ts';
export { type ResponseContent, ResponseHead } from './response-head.ts';
export { MAX_HEADER_FIELDS } from './scan-message.ts';
export { SipMessage } from './sip-message.ts';
export { SipRequest } from './sip-request.ts';
export { SipResponse } from './sip-response.ts';
export {
  escapeUser,
  hostForSocket,
  hostForUri,
  isToken,
  parseUri,
  type Uri,
  type UriKind,
  unescapeUri,
} from './uri.ts';
export { validateRequest, validateResponse } from './validate.ts';
export { MAGIC_COOKIE, parseVia, Via } from './via.ts';
