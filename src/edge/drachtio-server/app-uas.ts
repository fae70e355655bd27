import type { SipRequest } from '../../sip/message/index.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { AppDialog } from './app-dialogs.ts';
import type { AppMessage } from './app-message.ts';
import { AppRequest, type HangUp } from './app-request.ts';
import type { ClientConnection, Command } from './client-connection.ts';
import { metaOf, receivedText, type ServerContext } from './server-context.ts';
import { notification } from './wire.ts';

/** Requests that came in and were given to applications, until their final responses. */
export class AppUas {
  readonly #context: ServerContext;
  readonly #hangUp: HangUp;
  readonly #requests = new Map<string, AppRequest>();

  constructor(context: ServerContext, hangUp: HangUp) {
    this.#context = context;
    this.#hangUp = hangUp;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** Gives a new request to an application; `dialog` when it came in one. */
  give(
    client: ClientConnection,
    request: SipRequest,
    transaction: ServerTransaction,
    dialog?: AppDialog,
  ): AppRequest {
    const entry: AppRequest = new AppRequest(
      this.#context,
      this.#hangUp,
      client,
      request,
      transaction,
      dialog,
      () => this.#requests.delete(entry.id),
    );
    this.#requests.set(entry.id, entry);
    transaction.user = entry;
    this.#notify(client, request, transaction.flow, entry.id, dialog?.id ?? '');
    if (request.method === 'INVITE') transaction.reply(100);
    return entry;
  }

  /** The ACK of a 2xx, or a request that belongs to one that the application answers, such as CANCEL. */
  giveAck(dialog: AppDialog, request: SipRequest, flow: Flow): void {
    this.#context.dialogs.acked(dialog);
    if (dialog.state === 'over') return;
    this.#notify(dialog.client, request, flow, dialog.answeredId ?? this.#context.ids.token(), dialog.id);
  }

  /** A PRACK: for a reliable response of ours, or refused. */
  givePrack(dialog: AppDialog, request: SipRequest, transaction: ServerTransaction): void {
    if (!dialog.reliable?.onPrack(request, transaction)) transaction.reply(481);
    else this.give(dialog.client, request, transaction, dialog);
  }

  get(transactionId: string): AppRequest | undefined {
    return this.#requests.get(transactionId);
  }

  /** An application answers. */
  respond(client: ClientConnection, command: Command, transactionId: string, app: AppMessage): void {
    const entry = this.#requests.get(transactionId);
    if (!entry || entry.client !== client)
      return client.refuse(command, 'Response not sent due to unknown transaction');
    entry.respond(command, app);
  }

  /** The application is gone: what it had not answered gets 503. */
  gone(client: ClientConnection): void {
    for (const entry of [...this.#requests.values()]) {
      if (entry.client === client) entry.giveUp();
    }
  }

  #notify(client: ClientConnection, request: SipRequest, flow: Flow, id: string, dialogId: string): void {
    const text = receivedText(request);
    const meta = metaOf(this.#context, 'network', flow.remote, text);
    client.notify(notification(meta, id, dialogId, flow.local, text));
  }
}
