import { attributeOf, type MediaDescription, type SessionDescription } from './session-description.ts';

/** Who sends, as seen by the side that writes it (RFC 8866 6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

const MIRRORED: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** The direction of a section: its own, else that of the session, else sendrecv. */
export function directionOf(session: SessionDescription, media: MediaDescription): Direction {
  const own = DIRECTIONS.find((name) => attributeOf(media, name) !== undefined);
  return own ?? DIRECTIONS.find((name) => attributeOf(session, name) !== undefined) ?? 'sendrecv';
}

/** The same direction as seen by the other side. */
export function mirrored(direction: Direction): Direction {
  return MIRRORED[direction];
}

/**
 * Direction of an answer (RFC 3264 6.1): what both allow, as seen by the side that answers.
 *
 * @param offered as seen by the offerer
 * @param wanted what the answerer would have
 */
export function answerDirection(offered: Direction, wanted: Direction): Direction {
  const allowed = MIRRORED[offered];
  const sends = isSending(allowed) && isSending(wanted);
  const receives = isReceiving(allowed) && isReceiving(wanted);
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

export function isSending(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function isReceiving(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** Whether the sender of this section holds us (RFC 3264 8.4): it does not listen, or gives no address (RFC 2543). */
export function isHold(session: SessionDescription, media: MediaDescription): boolean {
  const address = (media.connection ?? session.connection)?.address;
  return address === '0.0.0.0' || !isReceiving(directionOf(session, media));
}
