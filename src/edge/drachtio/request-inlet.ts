import type { Socket } from 'node:net';
import type { Logger } from '../../shared/logger.ts';
import { isTransportName } from '../../shared/transport-name.ts';
import type { DialogTable } from '../../sip/dialog/dialog-table.ts';
import {
  Header,
  parseMessage,
  SipRequest,
  type SipResponse,
  validateRequest,
} from '../../sip/message/index.ts';
import type { TimerWheel } from '../../sip/transaction/timer-wheel.ts';
import type { TransportAddress } from '../../sip/transport/transport.ts';
import type { Gate } from '../gate/gate.ts';
import { DialogLeg } from '../leg/dialog-leg.ts';
import type { DialogUsage } from '../leg/leg-home.ts';
import type { Refusal } from '../leg/request-checks.ts';
import type { UasCore } from '../leg/uas-core.ts';
import type { UntypedBodies } from '../leg/untyped-bodies.ts';
import { type DialogBindings, nameDialog } from './dialog-bindings.ts';
import { DrachtioFlow } from './drachtio-flow.ts';
import type { ServerConnection } from './server-connection.ts';
import { DrachtioServerTransaction, MAKES_DIALOG, type ServerTransactionHome } from './server-transaction.ts';
import type { SrfReply, SrfRequest } from './srf.ts';

/** What the inlet needs of the edge. */
export interface RequestInletParts {
  readonly logger: Logger;
  readonly gate: Gate;
  readonly untyped: UntypedBodies;
  readonly wheel: TimerWheel;
  readonly newTag: () => string;
  readonly bindings: DialogBindings;
  readonly connectionOf: (socket: Socket) => ServerConnection | undefined;
}

/** Requests on their way from the drachtio-servers to the UAS core. */
export class RequestInlet implements ServerTransactionHome {
  readonly logger: Logger;
  readonly #core: UasCore;
  readonly #dialogs: DialogTable<DialogUsage>;
  readonly #parts: RequestInletParts;
  /** Transactions that are not over, by the server's id. */
  readonly #transactions = new Map<string, DrachtioServerTransaction>();
  /** INVITEs with our 2xx that wait for their ACK, by Call-ID and remote tag: one a dialog (RFC 3261 14.2). */
  readonly #accepted = new Map<string, DrachtioServerTransaction>();

  constructor(core: UasCore, dialogs: DialogTable<DialogUsage>, parts: RequestInletParts) {
    this.logger = parts.logger;
    this.#core = core;
    this.#dialogs = dialogs;
    this.#parts = parts;
  }

  /** Requests that are not answered, and INVITEs whose ACK has not come. */
  get size(): number {
    return this.#transactions.size;
  }

