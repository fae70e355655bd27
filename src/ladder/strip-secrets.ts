/** Credentials and what proves a password (RFC 7235, RFC 3261 20.44, 20.6): the scheme stays. */
const CREDENTIALS =
  /^((?:proxy-)?authorization|authentication-info|identity)([ \t]*:[ \t]*)([a-z]*)[^\r\n]*$/gim;
/** `sip:user:password@host` (RFC 3261 19.1.1). */
const URI_PASSWORD = /(sips?:[^\s:@;<>"]+):[^\s@;<>"]+@/gi;
/** RFC 4568 9.1: several keys of a line are separated by semicolons. */
const CRYPTO_LINE = /^a=crypto:[^\r\n]*$/gim;
const INLINE_KEY = /(inline:)([^\s|;]+)/gi;
/** RFC 8122 5, RFC 8839 5.4, RFC 4567 3, RFC 8866 5.12. */
const KEY_LINE = /^(a=fingerprint:\S+ |a=ice-pwd:|a=key-mgmt:\S+ |k=)([^\r\n]+)$/gim;
/** Keys of the telephone in an INFO (application/dtmf-relay): they may be those of a PIN. */
const SIGNAL = /^([ \t]*(?:signal|d)[ \t]*=[ \t]*)([^\r\n]*)$/gim;

const crossedOut = (secret: string) => 'x'.repeat(secret.length);

/**
 * A SIP message without what would open a door: credentials, keys of SRTP and ICE, passwords in URIs, digits of an INFO. Bodies keep
 * their length, so that Content-Length stays true.
 */
export function stripSecrets(message: string): string {
  const end = message.search(/\r?\n\r?\n/);
  const head = end < 0 ? message : message.slice(0, end);
  const body = end < 0 ? '' : message.slice(end);
  return strippedHead(head) + (body.trim() === '' ? body : strippedBody(body, isInfo(head)));
}

const isInfo = (head: string) => head.startsWith('INFO ');

function strippedHead(head: string): string {
  return head
    .replace(CREDENTIALS, (_, name: string, colon: string, scheme: string) => `${name}${colon}${scheme} xxx`)
    .replace(URI_PASSWORD, '$1:xxx@');
}

function strippedBody(body: string, isInfoBody: boolean): string {
  const sdp = body
    .replace(CRYPTO_LINE, (line) =>
      line.replace(INLINE_KEY, (_, word: string, key: string) => word + crossedOut(key)),
    )
    .replace(KEY_LINE, (_, name: string, key: string) => name + crossedOut(key));
  if (!isInfoBody) return sdp;
  if (sdp.search(SIGNAL) < 0) return sdp.replace(/[0-9A-D*#]/gi, 'x');
  return sdp.replace(SIGNAL, (_, name: string, signal: string) => name + crossedOut(signal));
}
