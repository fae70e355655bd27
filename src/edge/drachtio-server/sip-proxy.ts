import { Header, type NameAddr, type SipRequest } from '../../sip/message/index.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { AppMessage } from './app-message.ts';
import type { ClientConnection, Command } from './client-connection.ts';
import { isPreloaded, OwnRoutes } from './own-routes.ts';
import { ProxiedRequest, type ProxyPlan } from './proxied-request.ts';
import { receivedText, type ServerContext } from './server-context.ts';

/** RFC 3261 16: requests that the server passes on, for applications or along a recorded route. */
export class SipProxy {
  readonly #context: ServerContext;
  readonly #ownRoutes: OwnRoutes;
  readonly #running = new Set<ProxiedRequest>();

  constructor(context: ServerContext) {
    this.#context = context;
    this.#ownRoutes = new OwnRoutes(context.ids);
  }

  get size(): number {
    return this.#running.size;
  }

  /**
   * An application wants a request proxied: fields are transaction, `remainInDialog`, `fullResponse`,
   * `followRedirects`, `simultaneous` or `serial`, two limits such as `2s`, then the targets.
   *
   * @returns whether the proxy answers the request from now on; the command is answered in any case.
   */
  start(
    client: ClientConnection,
    command: Command,
    request: SipRequest,
    transaction: ServerTransaction,
    app: AppMessage,
  ): boolean {
    const [, remain, full, redirects, order, provisional = '', final = '', ...targets] = command.fields;
    const hops = hopsLeft(request);
    if (hops < 0) {
      transaction.reply(483);
      client.refuse(command, 'Max-Forwards is 0');
      return true;
    }
    if (targets.length === 0) {
      client.refuse(command, 'no destination');
      return false;
    }
    const { flow } = transaction;
    const recordRoute = (draft: RequestDraft, to: Flow): RequestDraft => ({
      ...draft,
      headerLines: this.#ownRoutes.recordLines(request.callId, flow, to) + draft.headerLines,
    });
    const plan: ProxyPlan = {
      targets,
      isParallel: order === 'simultaneous',
      isCall: request.method === 'INVITE',
      followsRedirects: redirects === 'followRedirects',
      provisionalMs: durationMs(provisional),
      finalMs: durationMs(final),
      draft: (uri) => ({
        ...this.#draft(
          request,
          hops,
          request.routes.slice(isPreloaded(request, flow) ? 1 : 0),
          app.headerLines,
        ),
        uri,
        nextHop: uri,
        overFlow: remain === 'remainInDialog' ? recordRoute : undefined,
      }),
      onFinal: (text, meta) => (full === 'fullResponse' ? client.answer(command, text(meta)) : undefined),
      onDone: () => client.answer(command, 'OK|done'),
    };
    this.#run(request, transaction, plan);
    return true;
  }

  /** RFC 3261 16.12: a request in a dialog whose route we recorded. False when it is not for us to pass on. */
  forwardInDialog(request: SipRequest, transaction: ServerTransaction): boolean {
    const draft = this.#onRoute(request);
    if (!draft) return false;
    if (hopsLeft(request) < 0) {
      transaction.reply(483);
      return true;
    }
    // RFC 3261 16.2, 17.2.1: the target may take its time, and its own 100 ends here.
    if (request.method === 'INVITE') transaction.reply(100);
    if (request.method === 'BYE') this.#recordEnd(request);
    this.#run(request, transaction, {
      targets: [request.requestUriText],
      isParallel: false,
      isCall: false,
      followsRedirects: false,
      provisionalMs: undefined,
      finalMs: undefined,
      draft: () => draft,
      onFinal: () => {},
      onDone: () => {},
    });
    return true;
  }

  /** RFC 3261 16.11: the ACK of a 2xx has no transaction. */
  forwardAck(request: SipRequest): void {
    const draft = this.#onRoute(request);
    if (draft && hopsLeft(request) >= 0) this.#context.uac.sendAck(draft, undefined);
  }

  close(): void {
    for (const running of [...this.#running]) running.close();
  }

  /** As stock servers: the BYE that came, and the one that goes on. */
  #recordEnd(bye: SipRequest): void {
    for (const source of ['network', 'application'] as const) {
      this.#context.records.stop(source, 'normal-release', () => receivedText(bye));
    }
  }

  #run(request: SipRequest, transaction: ServerTransaction, plan: ProxyPlan): void {
    const running: ProxiedRequest = new ProxiedRequest(this.#context, request, transaction, plan, () =>
      this.#running.delete(running),
    );
    this.#running.add(running);
    running.start();
  }

  /** The copy of a request in a dialog that we recorded a route for; undefined for others. */
  #onRoute(request: SipRequest): RequestDraft | undefined {
    const own = this.#ownRoutes.recorded(request);
    if (own === 0) return undefined;
    const routes = request.routes.slice(own);
    const draft = this.#draft(request, hopsLeft(request), routes, '');
    return { ...draft, nextHop: routes[0]?.uri.text ?? draft.uri };
  }

  /** RFC 3261 16.6: the copy that goes on. */
  #draft(request: SipRequest, hops: number, routes: readonly NameAddr[], appLines: string): RequestDraft {
    return {
      method: request.method,
      uri: request.requestUriText,
      nextHop: request.requestUriText,
      from: request.from.text,
      to: request.to.text,
      callId: request.callId,
      cseq: request.cseq.number,
      routes: routes.map(({ text }) => text),
      headerLines: copiedLines(request, appLines) + appLines,
      contentType: request.get(Header.ContentType),
      body: request.bodyLength === 0 ? undefined : request.bodyText,
      viaLines: viaLines(request),
      maxForwards: hops,
    };
  }
}

/** Headers that the draft writes itself. */
const WRITTEN: ReadonlySet<number> = new Set([
  Header.Via,
  Header.Route,
  Header.From,
  Header.To,
  Header.CallId,
  Header.CSeq,
  Header.MaxForwards,
  Header.ContentType,
  Header.ContentLength,
]);

/** The other header lines of the request, but for those that the application sets. */
function copiedLines(request: SipRequest, appLines: string): string {
  const set = new Set(appLines.split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase()));
  let lines = '';
  request.forEachHeader((id, name, value) => {
    if (!WRITTEN.has(id) && !set.has(name.toLowerCase())) lines += `${name}: ${value}\r\n`;
  });
  return lines;
}

/** RFC 3261 18.2.1: the Vias as they came; the top one says where the request came from. */
function viaLines(request: SipRequest): string {
  const [top = '', ...others] = request.all(Header.Via);
  const first = top.replace(request.topVia.text, () => request.responseVia);
  return [first, ...others].map((via) => `Via: ${via}\r\n`).join('');
}

/** RFC 3261 16.6.3: below 0 the request ends here. Nobody needs more than the 255 of RFC 3261 20.22. */
function hopsLeft(request: SipRequest): number {
  return Math.min(request.maxForwards ?? 70, 255) - 1;
}

/** `2s`, `1500ms`; undefined for anything else. */
function durationMs(text: string): number | undefined {
  const match = /^(\d{1,7})(ms|s)$/.exec(text.trim());
  return match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : undefined;
}
