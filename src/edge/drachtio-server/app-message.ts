import { Header, parseMessage, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import { contactUri } from '../../sip/transaction/request-draft.ts';
import type { Flow } from '../../sip/transport/transport.ts';

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

/** From or To with the server's address for `localhost`, which applications write when they do not know it. */
export function withOwnHost(address: string, sentBy: string): string {
  return address.replace(/(sips?:(?:[^@<>]*@)?)localhost(?::\d+)?(?=[;>?\s]|$)/i, `$1${sentBy}`);
}

const LOCAL_URI = /<(sips?:)([^@<>]*@)?localhost(?::\d+)?((?:[;?][^<>]*)?)>/gi;
/** RFC 3261 20.10: without brackets, parameters are the header's. */
const LOCAL_BARE_URI = /^\s*(sips?:)([^@<>,\s]*@)?localhost(?::\d+)?(?=[;,\s]|$)/i;

/** Contact with the URI under which the far end of `flow` reaches us, for `localhost` (RFC 3261 8.1.1.8). */
function withOwnUri(contact: string, flow: Flow): string {
  const own = (_all: string, scheme: string, user = '', rest = '') => {
    // RFC 3261 26.2.2: TLS is what sips says.
    const isNamed = scheme.toLowerCase() === 'sips:' || /;transport=/i.test(rest);
    return `<${scheme}${user}${isNamed ? flow.sentBy : contactUri(flow, '').slice('sip:'.length)}${rest}>`;
  };
  return contact
    .replace(LOCAL_URI, own)
    .replace(LOCAL_BARE_URI, (all, scheme: string, user?: string) => own(all, scheme, user));
}

/** Lines of the application's Contact, for the flow that they take; '' when it gave none. */
export function contactLines(app: AppMessage, flow: Flow): string {
  return app.contacts.map((contact) => `Contact: ${withOwnUri(contact, flow)}\r\n`).join('');
}
