import type { Timer } from '../../shared/clock.ts';
import type { Dialog } from '../../sip/dialog/dialog.ts';
import {
  Header,
  parseNameAddr,
  reasonPhrase,
  type SipRequest,
  unescapeUri,
} from '../../sip/message/index.ts';
import { contactUri } from '../../sip/transaction/request-draft.ts';
import type { UasTransaction } from '../../sip/transaction/uas-transaction.ts';
import type { EdgeResponse, NameAddress, ReferRequest, SipLeg } from '../edge.ts';
import { DECISION_LIMIT_MS, DEFAULT_ANSWERS } from './default-answers.ts';
import { nameAddress } from './edge-message.ts';
import { oneLine } from './header-lines.ts';
import type { LegContext } from './leg-context.ts';
import type { LegHome } from './leg-home.ts';
import { parseReplaces, type Replaces } from './replaces.ts';

/** RFC 3515 2.4.4: how long the implicit subscription of a REFER lasts at most, in seconds. */
const SUBSCRIPTION_SECONDS = 180;

/** REFER and its NOTIFYs in both directions (RFC 3515, RFC 3891, RFC 3892). */
export class Transfer {
  readonly #leg: LegContext;
  /** REFERs that the PBX has not decided about. */
  readonly #asked = new Set<IncomingRefer>();
  /** We have sent a REFER, whose NOTIFYs are welcome. */
  #hasReferred = false;

  constructor(leg: LegContext) {
    this.#leg = leg;
  }

  /** Asks the far end to call `target`, in place of `replaces` when that is given. */
  refer(target: string, replaces: Dialog | undefined): Promise<EdgeResponse> {
    const referTo = replaces ? `<${withReplaces(target, replaces)}>` : `<${target}>`;
    const from = this.#leg.dialog ? (parseNameAddr(this.#leg.dialog.local)?.uri.text ?? '') : '';
    this.#hasReferred = true;
    const headerLines = `Refer-To: ${oneLine(referTo)}\r\nReferred-By: <${from}>\r\n`;
    return this.#leg.ask('REFER', { headerLines });
  }

