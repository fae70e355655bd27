import { ResponseHead, type SipRequest } from '../../sip/message/index.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import { METHODS } from '../leg/header-lines.ts';
import { type AppDialog, REFRESHES_TARGET } from './app-dialogs.ts';
import { parseAppMessage } from './app-message.ts';
import type { AppRing } from './app-ring.ts';
import { AppUac } from './app-uac.ts';
import { AppUas } from './app-uas.ts';
import type { ClientConnection, Command } from './client-connection.ts';
import { type ApplicationAddress, type HandlerRule, RequestHandlers } from './request-handlers.ts';
import { metaOf, receivedText, type ServerContext } from './server-context.ts';
import { SipProxy } from './sip-proxy.ts';
import { notification } from './wire.ts';

/** Decides which application gets a request, and which part of the server does a command. */
export class AppRouter {
  readonly #context: ServerContext;
  readonly #uas: AppUas;
  readonly #uac: AppUac;
  readonly #proxy: SipProxy;
  readonly #handlers: RequestHandlers;
  readonly #ring: AppRing;

  constructor(
    context: ServerContext,
    ring: AppRing,
    rules: readonly HandlerRule[],
    connect: (target: ApplicationAddress) => ClientConnection,
  ) {
    this.#context = context;
    this.#ring = ring;
    this.#uas = new AppUas(context, (entry, why) => this.#hangUp(entry, why));
    this.#uac = new AppUac(context);
    this.#proxy = new SipProxy(context);
    this.#handlers = new RequestHandlers(context, rules, ring, connect);
  }

  /** Requests that wait for an answer, of applications or for them. */
  get size(): number {
    return this.#uas.size + this.#uac.size + this.#proxy.size + this.#handlers.size;
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    if (request.to.tag !== '') return this.#onDialogRequest(request, transaction);
    if (request.method === 'INVITE') this.#context.records.attempt('network', () => receivedText(request));
    const rule = this.#handlers.ruleFor(request.method);
    if (rule) return this.#ask(rule, request, transaction);
    const client = this.#ring.pick(request.method);
    if (client) this.#uas.give(client, request, transaction);
    // RFC 3261 8.2.1: what nobody knows is not implemented; what nobody wants now may be wanted later.
    else if ((METHODS as readonly string[]).includes(request.method)) this.#refuse(request, transaction, 503);
    else transaction.reply(501, { headerLines: `Allow: ${METHODS.join(', ')}\r\n` });
  }

  onAck(request: SipRequest, flow: Flow): void {
    const dialog = this.#context.dialogs.ofAck(request);
    if (dialog) this.#uas.giveAck(dialog, request, flow);
    else this.#proxy.forwardAck(request);
  }

  onCommand(client: ClientConnection, command: Command): void {
    const { type, fields, payload, messageStart } = command;
    const app = parseAppMessage(payload, messageStart);
    if (type !== 'sip' && type !== 'proxy') return client.refuse(command, 'Unknown message type');
    if (!app) return client.refuse(command, 'Server error: not a SIP message');
    const [transactionId = '', dialogId = '', nextHop = ''] = fields;
    if (type === 'proxy') return this.#onProxy(client, command, transactionId, app);
    const { message } = app;
    if (!message.isRequest) this.#uas.respond(client, command, transactionId, app);
    else if (message.method === 'CANCEL') this.#uac.cancel(client, command, transactionId, app);
    else if (dialogId !== '' || message.method === 'ACK') {
      this.#uac.sendInDialog(client, command, dialogId, app);
    } else this.#uac.send(client, command, app, nextHop);
  }

