import type { PayloadEnd } from '../drachtio-wire/frame.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Where a payload of a server ends that may count bytes or characters. Stock drachtio-server before September 2024
 * gives the length of SIP messages in UTF-8 characters, later ones give bytes; a name such as 客服 makes the
 * difference. What is ASCII is the same in both. For the rest the message itself tells: its head and its
 * Content-Length, which is in bytes always.
 */
export const countsBytesOrCharacters: PayloadEnd = (bytes, start, count) => {
  const byBytes = start + count;
  if (bytes.length < byBytes) return -1;
  if (isAscii(bytes, start, byBytes)) return byBytes;
  const headEnd = bytes.indexOf(HEAD_END, start);
  // With bytes the head ends within the frame; with characters it may reach beyond, and has yet to come.
  if (headEnd < 0) return -1;
  const end = headEnd + 4 + contentLength(bytes.toString('latin1', start, headEnd + 2));
  if (end === byBytes || characters(bytes, start, Math.min(end, bytes.length)) > count) return byBytes;
  if (end > bytes.length) return -1;
  return characters(bytes, start, end) === count ? end : byBytes;
};

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 127) return false;
  return true;
}

/** UTF-8 characters: all bytes but continuation bytes. */
function characters(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++;
  return count;
}

function contentLength(head: string): number {
  const value = /\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,8})[ \t]*\r\n/i.exec(head)?.[1];
  return value === undefined ? 0 : Number(value);
}
