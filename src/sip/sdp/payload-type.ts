import type { MediaDescription } from './session-description.ts';

const MAP = 'rtpmap:';

/**
 * The payload type that a section gives to an encoding (RFC 8866 6.6); `undefined` when its m= line has none.
 *
 * @param encoding in lower case, such as `telephone-event/8000`
 */
export function payloadTypeOf(
  { attributes, formats }: MediaDescription,
  encoding: string,
): number | undefined {
  for (const line of attributes) {
    if (!line.startsWith(MAP)) continue;
    const space = line.indexOf(' ');
    // most lines are of other encodings: nothing is cut out of those that are too short
    if (line.length - space <= encoding.length) continue;
    const format = line.slice(MAP.length, space);
    const payloadType = Number(format);
    // RFC 3550 5.1: seven bits
    if (!formats.includes(format) || !(payloadType >= 0 && payloadType <= 127)) continue;
    if (isEncoding(line.slice(space + 1), encoding)) return payloadType;
  }
  return undefined;
}

/** Names are compared without case (RFC 4855 3); one channel may be written out. */
function isEncoding(written: string, encoding: string): boolean {
  const lower = written.trimStart().toLowerCase();
  return lower === encoding || lower === `${encoding}/1`;
}
