import type { Codes } from './chars.ts';

/**
 * The header fields that the stack knows, as small numbers: hot paths compare and look up numbers, not names.
 * Every API also takes any header's name as a string, in any case, long or compact.
 */
export const Header = {
  Via: 1,
  From: 2,
  To: 3,
  CallId: 4,
  CSeq: 5,
  MaxForwards: 6,
  Contact: 7,
  Route: 8,
  RecordRoute: 9,
  ContentType: 10,
  ContentLength: 11,
  ContentEncoding: 12,
  ContentDisposition: 13,
  Supported: 14,
  Require: 15,
  ProxyRequire: 16,
  Unsupported: 17,
  Allow: 18,
  Accept: 19,
  Authorization: 20,
  ProxyAuthorization: 21,
  WwwAuthenticate: 22,
  ProxyAuthenticate: 23,
  AuthenticationInfo: 24,
  Expires: 25,
  MinExpires: 26,
  SessionExpires: 27,
  MinSe: 28,
  RSeq: 29,
  RAck: 30,
  Event: 31,
  AllowEvents: 32,
  SubscriptionState: 33,
  ReferTo: 34,
  ReferredBy: 35,
  ReferSub: 36,
  Replaces: 37,
  Reason: 38,
  RetryAfter: 39,
  Warning: 40,
  UserAgent: 41,
  Server: 42,
  Subject: 43,
  Date: 44,
  Timestamp: 45,
  Path: 46,
  ServiceRoute: 47,
  PAssertedIdentity: 48,
  PPreferredIdentity: 49,
  RemotePartyId: 50,
  Privacy: 51,
  Diversion: 52,
  HistoryInfo: 53,
  PEarlyMedia: 54,
  InfoPackage: 55,
  RecvInfo: 56,
  AcceptEncoding: 57,
  AcceptLanguage: 58,
  AlertInfo: 59,
  CallInfo: 60,
  ErrorInfo: 61,
  InReplyTo: 62,
  MimeVersion: 63,
  Organization: 64,
  Priority: 65,
  TargetDialog: 66,
  Join: 67,
  AcceptContact: 68,
  RejectContact: 69,
  RequestDisposition: 70,
  Identity: 71,
  SipEtag: 72,
  SipIfMatch: 73,
  FlowTimer: 74,
  UserToUser: 75,
} as const;

const NAMES: Readonly<Record<keyof typeof Header, string>> = {
  Via: 'Via',
  From: 'From',
  To: 'To',
  CallId: 'Call-ID',
  CSeq: 'CSeq',
  MaxForwards: 'Max-Forwards',
  Contact: 'Contact',
  Route: 'Route',
  RecordRoute: 'Record-Route',
  ContentType: 'Content-Type',
  ContentLength: 'Content-Length',
  ContentEncoding: 'Content-Encoding',
  ContentDisposition: 'Content-Disposition',
  Supported: 'Supported',
  Require: 'Require',
  ProxyRequire: 'Proxy-Require',
  Unsupported: 'Unsupported',
  Allow: 'Allow',
  Accept: 'Accept',
  Authorization: 'Authorization',
  ProxyAuthorization: 'Proxy-Authorization',
  WwwAuthenticate: 'WWW-Authenticate',
  ProxyAuthenticate: 'Proxy-Authenticate',
  AuthenticationInfo: 'Authentication-Info',
  Expires: 'Expires',
  MinExpires: 'Min-Expires',
  SessionExpires: 'Session-Expires',
  MinSe: 'Min-SE',
  RSeq: 'RSeq',
  RAck: 'RAck',
  Event: 'Event',
  AllowEvents: 'Allow-Events',
  SubscriptionState: 'Subscription-State',
  ReferTo: 'Refer-To',
  ReferredBy: 'Referred-By',
  ReferSub: 'Refer-Sub',
  Replaces: 'Replaces',
  Reason: 'Reason',
  RetryAfter: 'Retry-After',
  Warning: 'Warning',
  UserAgent: 'User-Agent',
  Server: 'Server',
  Subject: 'Subject',
  Date: 'Date',
  Timestamp: 'Timestamp',
  Path: 'Path',
  ServiceRoute: 'Service-Route',
  PAssertedIdentity: 'P-Asserted-Identity',
  PPreferredIdentity: 'P-Preferred-Identity',
  RemotePartyId: 'Remote-Party-ID',
  Privacy: 'Privacy',
  Diversion: 'Diversion',
  HistoryInfo: 'History-Info',
  PEarlyMedia: 'P-Early-Media',
  InfoPackage: 'Info-Package',
  RecvInfo: 'Recv-Info',
  AcceptEncoding: 'Accept-Encoding',
  AcceptLanguage: 'Accept-Language',
  AlertInfo: 'Alert-Info',
  CallInfo: 'Call-Info',
  ErrorInfo: 'Error-Info',
  InReplyTo: 'In-Reply-To',
  MimeVersion: 'MIME-Version',
  Organization: 'Organization',
  Priority: 'Priority',
  TargetDialog: 'Target-Dialog',
  Join: 'Join',
  AcceptContact: 'Accept-Contact',
  RejectContact: 'Reject-Contact',
  RequestDisposition: 'Request-Disposition',
  Identity: 'Identity',
  SipEtag: 'SIP-ETag',
  SipIfMatch: 'SIP-If-Match',
  FlowTimer: 'Flow-Timer',
  UserToUser: 'User-to-User',
};