  /** The connections of all that {@link size} counts. */
  *connections(): Iterable<ServerConnection> {
    for (const { flow } of this.#transactions.values()) yield flow.connection;
  }

  /** A request that srf hands over. Never throws: srf would answer 500, or close the connection. */
  onRequest(received: SrfRequest, reply: SrfReply): void {
    try {
      this.#receive(received, reply);
    } catch (error) {
      this.logger.error({ err: error, method: received.method }, 'a request could not be taken');
    }
  }

  onCancel(transactionId: string, message: string): void {
    const cancel = parseMessage(Buffer.from(message));
    if (cancel instanceof SipRequest) this.#transactions.get(transactionId)?.cancelled(cancel);
  }

  onSent(transaction: DrachtioServerTransaction, sent: SipResponse, dialogId: string | undefined): void {
    const { bindings } = this.#parts;
    const { callId, to } = transaction.request;
    if (to.tag === '' && sent.to.tag !== '' && sent.to.tag !== transaction.localTag) {
      this.#retag(transaction, sent.to.tag);
    }
    const binding = bindings.get(callId, transaction.localTag);
    if (!binding) return;
    if (dialogId) nameDialog(binding, dialogId);
    const servers = sent.get(Header.RSeq);
    const ours = transaction.lastRseq;
    if (servers !== undefined && ours !== undefined) binding.rseq = { ours, servers };
  }

  onAccepted(transaction: DrachtioServerTransaction): void {
    const { callId, from } = transaction.request;
    this.#accepted.set(acceptedKey(callId, from.tag), transaction);
    this.#parts.wheel.startLimit(transaction.ackLimit, ACK_LIMIT_MS);
  }

  onOver(transaction: DrachtioServerTransaction): void {
    this.#transactions.delete(transaction.id);
    const { request, localTag, isInvite, succeeded } = transaction;
    if (isInvite && succeeded) {
      this.#parts.wheel.stop(transaction.ackLimit);
      this.#accepted.delete(acceptedKey(request.callId, request.from.tag));
    }
    if (MAKES_DIALOG.has(request.method) && request.to.tag === '' && !succeeded) {
      this.#parts.bindings.remove(request.callId, localTag);
    }
    if (request.method === 'BYE') this.#parts.bindings.remove(request.callId, request.to.tag);
  }

  /** The server is lost. */
  lost(connection: ServerConnection): void {
    for (const transaction of [...this.#transactions.values()]) {
      if (transaction.flow.connection === connection) transaction.lost();
    }
  }

  /** Forgets everything; nobody is told. */
  close(): void {
    for (const transaction of this.#accepted.values()) this.#parts.wheel.stop(transaction.ackLimit);
    this.#transactions.clear();
    this.#accepted.clear();
  }

  #receive(received: SrfRequest, reply: SrfReply): void {
    const connection = this.#parts.connectionOf(received.socket);
    const request = parseMessage(Buffer.from(received.raw));
    if (!connection || !(request instanceof SipRequest)) return;
    if (received.source === 'application') return this.#onServersOwn(request);
    const flow = flowOf(received, connection);
    request.setSource(flow.remote.address, flow.remote.port);
    this.#parts.untyped.note(request, flow.remote.address);
    if (request.method === 'ACK') return this.#onAck(request, flow);
    const localTag = request.to.tag || this.#parts.newTag();
    const taken = request.method === 'PRACK' ? this.#withOurRseq(request, received.raw) : request;
    const transaction = new DrachtioServerTransaction(this, taken, received, reply, flow, localTag);
    this.#transactions.set(transaction.id, transaction);
    const refusal = this.#refusal(request, flow.remote);
    if (refusal) {
      transaction.reply(refusal.status, refusal);
      return;
    }
    if (request.method === 'INVITE') {
      // srf gives an UPDATE to the INVITE that it takes it for, and answers it 500 when nobody listens there.
      received.on('update', (update, updateReply) => this.onRequest(update, updateReply));
    }
    if (MAKES_DIALOG.has(request.method) && request.to.tag === '') {
      this.#parts.bindings.bind(request.callId, localTag, connection);
    }
    this.#core.onRequest(taken, transaction);
  }

  /** What is refused before anybody is asked. The protocol knows no silence: who would get none gets 403. */
  #refusal(request: SipRequest, source: TransportAddress): Refusal | undefined {
    const { gate } = this.#parts;
    if (gate.drops(request, source)) return { status: 403 };
    const refusal = gate.refuses(request, source.address);
    return refusal === 'silence' ? { status: 403 } : (refusal ?? validateRequest(request));
  }

  /** The leg may have ended before its ACK: the transaction ends here. */
  #onAck(request: SipRequest, flow: DrachtioFlow): void {
    const accepted = this.#accepted.get(acceptedKey(request.callId, request.from.tag));
    this.#core.onAck(request, flow);
    if (accepted?.request.cseq.number === request.cseq.number) accepted.acked();
  }

  /** The server has hung up by itself: no ACK came, or the session timer ran out. The BYE stands in From's name. */
  #onServersOwn(request: SipRequest): void {
    if (request.method !== 'BYE') return;
    const { callId, from, to } = request;
    this.#accepted.get(acceptedKey(callId, to.tag))?.neverAcked();
    const leg = this.#dialogs.find(callId, from.tag, to.tag)?.usage.leg;
    this.#parts.bindings.remove(callId, from.tag);
    if (leg instanceof DialogLeg) leg.hangUp('edge', 'timeout');
  }

  /** The server chose the tag of To: all that knows the dialog by ours learns it. */
  #retag(transaction: DrachtioServerTransaction, tag: string): void {
    const { callId, from } = transaction.request;
    const entry = this.#dialogs.find(callId, transaction.localTag, from.tag);
    if (entry) this.#dialogs.retag(entry.dialog, tag);
    this.#parts.bindings.rename(callId, transaction.localTag, tag);
    transaction.localTag = tag;
  }

  /** The server counts reliable responses by its own RSeq: the PRACK is given on with ours. */
  #withOurRseq(prack: SipRequest, raw: string): SipRequest {
    const rseq = this.#parts.bindings.get(prack.callId, prack.to.tag)?.rseq;
    if (!rseq) return prack;
    const pattern = new RegExp(`^(rack[ \\t]*:[ \\t]*)${rseq.servers}\\b`, 'im');
    const translated = parseMessage(Buffer.from(raw.replace(pattern, `$1${rseq.ours}`)));
    return translated instanceof SipRequest ? translated : prack;
  }
}

/** The server hangs up after 64*T1 without an ACK; if it does not, we do. */
const ACK_LIMIT_MS = 40_000;

const acceptedKey = (callId: string, remoteTag: string): string => `${remoteTag} ${callId}`;

const NOWHERE: TransportAddress = { transport: 'udp', address: '0.0.0.0', port: 5060 };

/** The way that a request came: the server tells its source, and newer ones the listener. */
function flowOf(received: SrfRequest, connection: ServerConnection): DrachtioFlow {
  // The protocol of an ACK may be missing.
  const transport = isTransportName(received.protocol) ? received.protocol : 'udp';
  const remote = { transport, address: received.source_address, port: received.source_port };
  const listeners = connection.addresses.filter((address) => address.transport === transport);
  const on = /^\[?(.+?)\]?:(\d+)$/.exec(received.receivedOn ?? '');
  const local = on ? { transport, address: on[1]!, port: Number(on[2]) } : (listeners[0] ?? NOWHERE);
  return new DrachtioFlow(connection, remote, local);
}
