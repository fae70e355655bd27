import type {
  Connection,
  MediaDescription,
  SdpAttribute,
  SessionDescription,
} from './session-description.ts';

/** Writes an SDP (RFC 8866 5), lines in the order that it wants. */
export function formatSdp(session: SessionDescription): string {
  const { origin } = session;
  let text = `v=0\r\no=${origin.username} ${origin.sessionId} ${origin.sessionVersion} IN ${origin.family} ${origin.address}\r\n`;
  text += `s=${session.name}\r\n`;
  text += connectionLine(session.connection);
  for (const bandwidth of session.bandwidths) text += `b=${bandwidth}\r\n`;
  text += `t=${session.timing}\r\n`;
  text += attributeLines(session.attributes);
  for (const media of session.media) text += mediaLines(media);
  return text;
}

function mediaLines(media: MediaDescription): string {
  let text = `m=${media.kind} ${media.port} ${media.protocol} ${media.formats.join(' ')}\r\n`;
  text += connectionLine(media.connection);
  for (const bandwidth of media.bandwidths) text += `b=${bandwidth}\r\n`;
  return text + attributeLines(media.attributes);
}

function connectionLine(connection: Connection | undefined): string {
  return connection ? `c=IN ${connection.family} ${connection.address}\r\n` : '';
}

function attributeLines(attributes: readonly SdpAttribute[]): string {
  let text = '';
  for (const { name, value } of attributes) text += value === '' ? `a=${name}\r\n` : `a=${name}:${value}\r\n`;
  return text;
}
