import type { SessionDescription } from './session-description.ts';

/** Writes an SDP (RFC 8866 5), lines in the order that it wants. */
export function formatSdp({ origin, address, attributes, media }: SessionDescription): string {
  let text = `v=0\r\no=${origin}\r\ns=-\r\n${connectionLine(address)}t=0 0\r\n${attributeLines(attributes)}`;
  for (const section of media) {
    const { kind, port, protocol, formats } = section;
    text += `m=${kind} ${port} ${protocol} ${formats.join(' ')}\r\n${connectionLine(section.address)}`;
    text += attributeLines(section.attributes);
  }
  return text;
}

function attributeLines(attributes: readonly string[]): string {
  return attributes.length === 0 ? '' : `a=${attributes.join('\r\na=')}\r\n`;
}

function connectionLine(address: string | undefined): string {
  return address === undefined ? '' : `c=${networkOf(address)}\r\n`;
}

/**
 * The o= line of our descriptions (RFC 8866 5.2).
 *
 * @param id stays for the session
 * @param version grows by one with each description (RFC 3264 8)
 */
export function formatOrigin(id: number, version: number, address: string): string {
  return `- ${id} ${version} ${networkOf(address)}`;
}

function networkOf(address: string): string {
  return address.includes(':') ? `IN IP6 ${address}` : `IN IP4 ${address}`;
}
