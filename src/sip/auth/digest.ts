/**
 * Digest access authentication (RFC 7616, RFC 8760, RFC 3261 22): the pure part that both sides share. Secrets are
 * HA1 values, H(username:realm:password) in lower-case hex, never passwords.
 */
import { hash } from 'node:crypto';

/** Hashes that we speak (RFC 8760 2.1), by the names that Ha1 has for them. */
export type DigestAlgorithm = 'md5' | 'sha-256';

/** Names in header fields. */
export const ALGORITHM_TOKEN = { md5: 'MD5', 'sha-256': 'SHA-256' } as const;
const NODE_NAME = { md5: 'md5', 'sha-256': 'sha256' } as const;

/** Longest header value that is read; credentials are a few hundred bytes. */
const MAX_LENGTH = 4096;

/** Fields of an Authorization or Proxy-Authorization header, as they came. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  /** Undefined for an algorithm that we do not know. MD5 when the field is missing (RFC 7616 3.4). */
  readonly algorithm: DigestAlgorithm | undefined;
  /** Undefined: RFC 2069 style, without client nonce. */
  readonly qop: string | undefined;
  readonly cnonce: string;
  /** Nonce count, 8 hex digits. */
  readonly nc: string;
}

/** H(text), lower-case hex (RFC 7616 3.3). */
export function digestHash(algorithm: DigestAlgorithm, text: string): string {
  return hash(NODE_NAME[algorithm], text);
}

/** H(username:realm:password), RFC 7616 3.4.2. */
export function digestHa1(
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return digestHash(algorithm, `${username}:${realm}:${password}`);
}

/** The response that proves knowledge of `ha1` for these fields (RFC 7616 3.4.1; 3.4.6 without qop). */
export function digestResponse(
  algorithm: DigestAlgorithm,
  ha1: string,
  method: string,
  fields: Pick<DigestCredentials, 'nonce' | 'uri' | 'qop' | 'cnonce' | 'nc'>,
): string {
  const { nonce, uri, qop, cnonce, nc } = fields;
  const ha2 = digestHash(algorithm, `${method}:${uri}`);
  const middle = qop === undefined ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`;
  return digestHash(algorithm, `${ha1}:${middle}:${ha2}`);
}

/** The credentials of a header value; undefined when it is not Digest or lacks a field. */
export function parseDigestCredentials(value: string): DigestCredentials | undefined {
  const fields = parseDigestFields(value);
  const username = fields?.get('username');
  const realm = fields?.get('realm');
  const nonce = fields?.get('nonce');
  const uri = fields?.get('uri');
  const response = fields?.get('response');
  if (!fields || !username || realm === undefined || !nonce || !uri || !response) return undefined;
  const qop = fields.get('qop')?.toLowerCase();
  const cnonce = fields.get('cnonce') ?? '';
  const nc = fields.get('nc') ?? '';
  // RFC 7616 3.4: with qop both cnonce and nc must be there.
  if (qop !== undefined && (cnonce === '' || !isNonceCount(nc))) return undefined;
  const algorithm = algorithmOf(fields.get('algorithm'));
  return { username, realm, nonce, uri, response: response.toLowerCase(), algorithm, qop, cnonce, nc };
}

function algorithmOf(token: string | undefined): DigestAlgorithm | undefined {
  const name = (token ?? 'MD5').toLowerCase();
  return name === 'md5' || name === 'sha-256' ? name : undefined;
}

function isNonceCount(text: string): boolean {
  if (text.length !== 8) return false;
  for (let index = 0; index < 8; index++) {
    const code = text.charCodeAt(index) | 32;
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}

/**
 * Fields of `Digest name=value, name="quoted", ...`, names in lower case, quotes and escapes taken off. Undefined
 * when it is another scheme or not well formed; a field that comes twice is not well formed.
 */
export function parseDigestFields(value: string): Map<string, string> | undefined {
  if (value.length > MAX_LENGTH || value.slice(0, 7).toLowerCase() !== 'digest ') return undefined;
  const fields = new Map<string, string>();
  let index = 7;
  while (index < value.length) {
    index = skipBlanks(value, index);
    if (value[index] === ',') {
      index++;
      continue;
    }
    const equals = value.indexOf('=', index);
    if (equals < 0) return index >= value.length ? fields : undefined;
    const name = value.slice(index, equals).trim().toLowerCase();
    const begin = skipBlanks(value, equals + 1);
    const field = value[begin] === '"' ? quotedAt(value, begin) : tokenAt(value, begin);
    if (!field || name === '' || fields.has(name)) return undefined;
    fields.set(name, field.text);
    index = field.end;
  }
  return fields;
}

function skipBlanks(text: string, index: number): number {
  while (index < text.length && (text[index] === ' ' || text[index] === '\t')) index++;
  return index;
}

function tokenAt(text: string, begin: number): { text: string; end: number } {
  const comma = text.indexOf(',', begin);
  const end = comma < 0 ? text.length : comma;
  return { text: text.slice(begin, end).trim(), end };
}

function quotedAt(text: string, begin: number): { text: string; end: number } | undefined {
  let content = '';
  for (let index = begin + 1; index < text.length; index++) {
    if (text[index] === '"') return { text: content, end: index + 1 };
    if (text[index] === '\\') index++;
    content += text[index] ?? '';
  }
  return undefined;
}
