import type { Timer } from '../../shared/clock.ts';
import { type NameAddr, ResponseHead, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import { type RequestDraft, viaValue, writeRequest } from '../../sip/transaction/request-draft.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import type { UasTransactionUser } from '../../sip/transaction/uas-transaction.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { SentRequest, UacRequestUser, UacTransaction } from '../leg/request-sender.ts';
import { metaOf, type ServerContext } from './server-context.ts';
import { type MessageMeta, proxiedResponse } from './wire.ts';

/** How a request is passed on. */
export interface ProxyPlan {
  readonly targets: readonly string[];
  /** All targets at once; otherwise one after the other. */
  readonly isParallel: boolean;
  /** An INVITE outside of dialogs: records tell of it. */
  readonly isCall: boolean;
  /** Contacts of a 3xx become targets. */
  readonly followsRedirects: boolean;
  /** Limits for the first provisional and for the final response of one target. */
  readonly provisionalMs: number | undefined;
  readonly finalMs: number | undefined;
  readonly draft: (uri: string) => RequestDraft;
  /** A target gave its final response. */
  readonly onFinal: (text: (meta: MessageMeta) => string, meta: MessageMeta) => void;
  /** The request has been answered for good. */
  readonly onDone: () => void;
}

/** RFC 3261 16.6, Timer C. */
const TIMER_C_MS = 185_000;
const MAX_TARGETS = 20;

/** One request on its way through the server (RFC 3261 16). */
export class ProxiedRequest implements UasTransactionUser {
  readonly #context: ServerContext;
  readonly #request: SipRequest;
  readonly #transaction: ServerTransaction;
  readonly #plan: ProxyPlan;
  readonly #onOver: () => void;
  readonly #targets: string[];
  readonly #branches = new Set<ProxyBranch>();
  #next = 0;
  #best: SipResponse | undefined;
  /** What stands for targets that gave no final response (RFC 3261 16.7.6): 408 before 500. */
  #unanswered: 408 | 500 = 500;
  #cancelled = false;
  /** No more targets are tried. */
  #stopped = false;
  #over = false;

  constructor(
    context: ServerContext,
    request: SipRequest,
    transaction: ServerTransaction,
    plan: ProxyPlan,
    onOver: () => void,
  ) {
    this.#context = context;
    this.#request = request;
    this.#transaction = transaction;
    this.#plan = plan;
    this.#onOver = onOver;
    this.#targets = [...plan.targets];
  }

  start(): void {
    this.#transaction.user = this;
    this.#goOn();
  }

  /** RFC 3261 16.10 */
  onCancel(): void {
    this.#cancelled = true;
    this.#stop();
    this.#goOn();
  }

  onAckTimeout(): void {}

  onTransportError(): void {
    this.onCancel();
  }

  /** The server closes. */
  close(): void {
    this.#stop();
    this.#end();
  }

  /** A provisional response of a target, but not 100. */
  provisional(response: SipResponse): void {
    if (this.#transaction.pending) this.#transaction.respond(response.status, withoutTopVia(response));
  }

  final(branch: ProxyBranch, response: SipResponse, flow: Flow | undefined): void {
    this.#branches.delete(branch);
    const text = withoutTopVia(response);
    const meta = metaOf(this.#context, 'network', flow?.remote, response.wholeText);
    // The command has had its last answer.
    if (!this.#over) this.#plan.onFinal((of) => proxiedResponse(of, text), meta);
    if (this.#plan.isCall) this.#record(response, text);
    if (response.isSuccess) return this.#accept(response.status, text);
    // RFC 3261 16.7.4: a redirection that is followed is no answer.
    const isFollowed = this.#plan.followsRedirects && response.status < 400 && this.#redirect(response);
    if (!isFollowed) this.#best = better(this.#best, response);
    // RFC 3261 16.7.5: 6xx is for all.
    if (response.status >= 600) this.#stop();
    this.#goOn();
  }

  /** No final response can come of a target: it was silent, or no transport of ours leads there. */
  unanswered(branch: ProxyBranch, status: 408 | 503): void {
    this.#branches.delete(branch);
    if (status === 408) this.#unanswered = 408;
    this.#goOn();
  }

  /** 2xx that come after the first one go up as they are (RFC 3261 16.7.5). */
  repeated(response: SipResponse): void {
    this.#transaction.flow.send(withoutTopVia(response));
  }

  #accept(status: number, text: string): void {
    if (this.#transaction.pending) {
      this.#transaction.respond(status, text);
      // The far end repeats its 2xx, and the ACK goes past us.
      this.#transaction.acked();
    } else this.#transaction.flow.send(text);
    this.#stop();
    this.#end();
  }

  #record(response: SipResponse, text: string): void {
    const { records } = this.#context;
    if (!response.isSuccess) return records.refused('network', response.status, () => response.wholeText);
    records.start('network', 'proxy-uac', () => response.wholeText);
    if (this.#transaction.pending) records.start('application', 'proxy-uas', () => text);
  }

  /** Adds the contacts, the best first; none twice (RFC 3261 16.5). False when there is no new one. */
  #redirect(response: SipResponse): boolean {
    const before = this.#targets.length;
    const contacts = [...response.contacts].sort((one, other) => qOf(other) - qOf(one));
    for (const { uri } of contacts) {
      const isNew = !this.#targets.includes(uri.text);
      if (isNew && this.#targets.length < MAX_TARGETS) this.#targets.push(uri.text);
    }
    return this.#targets.length > before;
  }

  /** Tries what is still to be tried; answers when nothing is left to wait for. */
  #goOn(): void {
    if (this.#over) return;
    while (!this.#stopped && this.#next < this.#targets.length) {
      if (!this.#plan.isParallel && this.#branches.size > 0) return;
      this.#tryNext();
    }
    if (this.#branches.size === 0) this.#answer();
  }

  #tryNext(): void {
    const uri = this.#targets[this.#next++];
    if (uri === undefined) return;
    const draft = this.#plan.draft(uri);
    const branch = new ProxyBranch(this.#context, this, draft, this.#plan);
    this.#branches.add(branch);
    branch.start();
  }

  #stop(): void {
    this.#stopped = true;
    for (const branch of this.#branches) branch.cancel();
  }

  /** RFC 3261 16.7.6, 16.7.8: the best of the refusals; 408 or 500 when there is none. */
  #answer(): void {
    if (this.#over) return;
    const best = this.#best;
    const status = this.#cancelled ? 487 : (best?.status ?? this.#unanswered);
    if (best && !this.#cancelled) this.#transaction.respond(status, withoutTopVia(best));
    else this.#transaction.reply(status);
    if (this.#plan.isCall) {
      this.#context.records.refused('application', status, () =>
        best
          ? withoutTopVia(best)
          : new ResponseHead(this.#request).write(status, this.#transaction.localTag, {}),
      );
    }
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#onOver();
    this.#plan.onDone();
  }
}

/** The request on its way to one target. */
class ProxyBranch implements UacRequestUser {
  readonly #context: ServerContext;
  readonly #request: ProxiedRequest;
  readonly #draft: RequestDraft;
  readonly #plan: ProxyPlan;
  #sent: SentRequest | undefined;
  #flow: Flow | undefined;
  #first: Timer | undefined;
  #limit: Timer | undefined;
  /** It took too long: only a 2xx is of interest still. */
  #gaveUp = false;

  constructor(context: ServerContext, request: ProxiedRequest, draft: RequestDraft, plan: ProxyPlan) {
    this.#context = context;
    this.#request = request;
    this.#draft = draft;
    this.#plan = plan;
  }

  start(): void {
    const { clock, uac } = this.#context;
    const { provisionalMs, finalMs } = this.#plan;
    if (provisionalMs !== undefined) this.#first = clock.after(provisionalMs, () => this.#giveUp());
    if (finalMs !== undefined) this.#limit = clock.after(finalMs, () => this.#giveUp());
    else this.#startTimerC();
    this.#sent = uac.send(this.#draft, { nextSeq: () => this.#draft.cseq }, this);
  }

  cancel(): void {
    this.#stop();
    this.#sent?.cancel('');
  }

  onSent(draft: RequestDraft, flow: Flow, branch: string): void {
    this.#flow = flow;
    if (!this.#plan.isCall) return;
    this.#context.records.attempt('application', () =>
      writeRequest(draft, viaValue(flow.local.transport, flow.sentBy, branch), flow),
    );
  }

  onTrying(): void {
    this.#first?.cancel();
  }

  onProvisional(response: SipResponse): void {
    this.#first?.cancel();
    if (this.#gaveUp) return;
    // RFC 3261 16.7.2: Timer C starts anew.
    if (this.#plan.finalMs === undefined && this.#limit) this.#startTimerC();
    this.#request.provisional(response);
  }

  onFinal(response: SipResponse, transaction: UacTransaction): void {
    this.#stop();
    if (this.#gaveUp && !response.isSuccess) return;
    if (response.isSuccess && this.#draft.method === 'INVITE') {
      transaction.handOver({ onResponse: (again) => this.#request.repeated(again), onFailure: () => {} });
    }
    this.#request.final(this, response, this.#flow);
  }

  onUnanswered(status: 408 | 503): void {
    this.#stop();
    if (!this.#gaveUp) this.#request.unanswered(this, status);
  }

  /** RFC 3261 16.6.11: INVITEs only; other requests have Timer F. */
  #startTimerC(): void {
    this.#limit?.cancel();
    if (this.#draft.method !== 'INVITE') return;
    this.#limit = this.#context.clock.after(TIMER_C_MS, () => this.#giveUp());
  }

  /** The target took too long (RFC 3261 16.8). A 2xx that crosses the CANCEL still goes up: its call is there. */
  #giveUp(): void {
    this.#stop();
    this.#gaveUp = true;
    this.#sent?.cancel('');
    this.#request.unanswered(this, 408);
  }

  #stop(): void {
    this.#first?.cancel();
    this.#limit?.cancel();
    this.#limit = undefined;
  }
}

/** RFC 3261 20.10: how much a contact is preferred. */
function qOf(contact: NameAddr): number {
  const q = Number(contact.param('q') ?? 1);
  return Number.isNaN(q) ? 1 : q;
}

/** RFC 3261 16.7.6: 6xx before all, then the lowest class; challenges before others of theirs. */
function better(old: SipResponse | undefined, found: SipResponse): SipResponse {
  if (!old) return found;
  const rank = ({ status }: SipResponse) => {
    if (status >= 600) return 0;
    const isChallenge = status === 401 || status === 407;
    return Math.floor(status / 100) * 10 + (isChallenge ? 0 : 1);
  };
  return rank(found) < rank(old) ? found : old;
}

/** RFC 3261 16.7.3: the response without the Via that we put on the request. */
export function withoutTopVia(response: SipResponse): string {
  const { wholeText, topVia } = response;
  const at = wholeText.indexOf(topVia.text);
  const after = at + topVia.text.length;
  const rest = wholeText.slice(after);
  const comma = /^[ \t]*,[ \t]*/.exec(rest)?.[0];
  if (comma !== undefined) return wholeText.slice(0, at) + rest.slice(comma.length);
  const lineStart = wholeText.lastIndexOf('\n', at) + 1;
  return wholeText.slice(0, lineStart) + wholeText.slice(wholeText.indexOf('\n', after) + 1);
}