/** Compact forms of the IANA registry. */
const COMPACT: Partial<Record<keyof typeof Header, string>> = {
  Via: 'v',
  From: 'f',
  To: 't',
  CallId: 'i',
  Contact: 'm',
  ContentType: 'c',
  ContentLength: 'l',
  ContentEncoding: 'e',
  Supported: 'k',
  Subject: 's',
  Event: 'o',
  AllowEvents: 'u',
  ReferTo: 'r',
  ReferredBy: 'b',
  SessionExpires: 'x',
  AcceptContact: 'a',
  RejectContact: 'j',
  RequestDisposition: 'd',
  Identity: 'y',
};

/** Number of a known header field; 0 stands for every other one. */
export type HeaderId = number;

/** A header field: its number from {@link Header}, or its name in any case. */
export type HeaderKey = HeaderId | string;

/** A header field that has no number. */
export const UNKNOWN_HEADER: HeaderId = 0;

const canonical: readonly string[] = ['', ...Object.values(NAMES)];
const lowerNames: readonly string[] = canonical.map((name) => name.toLowerCase());

/** The name of a known header as it is written, such as `Call-ID`. */
export function headerName(id: HeaderId): string {
  return canonical[id] ?? '';
}

const BUCKETS = 1024;
/** Open hash table of names and compact forms: `table[hash]` is an index into the arrays below, 0 when empty. */
const table = new Uint8Array(BUCKETS);
const spellings: string[] = [''];
const spellingIds: HeaderId[] = [UNKNOWN_HEADER];
/** The spellings as bytes, {@link MAX_LENGTH} for each. */
const MAX_LENGTH = 24;
const spellingBytes = new Uint8Array(256 * MAX_LENGTH);
const spellingLengths = new Uint8Array(256);

/** One step of the hash over a name, which begins with 0; letters count without their case. */
export function hashStep(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 32)) | 0;
}

const slotOf = (hash: number): number => (hash ^ (hash >>> 10)) & (BUCKETS - 1);

function enter(lower: string, id: HeaderId): void {
  let hash = 0;
  for (let at = 0; at < lower.length; at++) hash = hashStep(hash, lower.charCodeAt(at));
  let slot = slotOf(hash);
  while (table[slot] !== 0) slot = (slot + 1) & (BUCKETS - 1);
  const entry = spellings.push(lower) - 1;
  table[slot] = entry;
  spellingIds.push(id);
  spellingLengths[entry] = lower.length;
  for (let at = 0; at < lower.length; at++) spellingBytes[entry * MAX_LENGTH + at] = lower.charCodeAt(at);
}

for (const [index, key] of Object.keys(NAMES).entries()) {
  enter(lowerNames[index + 1]!, index + 1);
  const compact = COMPACT[key as keyof typeof Header];
  if (compact) enter(compact, index + 1);
}

/**
 * The number of the header whose name stands in [start, end), long or compact, in any case; 0 if unknown.
 *
 * @param hash of the name, by {@link hashStep}
 */
export function headerIdAt(codes: Codes, start: number, end: number, hash: number): HeaderId {
  let slot = slotOf(hash);
  for (;;) {
    const entry = table[slot]!;
    if (entry === 0) return UNKNOWN_HEADER;
    if (isSpelling(codes, start, end, entry)) return spellingIds[entry]!;
    slot = (slot + 1) & (BUCKETS - 1);
  }
}

function isSpelling(codes: Codes, start: number, end: number, entry: number): boolean {
  if (end - start !== spellingLengths[entry]) return false;
  const offset = entry * MAX_LENGTH - start;
  for (let at = start; at < end; at++) {
    let code = codes[at]!;
    if (code >= 65 && code <= 90) code |= 32;
    if (code !== spellingBytes[offset + at]) return false;
  }
  return true;
}

const idsByName = new Map(spellings.map((lower, index) => [lower, spellingIds[index]!]));

/** The number of a header by its name, long or compact, in any case; 0 if unknown. */
export function headerId(name: string): HeaderId {
  return idsByName.get(name) ?? idsByName.get(name.toLowerCase()) ?? UNKNOWN_HEADER;
}
