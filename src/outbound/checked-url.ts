import { isIP } from 'node:net';
import { OutboundError } from './outbound.ts';

/** A URL that may be asked as far as its text shows. */
export interface CheckedUrl {
  readonly url: URL;
  /** An IP address without brackets, undefined for a name. */
  readonly address: string | undefined;
  /** Without TLS. */
  readonly isPlain: boolean;
}

/**
 * Reads what a company wrote as browsers do (WHATWG URL): `0x7f.1`, `2130706433`, `127.1`, `127.0.0.1.` and full-width digits
 * are all the address 127.0.0.1 afterwards; an IPv6 zone is no URL. Throws OutboundError.
 */
export function checkedUrl(text: string): CheckedUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new OutboundError('address-refused', 'the URL is not one of https://');
  if (url.username !== '' || url.password !== '')
    throw new OutboundError('address-refused', 'the URL holds a user or password; send them in a header');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { url, address: isIP(host) === 0 ? undefined : host, isPlain: url.protocol === 'http:' };
}
