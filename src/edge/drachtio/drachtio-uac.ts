import { parseNameAddr } from '../../sip/message/index.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { RequestSender, SentAck, UacRequestUser, UacRoute } from '../leg/request-sender.ts';
import { DrachtioFlow } from './drachtio-flow.ts';
import { DrachtioRequest, type DrachtioRequestHome } from './drachtio-request.ts';
import type { ServerConnection } from './server-connection.ts';
import type { SrfAck } from './srf.ts';
import { srfHeaders } from './srf-headers.ts';

/** What requests of ours need, and where they go. */
export interface DrachtioUacParts extends DrachtioRequestHome {
  /** A server for a request that needs no certain one; undefined when none is there. */
  readonly pick: () => ServerConnection | undefined;
}

/** RFC 3261 section 8.1, on drachtio-servers: they keep the transactions, resolve names and repeat. */
export class DrachtioUac implements RequestSender {
  readonly #parts: DrachtioUacParts;
  /** How to acknowledge the last 2xx of a dialog, by Call-ID and local tag. */
  readonly #acks = new Map<string, SrfAck>();
  /** Requests that wait for their final response. */
  readonly #open = new Set<DrachtioRequest>();

  constructor(parts: DrachtioUacParts) {
    this.#parts = parts;
  }

  /** Requests and ACKs that are open. */
  get size(): number {
    return this.#open.size + this.#acks.size;
  }

  /** The connections of requests that wait. */
  *connections(): Iterable<ServerConnection> {
    for (const { connection } of this.#open) if (connection) yield connection;
  }

  send(draft: RequestDraft, route: UacRoute, user: UacRequestUser): DrachtioRequest {
    const localTag = tagOf(draft.from);
    const inDialog = tagOf(draft.to) !== '';
    const binding = inDialog ? this.#parts.bindings.get(draft.callId, localTag) : undefined;
    const connection = inDialog ? binding?.connection : this.#connectionOf(route.flow);
    const request = new DrachtioRequest(this.#parts, {
      draft,
      route,
      user,
      localTag,
      inDialog,
      binding,
      connection,
      onAccepted: (ack) => this.#acks.set(`${localTag} ${draft.callId}`, ack),
      onOver: () => this.#open.delete(request),
    });
    this.#open.add(request);
    request.start();
    return request;
  }

  sendAck(draft: RequestDraft): SentAck | undefined {
    const key = `${tagOf(draft.from)} ${draft.callId}`;
    const ack = this.#acks.get(key);
    if (!ack) return undefined;
    this.#acks.delete(key);
    const headers = srfHeaders(draft.headerLines);
    // RFC 3261 13.2.2.4: that of the INVITE. Stock servers would take that of the PRACK, when there was one.
    headers['cseq'] = `${draft.cseq} ACK`;
    if (draft.body !== undefined && draft.contentType) headers['content-type'] = draft.contentType;
    try {
      ack(draft.body === undefined ? { headers } : { headers, body: draft.body });
    } catch (error) {
      // srf asserts that the server is still there.
      this.#parts.logger.debug({ err: error, callId: draft.callId }, 'an ACK was not sent');
    }
    return SERVER_REPEATS;
  }

  /** The server is lost, and with it all its transactions. */
  lost(connection: ServerConnection): void {
    for (const request of [...this.#open]) if (request.connection === connection) request.lost();
  }

  /** Forgets everything; nobody is told. */
  close(): void {
    for (const request of [...this.#open]) request.forget();
    this.#open.clear();
    this.#acks.clear();
  }

  #connectionOf(flow: Flow | undefined): ServerConnection | undefined {
    return flow instanceof DrachtioFlow && flow.open ? flow.connection : this.#parts.pick();
  }
}

/** RFC 3261 13.2.2.4: a repeated 2xx never gets to us: the server acknowledges it again. */
const SERVER_REPEATS: SentAck = { send: () => {} };

function tagOf(address: string): string {
  return parseNameAddr(address)?.tag ?? '';
}
