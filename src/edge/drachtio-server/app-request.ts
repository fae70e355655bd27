import { Dialog } from '../../sip/dialog/dialog.ts';
import { Header, ResponseHead, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import { contactUri } from '../../sip/transaction/request-draft.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import { WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import { transactionTimeoutMs } from '../../sip/transaction/timing.ts';
import type { UasTransactionUser } from '../../sip/transaction/uas-transaction.ts';
import { ReliableProvisionals } from '../leg/reliable-provisionals.ts';
import { stickyFlow } from '../leg/sticky-flow.ts';
import { type AppDialog, newAppDialog, type PendingRequest } from './app-dialogs.ts';
import { type AppMessage, contactLines } from './app-message.ts';
import { noteSubscription } from './app-subscriptions.ts';
import type { ClientConnection, Command } from './client-connection.ts';
import { metaOf, receivedText, type ServerContext } from './server-context.ts';
import { notification, sentResponse } from './wire.ts';

/** Methods whose answers carry our Contact (RFC 3261 12.1.1; 3311; 6665). */
const WITH_CONTACT: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER', 'NOTIFY']);

/** Hangs up for an application: the server's own BYE in a dialog. */
export type HangUp = (entry: AppDialog, why: string) => void;

/** What a reliable provisional response needs to be written again. */
interface AppProvisional {
  readonly status: number;
  readonly sdp: string | undefined;
  readonly command: Command;
  readonly app: AppMessage;
}

/** One request that an application has to answer. */
export class AppRequest implements UasTransactionUser, PendingRequest, WheelTimerOwner {
  readonly id: string;
  readonly client: ClientConnection;
  readonly request: SipRequest;
  readonly transaction: ServerTransaction;
  readonly #context: ServerContext;
  readonly #hangUp: HangUp;
  readonly #head: ResponseHead;
  readonly #inDialog: boolean;
  readonly #onOver: () => void;
  readonly #limit = new WheelTimer(this);
  #dialog: AppDialog | undefined;

  constructor(
    context: ServerContext,
    hangUp: HangUp,
    client: ClientConnection,
    request: SipRequest,
    transaction: ServerTransaction,
    dialog: AppDialog | undefined,
    onOver: () => void,
  ) {
    this.id = context.ids.token();
    this.#context = context;
    this.#hangUp = hangUp;
    this.client = client;
    this.request = request;
    this.transaction = transaction;
    this.#dialog = dialog;
    this.#inDialog = dialog !== undefined;
    this.#head = new ResponseHead(request);
    this.#onOver = onOver;
    if (request.method !== 'BYE') dialog?.pending.add(this);
    const { wheel, timing } = context.transactions;
    // RFC 4320 4.2: who asked has given up by then; an INVITE may ring for as long as the caller likes.
    if (request.method !== 'INVITE') wheel.start(this.#limit, transactionTimeoutMs(timing));
  }

  respond(command: Command, app: AppMessage): void {
    const { status } = app.message as SipResponse;
    if (!this.transaction.pending)
      return this.client.refuse(command, 'a final response has already been sent');
    if (status < 100 || status > 699) return this.client.refuse(command, 'not a response');
    this.#learnTag(app);
    const makesDialog = this.request.method === 'INVITE' ? status > 100 : status >= 200;
    if (makesDialog && status < 300 && !this.#dialog && this.request.method !== 'REGISTER')
      this.#makeDialog(status);
    if (status < 200 && app.message.listHas(Header.Require, '100rel'))
      return this.#respondReliably(command, status, app);
    this.#send(command, status, app, '');
    if (status >= 200) this.#final(status, app.message.number(Header.Expires));
  }

  /** Not an application's any more: a proxy answers it. */
  release(): void {
    this.#over();
    this.#dialog?.reliable?.close();
    if (!this.#inDialog && this.#dialog) this.#context.dialogs.remove(this.#dialog);
  }

  giveUp(): void {
    this.#over();
    this.#dialog?.reliable?.close();
    this.transaction.reply(503);
    if (this.#isCall) {
      const text = () => this.#head.write(503, this.transaction.localTag, {});
      this.#context.records.refused('application', 503, text);
    }
  }

  /** RFC 3261 15.1.2: what is pending when the dialog ends gets 487, whatever the application says later. */
  dialogOver(): void {
    this.#over();
    this.#dialog?.reliable?.close();
    this.transaction.reply(487);
  }

  /** The application has not answered in time. */
  onTimer(): void {
    this.#over();
    this.transaction.terminate();
    if (this.request.method === 'BYE' && this.#dialog) this.#context.dialogs.remove(this.#dialog);
  }

  /** An INVITE outside of dialogs. */
  get #isCall(): boolean {
    return this.request.method === 'INVITE' && !this.#inDialog;
  }

  onCancel(_transaction: unknown, cancel: SipRequest): void {
    const { flow } = this.transaction;
    const text = receivedText(cancel);
    const meta = metaOf(this.#context, 'network', flow.remote, text);
    this.client.notify(notification(meta, this.id, this.#dialog?.id ?? '', flow.local, text));
    this.transaction.reply(487);
    if (this.#isCall) this.#context.records.stop('network', 'call-canceled', () => text);
    this.#final(487);
  }

  /** RFC 3261 13.3.1.4: no ACK for our 2xx. */
  onAckTimeout(): void {
    this.#over();
    const dialog = this.#noAck();
    if (dialog?.state === 'open') this.#hangUp(dialog, 'ACK timeout');
  }

  onTransportError(): void {
    this.#over();
    this.#noAck();
    if (!this.#inDialog && this.#dialog) this.#context.dialogs.remove(this.#dialog);
  }

  /** No ACK comes for our 2xx: the dialog that waits for it. */
  #noAck(): AppDialog | undefined {
    const dialog = this.#dialog;
    if (!dialog || dialog.answered !== this.transaction) return undefined;
    this.#context.dialogs.acked(dialog);
    return dialog;
  }

  /** An application may choose the tag of To, before the first response with one. */
  #learnTag(app: AppMessage): void {
    const tag = app.message.to.tag;
    if (tag !== '' && this.request.to.tag === '' && !this.#dialog) this.transaction.localTag = tag;
  }

  #makeDialog(status: number): void {
    const { method } = this.request;
    if (method !== 'INVITE' && method !== 'SUBSCRIBE' && method !== 'REFER') return;
    if (method !== 'INVITE' && status >= 300) return;
    const { request, transaction } = this;
    const dialog = Dialog.ofUas(request, transaction.localTag);
    const { dialogs } = this.#context;
    const entry = newAppDialog(
      dialogs.nameFor(request.callId, request.from.tag),
      dialog,
      this.client,
      method === 'INVITE',
      stickyFlow(request, transaction.flow),
    );
    this.#dialog = entry;
    entry.pending.add(this);
    dialogs.add(entry);
  }

  #respondReliably(command: Command, status: number, app: AppMessage): void {
    const { request } = this;
    const takes = request.listHas(Header.Supported, '100rel') || request.listHas(Header.Require, '100rel');
    const dialog = this.#dialog;
    if (!takes || !dialog) return this.client.refuse(command, 'Remote endpoint does not support 100rel');
    dialog.reliable ??= this.#newReliable();
    const provisional: AppProvisional = { status, sdp: app.body, command, app };
    dialog.reliable.send(provisional);
  }

  #newReliable(): ReliableProvisionals {
    const { transactions, ids } = this.#context;
    let echoed: AppProvisional | undefined;
    const user = {
      sendReliably: (provisional: AppProvisional, rseqLine: string) => {
        const isFirst = echoed !== provisional;
        echoed = provisional;
        this.#send(isFirst ? provisional.command : undefined, provisional.status, provisional.app, rseqLine);
      },
      // The application answers the PRACK.
      onAcknowledged: () => {},
      onNeverAcknowledged: () => {
        this.transaction.reply(504);
        this.#final(504);
      },
    };
    const firstRseq = 1 + Math.floor(ids.random() * 0x3fffffff);
    return new ReliableProvisionals(
      user as ConstructorParameters<typeof ReliableProvisionals>[0],
      transactions.wheel,
      transactions.timing,
      this.request.cseq.number,
      firstRseq,
    );
  }

  /** Sends; `command` is told what was sent. */
  #send(command: Command | undefined, status: number, app: AppMessage, rseqLine: string): void {
    const { transaction } = this;
    const { flow } = transaction;
    // RFC 3262 3: RSeq and Require are the server's.
    const own = rseqLine === '' ? app.headerLines : app.headerLines.replace(/^require:.*\r\n/gim, '');
    const text = this.#head.write(status, transaction.localTag, {
      reason: (app.message as SipResponse).reason || undefined,
      headerLines: this.#contactLines(status, app) + own + rseqLine,
      contentType: app.contentType,
      body: app.body,
    });
    transaction.respond(status, text);
    if (this.#isCall && status >= 200) this.#record(status, text);
    if (!command) return;
    const meta = metaOf(this.#context, 'application', flow.remote, text);
    this.client.answer(command, sentResponse(meta, this.id, this.#dialog?.id ?? '', text));
  }

  #record(status: number, text: string): void {
    const { records } = this.#context;
    if (status < 300) records.start('application', 'uas', () => text);
    else records.refused('application', status, () => text);
  }

  #contactLines(status: number, app: AppMessage): string {
    const { flow } = this.transaction;
    if (app.contacts.length > 0) return contactLines(app, flow);
    if (!WITH_CONTACT.has(this.request.method) || status === 100 || status >= 300) return '';
    return `Contact: <${contactUri(flow, '')}>\r\n`;
  }

  #final(status: number, expires?: number): void {
    const dialog = this.#dialog;
    const { request } = this;
    const { method } = request;
    this.#over();
    if (!dialog) return;
    if (!this.#inDialog) {
      // RFC 3262 3: a PRACK may have crossed the 2xx; there is no dialog for it after a refusal.
      if (status < 300) dialog.reliable?.finalSent();
      else dialog.reliable?.close();
    }
    if (method === 'BYE') this.#context.dialogs.remove(dialog);
    else if (status >= 300 && !this.#inDialog) this.#context.dialogs.remove(dialog);
    else if (method === 'INVITE' && status < 300) {
      dialog.answered = this.transaction;
      dialog.answeredId = this.id;
      dialog.dialog.confirm();
    }
    const state = request.get(Header.SubscriptionState);
    const seconds = expires ?? request.number(Header.Expires);
    noteSubscription(this.#context.dialogs, dialog, { method, status, state, expires: seconds });
  }

  /** Nothing more is expected of the application. */
  #over(): void {
    this.#onOver();
    const { transaction } = this;
    // It lives on for up to 32 s, and would keep the whole message; only a 2xx waits for its ACK.
    if (transaction.user === this && !transaction.accepted) transaction.user = undefined;
    this.#dialog?.pending.delete(this);
    this.#context.transactions.wheel.stop(this.#limit);
  }
}
