import type { MediaDescription, SdpPart, SessionDescription } from './session-description.ts';

/** Who sends, as seen by the side that writes it (RFC 8866 6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const MIRRORED: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** The direction of a section: its own, else that of the session, else sendrecv. */
export function directionOf(session: SessionDescription, media: MediaDescription): Direction {
  return ownDirection(media) ?? ownDirection(session) ?? 'sendrecv';
}

function ownDirection({ attributes }: SdpPart): Direction | undefined {
  for (const line of attributes) {
    switch (line) {
      case 'sendrecv':
      case 'sendonly':
      case 'recvonly':
      case 'inactive':
        return line;
    }
  }
  return undefined;
}

/** The same direction as seen by the other side: what answers it when we are willing to do all (RFC 3264 6.1). */
export function mirrored(direction: Direction): Direction {
  return MIRRORED[direction];
}

/**
 * What both sides allow (RFC 3264 6.1), as seen by us.
 *
 * @param ours what we offered
 * @param theirs what the far end answered, as seen by it
 */
export function agreedDirection(ours: Direction, theirs: Direction): Direction {
  const allowed = MIRRORED[theirs];
  const sends = isSending(ours) && isSending(allowed);
  const receives = isReceiving(ours) && isReceiving(allowed);
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

export function isSending(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function isReceiving(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}