  /** A REFER came in the dialog. */
  onRefer(request: SipRequest, transaction: UasTransaction): void {
    const targets = request.addresses(Header.ReferTo);
    // RFC 3515 2.4.1: exactly one Refer-To.
    if (targets?.length !== 1) {
      transaction.reply(400, { reason: 'One Refer-To Wanted' });
      return;
    }
    const named = replacesIn(targets[0]!.uri.rawHeaders);
    const replaced = named && legOf(this.#leg.home, named);
    // RFC 3891 3: asked to connect two calls, we ring nobody anew when one of them is over.
    if (named && !replaced) {
      transaction.reply(481);
      return;
    }
    const { onRefer } = this.#leg.delegate;
    if (!onRefer) {
      transaction.reply(DEFAULT_ANSWERS.refer);
      return;
    }
    const refer: IncomingRefer = new IncomingRefer(this.#leg, request, transaction, replaced, () =>
      this.#asked.delete(refer),
    );
    this.#asked.add(refer);
    try {
      onRefer.call(this.#leg.delegate, refer);
    } catch {
      refer.refuse(DEFAULT_ANSWERS.delegateFailed);
    }
  }

  /** The leg has ended: what is undecided is refused. */
  close(): void {
    for (const refer of this.#asked) refer.refuse(DEFAULT_ANSWERS.dialogOver);
  }

  /** A NOTIFY came for the REFER of ours: its sipfrag says how far the far end has got. */
  onNotify(request: SipRequest, transaction: UasTransaction): void {
    // RFC 6665 4.1.3
    if (!this.#hasReferred) {
      transaction.reply(DEFAULT_ANSWERS.noSubscription);
      return;
    }
    transaction.reply(200);
    const status = sipfragStatus(request.bodyText);
    if (status !== undefined) this.#leg.events.emit('referProgress', { status });
  }
}

/** A REFER that waits for the PBX's answer, then the subscription that it made. */
class IncomingRefer implements ReferRequest {
  readonly target: NameAddress;
  readonly replaces: SipLeg | undefined;
  readonly referredBy: string | undefined;
  readonly #leg: LegContext;
  readonly #home: LegHome;
  readonly #transaction: UasTransaction;
  /** RFC 3515 2.4.6: told apart by the CSeq of its REFER. */
  readonly #eventLine: string;
  readonly #silent: boolean;
  /** `ending`: the last NOTIFY waits or is on its way. */
  #state: 'asked' | 'subscribed' | 'ending' | 'over' = 'asked';
  readonly #toSend: number[] = [];
  #isSending = false;
  readonly #limit: Timer;
  readonly #onDecided: () => void;

  constructor(
    leg: LegContext,
    request: SipRequest,
    transaction: UasTransaction,
    replaced: SipLeg | undefined,
    onDecided: () => void,
  ) {
    this.#leg = leg;
    this.#onDecided = onDecided;
    this.#limit = leg.home.clock.after(DECISION_LIMIT_MS.request, () => this.refuse(DEFAULT_ANSWERS.refer));
    this.#home = leg.home;
    this.#transaction = transaction;
    const referTo = request.addresses(Header.ReferTo)![0]!;
    this.target = nameAddress(referTo);
    this.replaces = replaced;
    this.referredBy = request.get(Header.ReferredBy);
    this.#eventLine = `Event: refer;id=${request.cseq.number}\r\n`;
    // RFC 4488: no subscription is wanted.
    this.#silent = request.get(Header.ReferSub)?.trim().toLowerCase() === 'false';
  }

  accept(): void {
    if (this.#state !== 'asked') return;
    this.#decide(this.#silent ? 'over' : 'subscribed');
    const contact = `Contact: <${contactUri(this.#transaction.flow, '')}>\r\n`;
    const headerLines = contact + this.#home.serverLine + (this.#silent ? 'Refer-Sub: false\r\n' : '');
    this.#transaction.reply(202, { headerLines });
    // RFC 3515 2.4.4: the first NOTIFY follows at once.
    this.#notify(100);
  }

  progress(status: number): void {
    if (this.#state === 'asked') this.accept();
    this.#notify(status);
  }

  refuse(status: number): void {
    if (this.#state !== 'asked') return;
    this.#decide('over');
    this.#transaction.reply(status);
  }

  #decide(state: 'subscribed' | 'over'): void {
    this.#state = state;
    this.#limit.cancel();
    this.#onDecided();
  }

  /** One NOTIFY after the other: they must not overtake each other on the way. */
  #notify(status: number): void {
    if (this.#state !== 'subscribed') return;
    this.#toSend.push(status);
    if (status >= 200) this.#state = 'ending';
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#isSending) return;
    const status = this.#toSend.shift();
    if (status === undefined) return;
    const final = status >= 200;
    const subscription = final ? 'terminated;reason=noresource' : `active;expires=${SUBSCRIPTION_SECONDS}`;
    const answered = (isWelcome: boolean) => {
      this.#isSending = false;
      // RFC 6665 4.1.2.3: whoever does not want the NOTIFY has no subscription any more.
      if (!isWelcome || final) this.#over();
      else this.#sendNext();
    };
    this.#isSending = true;
    this.#leg.send(
      'NOTIFY',
      {
        headerLines: `${this.#eventLine}Subscription-State: ${subscription}\r\n`,
        contentType: 'message/sipfrag;version=2.0',
        body: `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`,
      },
      {
        onFinal: (response) => answered(response.isSuccess),
        onUnanswered: () => answered(false),
      },
    );
  }

  #over(): void {
    this.#state = 'over';
    this.#toSend.length = 0;
  }
}

/** Status of a message/sipfrag body that starts with a status line. */
function sipfragStatus(body: string): number | undefined {
  const match = /^SIP\/2\.0 ([1-6]\d\d)(?: |\r|\n|$)/.exec(body);
  return match ? Number(match[1]) : undefined;
}

/** The Replaces in the URI of a Refer-To; undefined when there is none that can be read. */
function replacesIn(rawHeaders: string): Replaces | undefined {
  for (const header of rawHeaders.split('&')) {
    const equals = header.indexOf('=');
    if (equals < 0 || header.slice(0, equals).toLowerCase() !== 'replaces') continue;
    return parseReplaces(unescapeUri(header.slice(equals + 1)));
  }
  return undefined;
}

/** RFC 3891 3: the leg of ours that is named; undefined when we have none. */
function legOf({ dialogs }: LegHome, { callId, toTag, fromTag }: Replaces): SipLeg | undefined {
  // The transferor names the dialog as the transfer target sees it: our own end of it may be either one.
  const entry = dialogs.find(callId, toTag, fromTag) ?? dialogs.find(callId, fromTag, toTag);
  return entry?.usage.leg;
}

/** RFC 3891 6.1: `target` with the dialog that the call shall replace, named as its far end knows it. */
function withReplaces(target: string, dialog: Dialog): string {
  const value = `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
  return `${target}${target.includes('?') ? '&' : '?'}Replaces=${encodeURIComponent(value)}`;
}
