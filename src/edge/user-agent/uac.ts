import type { Logger } from '../../shared/logger.ts';
import { isTransportName, type TransportName } from '../../shared/transport-name.ts';
import { hostForSocket, parseUri, type SipResponse, type Uri } from '../../sip/message/index.ts';
import type { ClientTransaction, ClientTransactionUser } from '../../sip/transaction/client-transaction.ts';
import { draftOver, type RequestDraft, viaValue, writeRequest } from '../../sip/transaction/request-draft.ts';
import type { TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, TransportAddress, Transports } from '../../sip/transport/transport.ts';
import type {
  AcceptedUser,
  ChallengeAnswer,
  RequestSender,
  SentAck,
  SentRequest,
  UacRequestUser,
  UacRoute,
} from '../leg/request-sender.ts';
import type { ContactFlows } from './contact-flows.ts';
import { isUdpTwin, type TcpFirst } from './tcp-first.ts';

/** RFC 3263: where requests to a URI go, best target first; sync when no name has to be looked up. */
export interface TargetResolver {
  resolve(uri: Uri): readonly TransportAddress[] | Promise<readonly TransportAddress[]>;
}

/** What requests need on their way out. */
export interface UacParts {
  readonly transactions: TransactionLayer;
  readonly transports: Pick<Transports<unknown>, 'flowTo'>;
  /** Where browser phones are; left out: there are none. */
  readonly contacts?: Pick<ContactFlows, 'of'>;
  readonly resolver: TargetResolver;
  readonly answerChallenge: ChallengeAnswer;
  readonly newBranch: () => string;
  readonly tcpFirst: TcpFirst;
  readonly logger: Logger;
}

/** RFC 3261 section 8.1: sends requests to where their next hop leads, with failover and digest. */
export class Uac implements RequestSender {
  readonly parts: UacParts;

  constructor(parts: UacParts) {
    this.parts = parts;
  }

  send(draft: RequestDraft, route: UacRoute, user: UacRequestUser): UacRequest {
    const request = new UacRequest(this.parts, draft, route, user);
    request.start();
    return request;
  }

  sendAck(draft: RequestDraft, flow: Flow | undefined, from?: TransportAddress): SentAck | undefined {
    const ack = flow?.open ? this.writeAck(draft, flow) : this.#routedAck(draft, from);
    ack?.send();
    return ack;
  }

  /** The ACK with a Via of its own (RFC 3261 13.2.2.4), for one flow. */
  writeAck(draft: RequestDraft, to: Flow): SentAck {
    const via = viaValue(to.local.transport, to.sentBy, this.parts.newBranch());
    return new WrittenAck(writeRequest(draft, via, to), to);
  }

  /** The flow to a URI whose host is an address; undefined for names. `from`: see {@link UacRoute.from}. */
  flowTo(uriText: string, from?: TransportAddress): Flow | undefined {
    const uri = parseUri(uriText);
    const target = uri && literalTarget(uri);
    return target && flowAlong(this.parts.transports, uri, target, from);
  }

  #routedAck(draft: RequestDraft, from: TransportAddress | undefined): SentAck | undefined {
    const uri = parseUri(draft.nextHop);
    const moved = uri && this.parts.contacts?.of(uri);
    if (moved) return this.writeAck(draft, moved);
    if (uri && !literalTarget(uri)) return new LookedUpAck(this, draft, uri, from);
    const flow = this.flowTo(draft.nextHop, from);
    return flow && this.writeAck(draft, flow);
  }
}

/** An ACK to a name: sent once that is looked up; a repeated 2xx looks again when it was not found. */
class LookedUpAck implements SentAck {
  readonly #uac: Uac;
  readonly #draft: RequestDraft;
  readonly #uri: Uri;
  readonly #from: TransportAddress | undefined;
  #written: SentAck | undefined;
  #isLooking = false;

  constructor(uac: Uac, draft: RequestDraft, uri: Uri, from: TransportAddress | undefined) {
    this.#uac = uac;
    this.#draft = draft;
    this.#uri = uri;
    this.#from = from;
  }

  send(): void {
    if (this.#written) return this.#written.send();
    if (this.#isLooking) return;
    const found = this.#uac.parts.resolver.resolve(this.#uri);
    if (!(found instanceof Promise)) return this.#sendTo(found);
    this.#isLooking = true;
    found.then(
      (targets) => this.#sendTo(targets),
      () => this.#sendTo([]),
    );
  }

  #sendTo(targets: readonly TransportAddress[]): void {
    this.#isLooking = false;
    for (const target of targets) {
      const flow = this.#uac.parts.transports.flowTo(target, this.#from);
      if (!flow) continue;
      this.#written = this.#uac.writeAck(this.#draft, flow);
      this.#written.send();
      return;
    }
  }
}

/** An ACK, kept for repeated 2xx. */
class WrittenAck implements SentAck {
  readonly #text: string;
  readonly #flow: Flow;

