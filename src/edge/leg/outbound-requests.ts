import type { Clock } from '../../shared/clock.ts';
import { ClosedError } from '../../shared/errors.ts';
import type { IdSource } from '../../shared/ids.ts';
import { formatNameAddr } from '../../sip/message/index.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { EdgeResponse, OutboundRequest } from '../edge.ts';
import { LocalResponse, ReceivedResponse } from './edge-message.ts';
import { hasHeader, headerLines } from './header-lines.ts';
import type { RequestSender } from './request-sender.ts';

/** What requests outside of calls need of their edge. */
export interface OutboundRequestsParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly uac: RequestSender;
  readonly userAgentLine: string;
}

/** Requests of ours outside of calls (RFC 3261 8.1): OPTIONS, REGISTER, MESSAGE, NOTIFY ... */
export class OutboundRequests {
  readonly #parts: OutboundRequestsParts;
  /** Rejects requests that wait for an answer. */
  readonly #waiting = new Set<(error: Error) => void>();
  #lastRegisterSeq = 0;

  constructor(parts: OutboundRequestsParts) {
    this.#parts = parts;
  }

  /** Requests that wait for their answer. */
  get size(): number {
    return this.#waiting.size;
  }

  /** See {@link SipEdge.request}. */
  send(request: OutboundRequest, flow: Flow | undefined): Promise<EdgeResponse> {
    const { clock, uac } = this.#parts;
    return new Promise((resolve, reject) => {
      let seq = request.method === 'REGISTER' ? this.#registerSeq() : 1;
      const limit =
        request.timeoutMs === undefined
          ? undefined
          : clock.after(request.timeoutMs, () => {
              sent.abandon();
              settle(new LocalResponse(408));
            });
      const fail = (error: Error) => {
        limit?.cancel();
        reject(error);
      };
      const settle = (response: EdgeResponse) => {
        limit?.cancel();
        this.#waiting.delete(fail);
        resolve(response);
      };
      this.#waiting.add(fail);
      const route = { flow, credentials: request.credentials, nextSeq: () => ++seq };
      const sent = uac.send(this.#draft(request, seq), route, {
        onFinal: (response) => settle(new ReceivedResponse(response)),
        onUnanswered: (status) => settle(new LocalResponse(status)),
      });
    });
  }

  /** Rejects what waits: the edge closes. */
  close(): void {
    for (const fail of this.#waiting) fail(new ClosedError('edge'));
    this.#waiting.clear();
  }

  /** RFC 3261 10.2.4: CSeq rises with each REGISTER of a Call-ID; one counter serves all of them. */
  #registerSeq(): number {
    return ++this.#lastRegisterSeq;
  }

  #draft(request: OutboundRequest, cseq: number): RequestDraft {
    const { ids, userAgentLine } = this.#parts;
    const { method, uri, from, headers } = request;
    const needsContact = CONTACT_METHODS.has(method) && !hasHeader(headers, 'contact');
    const fromUser = /^sips?:([^@:;>]+)@/.exec(from.uri)?.[1] ?? '';
    const routes = (request.routeSet ?? []).map((route) => (route.startsWith('<') ? route : `<${route}>`));
    return {
      method,
      uri,
      nextHop: request.nextHop ?? request.routeSet?.[0]?.replace(/^<|>.*$/g, '') ?? uri,
      from: formatNameAddr(from.uri, from.displayName, `;tag=${ids.token()}`),
      to: formatNameAddr(request.to ?? uri),
      callId: request.callId ?? ids.token(),
      cseq,
      routes,
      contactUser: needsContact ? (method === 'REGISTER' ? fromUser : '') : undefined,
      headerLines: userAgentLine + headerLines(headers),
      contentType: request.contentType,
      body: request.body,
    };
  }
}

/** Requests outside of calls that need our Contact (RFC 3261 8.1.1.8, 10.2.1; RFC 6665; RFC 3515). */
const CONTACT_METHODS: ReadonlySet<string> = new Set(['REGISTER', 'SUBSCRIBE', 'REFER', 'NOTIFY', 'OPTIONS']);
