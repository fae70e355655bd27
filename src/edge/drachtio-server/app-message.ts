import { Header, parseMessage, type SipRequest, type SipResponse } from '../../sip/message/index.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

/** Headers that the server writes itself, whatever the application says. */
const SERVERS_OWN: ReadonlySet<number> = new Set([
  Header.Via,
  Header.CallId,
  Header.CSeq,
  Header.From,
  Header.To,
  Header.MaxForwards,
  Header.RecordRoute,
  Header.Route,
  Header.RSeq,
  Header.ContentLength,
  Header.ContentType,
]);

/** A message that an application wants sent. */
export interface AppMessage {
  readonly message: SipRequest | SipResponse;
  /** Its own header lines, each ended by CRLF: without those that the server writes, and without Contact. */
  readonly headerLines: string;
  /** Values of Contact; none: the server writes one where one is needed. */
  readonly contacts: readonly string[];
  readonly contentType: string | undefined;
  readonly body: string | undefined;
}

/**
 * Reads a message of an application. Its Content-Length is not to be trusted: drachtio-srf counts UTF-16 units.
 *
 * @returns undefined when it is no SIP message.
 */
export function parseAppMessage(payload: Buffer, start: number): AppMessage | undefined {
  const headEnd = payload.indexOf(HEAD_END, start);
  const lines = payload.toString('utf8', start, headEnd < 0 ? undefined : headEnd);
  // An application may have nothing to say but the first line.
  const head = lines.includes('\r\n') ? lines : `${lines}\r\nContent-Length: 0`;
  const message = parseMessage(Buffer.from(`${head}\r\n\r\n`));
  if (!message || message.defect) return undefined;
  const body = headEnd < 0 ? '' : payload.toString('utf8', headEnd + 4);
  let headerLines = '';
  message.forEachHeader((id, name, value) => {
    if (!SERVERS_OWN.has(id) && id !== Header.Contact) headerLines += `${name}: ${value}\r\n`;
  });
  return {
    message,
    headerLines,
    contacts: message.all(Header.Contact),
    contentType: message.get(Header.ContentType) ?? (body.startsWith('v=0') ? 'application/sdp' : undefined),
    body: body === '' ? undefined : body,
  };
}

/** The server's address for `localhost`, which applications write when they do not know it. */
export function withOwnHost(address: string, sentBy: string): string {
  return address.replace(/(sips?:(?:[^@<>]*@)?)localhost(?::\d+)?(?=[;>?\s]|$)/i, `$1${sentBy}`);
}

/** Lines of the application's Contact; '' when it gave none. */
export function contactLines(app: AppMessage, sentBy: string): string {
  return app.contacts.map((contact) => `Contact: ${withOwnHost(contact, sentBy)}\r\n`).join('');
}