  constructor(text: string, flow: Flow) {
    this.#text = text;
    this.#flow = flow;
  }

  send(): void {
    this.#flow.send(this.#text);
  }
}

/** Attempts with credentials: one, and one more when the server calls the nonce stale. */
const MAX_CHALLENGES = 2;

/** One request of ours until its final response: tries one target after the other and answers a challenge. */
export class UacRequest implements SentRequest, ClientTransactionUser {
  readonly #parts: UacParts;
  readonly #route: UacRoute;
  #draft: RequestDraft;
  #user: UacRequestUser | undefined;
  #uri: Uri | undefined;
  #targets: readonly TransportAddress[] = [];
  #nextTarget = 0;
  #transaction: ClientTransaction | undefined;
  #sending = false;
  #challenges = 0;
  #cancelLines: string | undefined;
  #lastStatus: 408 | 503 = 503;

  constructor(parts: UacParts, draft: RequestDraft, route: UacRoute, user: UacRequestUser) {
    this.#parts = parts;
    this.#draft = draft;
    this.#route = route;
    this.#user = user;
  }

  start(): void {
    const { flow } = this.#route;
    if (flow?.open) return this.#sendOver(flow);
    const uri = parseUri(this.#draft.nextHop);
    if (!uri) return this.#later(() => this.#giveUp(503));
    const moved = this.#parts.contacts?.of(uri);
    if (moved) return this.#sendOver(moved);
    const literal = literalTarget(uri);
    if (literal) return this.#begin([literal], uri);
    const found = this.#parts.resolver.resolve(uri);
    if (found instanceof Promise)
      found.then(
        (targets) => this.#begin(targets, uri),
        () => this.#giveUp(503),
      );
    else this.#begin(found, uri);
  }

  cancel(headerLines: string): void {
    if (this.#cancelLines !== undefined) return;
    this.#cancelLines = headerLines;
    this.#transaction?.cancel(headerLines);
  }

  leaveTarget(headerLines: string, late: AcceptedUser): boolean {
    const left = this.#transaction;
    if (!left || this.#cancelLines !== undefined || !this.#hasNextPeer()) return false;
    left.handOver(late);
    // Sent once it shows life (RFC 3261 9.1).
    left.cancel(headerLines);
    this.#tryNext();
    return true;
  }

  abandon(): void {
    this.#user = undefined;
  }

  onResponse(response: SipResponse, transaction: ClientTransaction): void {
    const { status } = response;
    if (transaction !== this.#transaction) return;
    if (status < 200) {
      if (status > 100) this.#user?.onProvisional?.(response, transaction);
      else this.#user?.onTrying?.(response);
      return;
    }
    if ((status === 401 || status === 407) && this.#answerChallenge(response, transaction)) return;
    // RFC 3263 4.3: a 503 is the next target's turn.
    if (status === 503 && this.#cancelLines === undefined && this.#hasNextPeer()) {
      this.#tryNext();
      return;
    }
    this.#user?.onFinal(response, transaction);
  }

  onFailure(failure: 'timeout' | 'transport', transaction: ClientTransaction): void {
    if (transaction !== this.#transaction && !this.#sending) return;
    this.#transaction = undefined;
    this.#lastStatus = failure === 'timeout' ? 408 : 503;
    this.#parts.logger.debug(
      { method: this.#draft.method, to: transaction.flow.remote, failure },
      'request failed',
    );
    // RFC 3261 18.1.1: by UDP after all when there is no TCP; a peer that is silent is not asked twice.
    if (failure === 'transport') this.#parts.tcpFirst.failed(transaction.flow.remote);
    else this.#hasNextPeer();
    if (this.#cancelLines !== undefined) this.#giveUp(this.#lastStatus);
    else this.#tryNext();
  }

  #begin(targets: readonly TransportAddress[], uri: Uri): void {
    this.#uri = uri;
    // RFC 3263 4.1: a transport that the URI names is kept to.
    const isOpen = uri.rawParams === '' || uri.transport === undefined;
    this.#targets = isOpen ? this.#parts.tcpFirst.targets(this.#draft, targets) : targets;
    this.#tryNext();
  }

  /** Passes over the last peer's other transport; whether there is another peer. */
  #hasNextPeer(): boolean {
    if (isUdpTwin(this.#targets[this.#nextTarget], this.#targets[this.#nextTarget - 1])) this.#nextTarget++;
    return this.#nextTarget < this.#targets.length;
  }

  #tryNext(): void {
    const { transports } = this.#parts;
    while (this.#nextTarget < this.#targets.length) {
      const flow = flowAlong(transports, this.#uri!, this.#targets[this.#nextTarget++]!, this.#route.from);
      if (flow) return this.#sendOver(flow);
    }
    // The user may not have got hold of this request yet.
    if (this.#transaction === undefined) this.#later(() => this.#giveUp(this.#lastStatus));
    else this.#giveUp(this.#lastStatus);
  }

  #sendOver(flow: Flow): void {
    if (this.#cancelLines !== undefined) return this.#giveUp(408);
    this.#send(flow);
  }

  #send(flow: Flow): void {
    this.#transaction = undefined;
    this.#sending = true;
    const draft = draftOver(this.#draft, flow);
    const transaction = this.#parts.transactions.send(draft, flow, this);
    this.#sending = false;
    // A flow that failed at once has been dealt with by onFailure.
    if (transaction.state === 'terminated') return;
    this.#transaction = transaction;
    this.#user?.onSent?.(draft, flow, transaction.branch);
  }

  #giveUp(status: 408 | 503): void {
    const user = this.#user;
    this.#user = undefined;
    user?.onUnanswered(status);
  }

  #later(run: () => void): void {
    queueMicrotask(run);
  }

  /** RFC 3261 22.2: repeats the request with credentials. */
  #answerChallenge(response: SipResponse, transaction: ClientTransaction): boolean {
    const { credentials } = this.#route;
    if (!credentials || this.#challenges >= MAX_CHALLENGES || this.#cancelLines !== undefined) return false;
    const line = this.#parts.answerChallenge(response, this.#draft, credentials);
    if (line === undefined) return false;
    this.#challenges++;
    const headerLines = withoutCredentials(this.#draft.headerLines) + line;
    this.#draft = { ...this.#draft, cseq: this.#route.nextSeq(), headerLines };
    this.#send(transaction.flow);
    return true;
  }
}

function withoutCredentials(headerLines: string): string {
  return headerLines
    .split('\r\n')
    .filter((line) => line !== '' && !/^(proxy-)?authorization:/i.test(line))
    .map((line) => `${line}\r\n`)
    .join('');
}

/** The flow to a target of a URI. By UDP where that names no transport (RFC 3263 4.1), or by what we have instead. */
function flowAlong(
  transports: UacParts['transports'],
  uri: Uri,
  target: TransportAddress,
  from: TransportAddress | undefined,
): Flow | undefined {
  const flow = transports.flowTo(target, from);
  if (flow || target.transport !== 'udp' || uri.transport !== undefined) return flow;
  const overTls = { ...target, transport: 'tls', port: uri.port ?? 5061 } as const;
  return transports.flowTo({ ...target, transport: 'tcp' }, from) ?? transports.flowTo(overTls, from);
}

/** RFC 3263 4.1, 4.2 for a host that is an address: no look-up. Undefined for names and foreign schemes. */
export function literalTarget(uri: Uri): TransportAddress | undefined {
  if (uri.kind !== 'sip' && uri.kind !== 'sips') return undefined;
  const hasParams = uri.rawParams !== '';
  // RFC 3263 4: maddr is where to send, whatever the host is.
  const host = (hasParams && uri.param('maddr')) || uri.host;
  // '[' opens IPv6; IPv4 starts with a digit and names never end in one (RFC 1123 2.1).
  const isV6 = host.charCodeAt(0) === 91;
  if (!isV6 && !isIpv4(host)) return undefined;
  const named = hasParams ? uri.transport : undefined;
  const secure = uri.kind === 'sips';
  let transport: TransportName = secure ? 'tls' : 'udp';
  if (named !== undefined && isTransportName(named)) transport = named;
  if (secure && transport === 'tcp') transport = 'tls';
  const port = uri.port ?? (transport === 'tls' ? 5061 : 5060);
  return { transport, address: isV6 ? hostForSocket(host) : host, port };
}

function isIpv4(host: string): boolean {
  const last = host.charCodeAt(host.length - 1);
  const first = host.charCodeAt(0);
  if (first < 48 || first > 57 || last < 48 || last > 57) return false;
  for (let at = 1; at < host.length; at++) {
    const code = host.charCodeAt(at);
    if (code !== 46 && (code < 48 || code > 57)) return false;
  }
  return true;
}
