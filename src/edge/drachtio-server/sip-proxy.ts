import { Header, type SipRequest } from '../../sip/message/index.ts';
import { type RequestDraft, viaValue, writeRequest } from '../../sip/transaction/request-draft.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import type { AppMessage } from './app-message.ts';
import type { ClientConnection, Command } from './client-connection.ts';
import { ProxiedRequest, type ProxyPlan } from './proxied-request.ts';
import { receivedText, type ServerContext } from './server-context.ts';

/** RFC 3261 16: requests that the server passes on, for applications or along a recorded route. */
export class SipProxy {
  readonly #context: ServerContext;
  readonly #running = new Set<ProxiedRequest>();

  constructor(context: ServerContext) {
    this.#context = context;
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
    const plan: ProxyPlan = {
      targets,
      isParallel: order === 'simultaneous',
      isCall: request.method === 'INVITE',
      followsRedirects: redirects === 'followRedirects',
      provisionalMs: durationMs(provisional),
      finalMs: durationMs(final),
      draft: (uri, sentBy) =>
        this.#draft(
          request,
          uri,
          hops,
          app.headerLines,
          remain === 'remainInDialog' ? recordRoute(sentBy) : '',
        ),
      onFinal: (text, meta) => (full === 'fullResponse' ? client.answer(command, text(meta)) : undefined),
      onDone: () => client.answer(command, 'OK|done'),
    };
    this.#run(request, transaction, plan);
    return true;
  }

  /** RFC 3261 16.12: a request in a dialog whose route we recorded. False when it is not for us to pass on. */
  forwardInDialog(request: SipRequest, transaction: ServerTransaction): boolean {
    const next = this.#nextHop(request);
    const hops = hopsLeft(request);
    if (next === undefined || hops < 0) return false;
    if (request.method === 'BYE') this.#recordEnd(request);
    this.#run(request, transaction, {
      targets: [request.requestUriText],
      isParallel: false,
      isCall: false,
      followsRedirects: false,
      provisionalMs: undefined,
      finalMs: undefined,
      draft: (uri) => ({ ...this.#draft(request, uri, hops, '', ''), nextHop: next }),
      onFinal: () => {},
      onDone: () => {},
    });
    return true;
  }

  /** RFC 3261 16.11: the ACK of a 2xx has no transaction. */
  forwardAck(request: SipRequest): void {
    const next = this.#nextHop(request);
    const hops = hopsLeft(request);
    const flow = next === undefined || hops < 0 ? undefined : this.#context.uac.flowTo(next);
    if (!flow) return;
    const draft = this.#draft(request, request.requestUriText, hops, '', '');
    const branch = `z9hG4bK${this.#context.ids.token()}`;
    flow.send(writeRequest(draft, viaValue(flow.local.transport, flow.sentBy, branch), flow));
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

  /** URI that a request goes to whose top Route is ours: the next Route, or its Request-URI. */
  #nextHop(request: SipRequest): string | undefined {
    const [first, second] = request.routes;
    if (!first) return undefined;
    const { host, port } = first.uri;
    const isOurs = this.#context.addresses.some(
      ({ address, port: ownPort }) =>
        (address === host.replace(/^\[|\]$/g, '') || address === '0.0.0.0' || address === '::') &&
        ownPort === (port ?? 5060),
    );
    return isOurs ? (second?.uri.text ?? request.requestUriText) : undefined;
  }

  /** RFC 3261 16.6: the copy that goes on. */
  #draft(
    request: SipRequest,
    uri: string,
    hops: number,
    appLines: string,
    recordRouteLine: string,
  ): RequestDraft {
    const own = this.#nextHop(request) !== undefined;
    const routes = request.routes.slice(own ? 1 : 0).map(({ text }) => text);
    return {
      method: request.method,
      uri,
      nextHop: routes.length > 0 && request.to.tag !== '' ? request.routes[own ? 1 : 0]!.uri.text : uri,
      from: request.from.text,
      to: request.to.text,
      callId: request.callId,
      cseq: request.cseq.number,
      routes,
      headerLines: recordRouteLine + copiedLines(request, appLines) + appLines,
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

/** RFC 3261 16.6.3: below 0 the request ends here. */
function hopsLeft(request: SipRequest): number {
  return (request.maxForwards ?? 70) - 1;
}

const recordRoute = (sentBy: string): string => `Record-Route: <sip:${sentBy};lr>\r\n`;

/** `2s`, `1500ms`; undefined for anything else. */
function durationMs(text: string): number | undefined {
  const match = /^(\d{1,7})(ms|s)$/.exec(text.trim());
  return match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : undefined;
}
