import type { MediaDescription, SessionDescription } from './session-description.ts';

/**
 * What the answer does not have that RFC 3264 6 asks of it, `undefined` when it fits its offer: as many sections, in
 * the same order, of the same kind. Which side may offer or answer when is the matter of
 * {@link ../dialog/offer-answer}.
 */
export function misfitOfAnswer(offer: SessionDescription, answer: SessionDescription): string | undefined {
  if (answer.media.length !== offer.media.length) {
    return `answer has ${answer.media.length} media sections, the offer ${offer.media.length}`;
  }
  for (const [index, offered] of offer.media.entries()) {
    const answered = answer.media[index]!;
    if (answered.kind !== offered.kind)
      return `section ${index + 1} is ${answered.kind}, offered was ${offered.kind}`;
    // RFC 3264 6: a stream that was not offered cannot be taken
    if (offered.port === 0 && answered.port !== 0)
      return `section ${index + 1} takes a stream that was not offered`;
    if (answered.port !== 0 && answered.protocol !== offered.protocol) {
      return `section ${index + 1} speaks ${answered.protocol}, offered was ${offered.protocol}`;
    }
  }
  return undefined;
}

/** What a later offer of the same side must not do (RFC 3264 8), `undefined` when it may follow. */
export function misfitOfReoffer(before: SessionDescription, next: SessionDescription): string | undefined {
  if (next.media.length < before.media.length) return 'a media section has disappeared';
  const moved = before.media.findIndex(
    ({ kind, port }, index) => port !== 0 && next.media[index]?.kind !== kind,
  );
  if (moved >= 0) return `section ${moved + 1} has changed its kind`;
  const isSame =
    next.origin.sessionId === before.origin.sessionId && next.origin.username === before.origin.username;
  return isSame ? undefined : 'the origin has changed';
}

/** Whether an offer changes nothing: the o= line is the same (RFC 3264 8), as in session refreshes (RFC 4028 7.4). */
export function isRepeated(before: SessionDescription, next: SessionDescription): boolean {
  return (
    next.origin.sessionId === before.origin.sessionId &&
    next.origin.sessionVersion === before.origin.sessionVersion
  );
}

/** The o= line for our next description of the same session: the version grows by one (RFC 3264 8). */
export function nextOrigin(origin: SessionDescription['origin']): SessionDescription['origin'] {
  return { ...origin, sessionVersion: String(BigInt(origin.sessionVersion) + 1n) };
}

/** The section that refuses an offered one (RFC 3264 6): port 0, and formats because one must be there. */
export function refusedSection({ kind, protocol, formats }: MediaDescription): MediaDescription {
  return { kind, port: 0, protocol, formats, connection: undefined, bandwidths: [], attributes: [] };
}