  /** An application has said who it is. */
  ready(client: ClientConnection): void {
    if (!this.#handlers.ready(client)) this.#ring.add(client);
  }

  /** An application is gone: nobody can take over its calls, so they end. */
  gone(client: ClientConnection): void {
    this.#ring.remove(client);
    this.#handlers.gone(client);
    this.#uas.gone(client);
    this.#uac.gone(client);
    for (const entry of this.#context.dialogs.of(client)) this.#abandon(entry);
  }

  close(): void {
    // Nobody can wait for an ACK any more.
    for (const entry of this.#context.dialogs.all()) entry.afterAck?.();
    this.#proxy.close();
    this.#handlers.close();
  }

  #onDialogRequest(request: SipRequest, transaction: ServerTransaction): void {
    const entry = this.#context.dialogs.ofRequest(request) ?? this.#uac.subscribedBy(request);
    if (!entry) {
      if (!this.#proxy.forwardInDialog(request, transaction)) transaction.reply(481);
      return;
    }
    transaction.localTag = entry.dialog.localTag;
    if (entry.dialog.receive(request) === 'out-of-order') {
      transaction.reply(500, { reason: 'CSeq Out Of Order' });
      return;
    }
    if (request.method === 'PRACK') return this.#uas.givePrack(entry, request, transaction);
    if (REFRESHES_TARGET.has(request.method)) entry.dialog.refreshTarget(request);
    if (request.method === 'BYE') this.#onBye(entry, request);
    if (entry.client.authenticated) this.#uas.give(entry.client, request, transaction, entry);
    else transaction.reply(request.method === 'BYE' ? 200 : 503);
  }

  /** RFC 3261 15: who hangs up has the 2xx, or wants it no more; an ACK of it may never come. */
  #onBye(entry: AppDialog, request: SipRequest): void {
    const { dialogs, records } = this.#context;
    if (entry.isCall && entry.state === 'open')
      records.stop('network', 'normal-release', () => receivedText(request));
    entry.state = 'ending';
    dialogs.endPending(entry);
    if (!entry.client.authenticated) dialogs.remove(entry);
    entry.afterAck = undefined;
    dialogs.acked(entry);
  }

  /** The application of a dialog is gone. */
  #abandon(entry: AppDialog): void {
    const { dialogs } = this.#context;
    const talks = entry.isCall && entry.state === 'open' && entry.dialog.state === 'confirmed';
    if (!talks) return dialogs.remove(entry);
    const hangUp = () => void this.#bye(entry, 'application is gone');
    // RFC 3261 15: no BYE before the ACK of our 2xx, or its time limit.
    if (entry.answered) entry.afterAck = hangUp;
    else hangUp();
  }

  #onProxy(
    client: ClientConnection,
    command: Command,
    transactionId: string,
    app: NonNullable<ReturnType<typeof parseAppMessage>>,
  ): void {
    const entry = this.#uas.get(transactionId);
    if (!entry || entry.client !== client || !entry.transaction.pending) {
      return client.refuse(command, 'Response not sent due to unknown transaction');
    }
    if (this.#proxy.start(client, command, entry.request, entry.transaction, app)) entry.release();
  }

  /** A request whose application somebody else chooses (outbound mode, tags). */
  #ask(rule: HandlerRule, request: SipRequest, transaction: ServerTransaction): void {
    if (request.method === 'INVITE') transaction.reply(100);
    const withdraw = this.#handlers.ask(rule, request, transaction.flow.remote, {
      onClient: (client) => {
        if (transaction.pending) this.#uas.give(client, request, transaction);
      },
      onStatus: (status, reason) => this.#refuse(request, transaction, status, reason),
    });
    transaction.user = {
      onCancel: (_invite, cancel) => {
        withdraw();
        transaction.reply(487);
        this.#context.records.stop('network', 'call-canceled', () => receivedText(cancel));
      },
      onAckTimeout: () => {},
      onTransportError: withdraw,
    };
  }

  /** No application gets the request. */
  #refuse(request: SipRequest, transaction: ServerTransaction, status: number, reason?: string): void {
    transaction.reply(status, { reason });
    if (request.method !== 'INVITE') return;
    this.#context.records.refused('application', status, () =>
      new ResponseHead(request).write(status, transaction.localTag, { reason }),
    );
  }

  /** The server hangs up by itself and tells the application. */
  #hangUp(entry: AppDialog, why: string): void {
    const text = this.#bye(entry, why);
    const meta = metaOf(this.#context, 'application', undefined, text);
    entry.client.notify(notification(meta, 'unsolicited', entry.id, undefined, text));
  }

  #bye(entry: AppDialog, why: string): string {
    const { uac, dialogs } = this.#context;
    const reasonLine = `Reason: SIP;cause=200;text="${why}"\r\n`;
    const draft = entry.dialog.request('BYE', { headerLines: reasonLine });
    dialogs.remove(entry);
    uac.send(draft, { flow: entry.flow, nextSeq: () => entry.dialog.takeSeq() }, DEAF);
    const text = `BYE ${draft.uri} SIP/2.0\r\nFrom: ${draft.from}\r\nTo: ${draft.to}\r\nCall-ID: ${draft.callId}\r\nCSeq: ${draft.cseq} BYE\r\n${reasonLine}Content-Length: 0\r\n\r\n`;
    this.#context.records.stop('application', 'system-initiated-termination', () => text);
    return text;
  }
}

const DEAF = { onFinal: () => {}, onUnanswered: () => {} };
