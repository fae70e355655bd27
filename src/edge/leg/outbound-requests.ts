import { ClosedError } from '../../shared/errors.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Dialog } from '../../sip/dialog/dialog.ts';
import type { DialogTable } from '../../sip/dialog/dialog-table.ts';
import { formatNameAddr } from '../../sip/message/index.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import { type TimerWheel, WheelTimer } from '../../sip/transaction/timer-wheel.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { EdgeResponse, OutboundRequest } from '../edge.ts';
import { LocalResponse, ReceivedResponse } from './edge-message.ts';
import { hasHeader, headerLines, oneLine } from './header-lines.ts';
import type { DialogUsage } from './leg-home.ts';
import type { RequestSender } from './request-sender.ts';

/** What requests outside of calls need of their edge. */
export interface OutboundRequestsParts {
  readonly wheel: TimerWheel;
  readonly ids: IdSource;
  readonly uac: RequestSender;
  readonly userAgentLine: string;
  /** Subscriptions, see {@link OutboundRequest.dialog}. */
  readonly dialogs: DialogTable<DialogUsage>;
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
    const { wheel, uac, dialogs } = this.#parts;
    const entry = request.dialog === undefined ? undefined : dialogs.byKey(request.dialog);
    // RFC 6665 4.2.2: a subscription that has ended takes no NOTIFY.
    if (request.dialog !== undefined && !entry) return Promise.resolve(new LocalResponse(481));
    return new Promise((resolve, reject) => {
      const nextSeq = this.#sequence(request, entry?.dialog);
      const limit = new WheelTimer({
        onTimer: () => {
          sent.abandon();
          settle(new LocalResponse(408));
        },
      });
      const fail = (error: Error) => {
        wheel.stop(limit);
        reject(error);
      };
      const settle = (response: EdgeResponse) => {
        wheel.stop(limit);
        this.#waiting.delete(fail);
        resolve(response);
      };
      this.#waiting.add(fail);
      const way = entry ? { flow: entry.usage.flow, from: entry.usage.from } : { flow };
      const route = { ...way, credentials: request.credentials, nextSeq };
      const draft = entry ? this.#draftIn(entry.dialog, request) : this.#draft(request, nextSeq());
      const sent = uac.send(draft, route, {
        onFinal: (response) => {
          if (response.status === 481) entry?.usage.onLost?.();
          settle(new ReceivedResponse(response));
        },
        onUnanswered: (status) => settle(new LocalResponse(status)),
      });
      if (request.timeoutMs !== undefined) wheel.startLimit(limit, request.timeoutMs);
    });
  }

  /** Rejects what waits: the edge closes. */
  close(): void {
    for (const fail of this.#waiting) fail(new ClosedError('edge'));
    this.#waiting.clear();
  }

  /** CSeq numbers for a request and its repetitions with credentials. */
  #sequence({ method }: OutboundRequest, dialog: Dialog | undefined): () => number {
    if (dialog) return () => dialog.takeSeq();
    // RFC 3261 10.2.4: CSeq rises with each REGISTER of a Call-ID; one counter serves all of them.
    if (method === 'REGISTER') return () => ++this.#lastRegisterSeq;
    let seq = 0;
    return () => ++seq;
  }

  #draftIn(dialog: Dialog, request: OutboundRequest): RequestDraft {
    return dialog.request(request.method, {
      contactUser: CONTACT_METHODS.has(request.method) ? '' : undefined,
      headerLines: this.#parts.userAgentLine + headerLines(request.headers),
      contentType: request.contentType,
      body: request.body,
    });
  }

  #draft(request: OutboundRequest, cseq: number): RequestDraft {
    const { ids, userAgentLine } = this.#parts;
    const { method, uri, from, headers } = request;
    const needsContact = CONTACT_METHODS.has(method) && !hasHeader(headers, 'contact');
    const fromUser = /^sips?:([^@:;>]+)@/.exec(from.uri)?.[1] ?? '';
    const routes = (request.routeSet ?? []).map((route) => (route.startsWith('<') ? route : `<${route}>`));
    return {
      method,
      uri: oneLine(uri),
      nextHop: request.nextHop ?? request.routeSet?.[0]?.replace(/^<|>.*$/g, '') ?? uri,
      from: formatNameAddr(oneLine(from.uri), from.displayName, `;tag=${ids.token()}`),
      to: formatNameAddr(oneLine(request.to ?? uri)),
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
