import type { Dialog } from '../../sip/dialog/dialog.ts';
import { Header, type SipRequest } from '../../sip/message/index.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import { DEFAULT_ANSWERS } from './default-answers.ts';
import { ReceivedRequest } from './edge-message.ts';
import { ACCEPT_LINE, ALLOW_LINE, METHODS } from './header-lines.ts';
import { infoDigit } from './info-digits.ts';
import type { LegContext } from './leg-context.ts';
import { acceptsBody, type Renegotiation } from './renegotiation.ts';
import type { Transfer } from './transfer.ts';

/** A leg as the requests of its dialog see it. */
export interface InDialogLeg extends LegContext {
  readonly renegotiation: Renegotiation;
  readonly transfer: Transfer;
  /** A PRACK; false when no reliable provisional response of ours waits for it. */
  onPrack(request: SipRequest, transaction: UasTransaction): boolean;
  /** A BYE came and has been answered. */
  byeReceived(request: SipRequest): void;
}

/** RFC 3261 12.2.2: answers a request that came in the dialog of a leg. */
export function answerInDialog(
  leg: InDialogLeg,
  request: SipRequest,
  transaction: UasTransaction,
  dialog: Dialog,
): void {
  transaction.localTag = dialog.localTag;
  if (dialog.receive(request) === 'out-of-order') {
    transaction.reply(DEFAULT_ANSWERS.outOfOrder, { reason: 'CSeq Out Of Order' });
    return;
  }
  switch (request.method) {
    case 'BYE':
      transaction.reply(200, { headerLines: leg.home.serverLine });
      leg.byeReceived(request);
      break;
    case 'INVITE':
    case 'UPDATE':
      if (acceptsBody(request)) leg.renegotiation.onRequest(request, transaction);
      else transaction.reply(415, { headerLines: ACCEPT_LINE });
      break;
    case 'PRACK':
      // RFC 3262 3
      if (!leg.onPrack(request, transaction)) transaction.reply(DEFAULT_ANSWERS.noDialog);
      break;
    case 'INFO':
      answerInfo(leg, request, transaction);
      break;
    case 'REFER':
      dialog.refreshTarget(request);
      leg.transfer.onRefer(request, transaction);
      break;
    case 'NOTIFY':
      answerNotify(leg, request, transaction, dialog);
      break;
    case 'OPTIONS':
      transaction.reply(200, { headerLines: leg.home.serverLine + leg.featureLines + ACCEPT_LINE });
      break;
    default:
      askDelegate(leg, request, transaction, defaultAnswer(request.method));
  }
}

function defaultAnswer(method: string): number {
  if (method === 'SUBSCRIBE') return DEFAULT_ANSWERS.unknownEvent;
  const known = (METHODS as readonly string[]).includes(method);
  return known ? DEFAULT_ANSWERS.methodNotAllowed : DEFAULT_ANSWERS.unknownMethod;
}

function answerInfo(leg: InDialogLeg, request: SipRequest, transaction: UasTransaction): void {
  // RFC 6086 4.2.2: packages belong to the PBX; without one it is a body of the field's own custom.
  if (request.has('Info-Package')) return askDelegate(leg, request, transaction, DEFAULT_ANSWERS.infoPackage);
  const digit = infoDigit(request.contentType, request.bodyText);
  if (!digit) return askDelegate(leg, request, transaction, DEFAULT_ANSWERS.info);
  transaction.reply(200);
  leg.events.emit('digit', digit);
}

function answerNotify(
  leg: InDialogLeg,
  request: SipRequest,
  transaction: UasTransaction,
  dialog: Dialog,
): void {
  const event = (request.get(Header.Event) ?? '').split(';', 1)[0]!.trim().toLowerCase();
  dialog.refreshTarget(request);
  if (event === 'refer') leg.transfer.onNotify(request, transaction);
  else askDelegate(leg, request, transaction, DEFAULT_ANSWERS.noSubscription);
}

/** Asks the PBX; `otherwise` is the answer of a PBX that has none. */
function askDelegate(
  leg: InDialogLeg,
  request: SipRequest,
  transaction: UasTransaction,
  otherwise: number,
): void {
  const { delegate, home } = leg;
  if (!delegate.onRequest) return replyDefault(transaction, otherwise);
  const edgeRequest = new ReceivedRequest(request, transaction.flow);
  home.replies.ask((asked) => delegate.onRequest!(asked), edgeRequest, transaction);
}

function replyDefault(transaction: UasTransaction, status: number): void {
  // RFC 3261 8.2.1, 21.4.13; RFC 6665 8.3.1
  let lines = '';
  if (status === 405 || status === 501) lines = ALLOW_LINE;
  else if (status === 415) lines = ACCEPT_LINE;
  else if (status === 469) lines = 'Recv-Info: \r\n';
  else if (status === 489) lines = 'Allow-Events: refer\r\n';
  transaction.reply(status, { headerLines: lines });
}
