import { Dialog } from '../../sip/dialog/dialog.ts';
import type { SipResponse } from '../../sip/message/index.ts';
import { ownCopy } from '../../sip/transaction/own-text.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import { reasonLine } from './header-lines.ts';
import type { LegHome } from './leg-home.ts';
import type { AcceptedUser, SentAck, UacRequestUser, UacTransaction } from './request-sender.ts';

/**
 * An INVITE of ours after its first 2xx, for as long as more of them may come (Timer M): a repeated 2xx gets its
 * ACK again, a forked one ACK and BYE (RFC 3261 13.2.2.4). Knows nothing of the leg, which may end before.
 */
export class AcceptedInvite implements AcceptedUser {
  readonly #home: Pick<LegHome, 'uac' | 'userAgentLine'>;
  readonly #localTag: string;
  readonly #flow: Flow | undefined;
  /** The dialog that the leg took, by its remote tag, and its ACK: kept half a minute for every call. */
  #taken: string | undefined;
  #ack: SentAck | undefined;
  /** ACKs of forked dialogs by remote tag; hardly ever there are any. */
  #forks: Map<string, SentAck | undefined> | undefined;

  constructor(home: Pick<LegHome, 'uac' | 'userAgentLine'>, localTag: string, flow: Flow | undefined) {
    this.#home = home;
    this.#localTag = localTag;
    this.#flow = flow;
  }

  /** The leg took the dialog with this tag; `ack` once it was sent. */
  taken(remoteTag: string, ack: SentAck | undefined): void {
    this.#taken ??= ownCopy(remoteTag);
    this.#ack = ack;
  }

  onResponse(response: SipResponse, transaction: UacTransaction): void {
    if (!response.isSuccess) return;
    const { tag } = response.to;
    // Without an ACK yet the answer to their offer is still being made.
    if (tag === this.#taken) this.#ack?.send();
    else if (this.#forks?.has(tag)) this.#forks.get(tag)?.send();
    else this.#refuse(response, transaction.draft);
  }

  onFailure(): void {
    this.#ack = undefined;
    this.#forks = undefined;
  }

  /** Takes the call up and hangs up: a fork that lost, or a call that was given up meanwhile. */
  #refuse(response: SipResponse, draft: RequestDraft): void {
    const home = this.#home;
    const dialog = Dialog.ofUac(draft, this.#localTag, response);
    const headerLines = home.userAgentLine;
    this.#forks ??= new Map();
    this.#forks.set(response.to.tag, home.uac.sendAck(dialog.ack(draft.cseq, { headerLines }), this.#flow));
    const bye = dialog.request('BYE', { headerLines: headerLines + reasonLine('answered-elsewhere') });
    home.uac.send(bye, { flow: this.#flow, nextSeq: () => dialog.takeSeq() }, DEAF);
  }
}

const DEAF: UacRequestUser = { onFinal: () => {}, onUnanswered: () => {} };
