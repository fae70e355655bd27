import type { Logger } from '../../shared/logger.ts';
import { parseMessage, SipResponse } from '../../sip/message/index.ts';
import type { RequestDraft } from '../../sip/transaction/request-draft.ts';
import { type TimerWheel, WheelTimer, type WheelTimerOwner } from '../../sip/transaction/timer-wheel.ts';
import type {
  AcceptedUser,
  ChallengeAnswer,
  SentRequest,
  UacRequestUser,
  UacRoute,
  UacTransaction,
} from '../leg/request-sender.ts';
import type { UntypedBodies } from '../leg/untyped-bodies.ts';
import {
  type DialogBinding,
  type DialogBindings,
  type DialogRequest,
  nameDialog,
} from './dialog-bindings.ts';
import { DrachtioFlow } from './drachtio-flow.ts';
import type { ServerConnection } from './server-connection.ts';
import type { Srf, SrfAck, SrfHeaders, SrfReply, SrfRequest, SrfRequestOptions, SrfResponse } from './srf.ts';
import { addHeader, srfHeaders } from './srf-headers.ts';

/** What requests of ours need. */
export interface DrachtioRequestHome {
  readonly wheel: TimerWheel;
  readonly logger: Logger;
  readonly srf: Srf;
  readonly bindings: DialogBindings;
  readonly untyped: UntypedBodies;
  readonly answerChallenge: ChallengeAnswer;
  /** srf gives an UPDATE to the request of ours that it takes it for: it belongs to the dialog. */
  readonly onUpdate: (request: SrfRequest, reply: SrfReply) => void;
}

/** What one request is made of. */
export interface DrachtioRequestParts {
  readonly draft: RequestDraft;
  readonly route: UacRoute;
  readonly user: UacRequestUser;
  /** Tag of From. */
  readonly localTag: string;
  readonly inDialog: boolean;
  /** What the dialog is on its server; undefined outside of dialogs, or when the server is lost. */
  readonly binding: DialogBinding | undefined;
  /** The server that sends it; undefined when none is there. */
  readonly connection: ServerConnection | undefined;
  /** A 2xx to INVITE came: how to acknowledge it. */
  readonly onAccepted: (ack: SrfAck) => void;
  /** Nothing more comes. */
  readonly onOver: () => void;
}

/** Attempts with credentials: one, and one more when the nonce was stale. */
const MAX_CHALLENGES = 2;
/** The server answers a command at once or never. */
const COMMAND_LIMIT_MS = 5000;
/** The server gives up after 64*T1 by itself (Timers B, F); if it does not, we do. */
const ANSWER_LIMIT_MS = 40_000;

/** The server puts the dialog's remote target for it. */
const REMOTE_TARGET = 'sip:placeholder';

/** Headers of a request in a dialog that the server writes itself. */
const SERVERS_OWN: ReadonlySet<string> = new Set(['rseq', 'content-length', 'content-type', 'via']);

/** One request of ours on a drachtio-server, until its final response. */
export class DrachtioRequest implements SentRequest, UacTransaction, DialogRequest, WheelTimerOwner {
  readonly #uac: DrachtioRequestHome;
  readonly #parts: DrachtioRequestParts;
  #draft: RequestDraft;
  #user: UacRequestUser | undefined;
  #sent: SrfRequest | undefined;
  #peer: string | undefined;
  #challenges = 0;
  #cancelLines: string | undefined;
  readonly #limit = new WheelTimer(this);
  #whenNamed: (() => void) | undefined;
  /** Counts attempts, so that what belongs to an earlier one is not heard. */
  #attempt = 0;

  constructor(uac: DrachtioRequestHome, parts: DrachtioRequestParts) {
    this.#uac = uac;
    this.#parts = parts;
    this.#draft = parts.draft;
    this.#user = parts.user;
  }

  get peer(): string | undefined {
    return this.#peer;
  }

  get draft(): RequestDraft {
    return this.#draft;
  }

  get connection(): ServerConnection | undefined {
    return this.#parts.connection;
  }

  start(): void {
    const { connection, binding } = this.#parts;
    // The user must get hold of this request first.
    if (connection?.state !== 'ready') return queueMicrotask(() => this.#fail(503));
    binding?.open.add(this);
    if (!binding || binding.dialogId !== undefined) return this.#send(connection);
    // The answer that makes the dialog has just gone out: its name comes with the server's echo.
    this.#waitFor(COMMAND_LIMIT_MS);
    this.#whenNamed = () => this.#send(connection);
    binding.waiting.add(this.#whenNamed);
  }

  cancel(headerLines: string): void {
    if (this.#cancelLines !== undefined) return;
    this.#cancelLines = headerLines;
    if (this.#sent) this.#sendCancel(this.#sent);
  }

  abandon(): void {
    this.#user = undefined;
  }

  /** Later 2xx never come up from the server. */
  handOver(_user: AcceptedUser): void {}

  /** The server is lost. */
  lost(): void {
    this.#fail(503);
  }

  onTimer(): void {
    this.#fail(408);
  }

  dialogOver(): void {
    this.#fail(408);
  }

  /** The edge closes: nobody is told. */
  forget(): void {
    this.#user = undefined;
    this.#over();
  }

  #send(connection: ServerConnection): void {
    const attempt = ++this.#attempt;
    this.#sent = undefined;
    this.#waitFor(COMMAND_LIMIT_MS);
    try {
      this.#uac.srf.request(this.#options(connection), (error, sent) => {
        if (attempt !== this.#attempt) return;
        if (sent) this.#onSent(connection, sent);
        else this.#onRefused(error);
      });
    } catch (error) {
      // srf throws for what it cannot write.
      queueMicrotask(() => this.#onRefused(error));
    }
  }

  #options(connection: ServerConnection): SrfRequestOptions {
    const { route, inDialog, binding } = this.#parts;
    const draft = this.#draft;
    const headers = srfHeaders(draft.headerLines, SERVERS_OWN);
    if (!inDialog) addIdentity(headers, draft);
    else if (draft.method === 'NOTIFY' && connection.isStock) keepDialog(headers);
    const hasBody = draft.body !== undefined && draft.body !== '';
    if (hasBody && draft.contentType) headers['content-type'] = draft.contentType;
    const dialogId = binding?.dialogId;
    return {
      _socket: connection.socket,
      method: draft.method,
      headers,
      ...(hasBody ? { body: draft.body! } : {}),
      ...(dialogId === undefined ? { uri: draft.uri } : { uri: REMOTE_TARGET, stackDialogId: dialogId }),
      ...(inDialog ? {} : nextHop(draft, route)),
    };
  }

  #onSent(connection: ServerConnection, sent: SrfRequest): void {
    // srf would send the CANCEL to any server.
    sent.socket = connection.socket;
    this.#sent = sent;
    const attempt = this.#attempt;
    sent.on('response', (response, ack) => {
      if (attempt === this.#attempt) this.#hear(response, ack);
    });
    sent.on('update', this.#uac.onUpdate);
    this.#waitFor(ANSWER_LIMIT_MS);
    if (connection.isStock) this.#user?.onTrying?.(undefined);
    if (this.#cancelLines !== undefined) this.#sendCancel(sent);
  }

  #onRefused(error: unknown): void {
    const { method, callId } = this.#draft;
    this.#uac.logger.debug(
      { method, callId, why: String(error) },
      'a drachtio-server did not send a request',
    );
    // A dialog that the server does not know any more is as good as a 408 or 481 of the far end.
    this.#fail(this.#parts.inDialog ? 408 : 503);
  }

  /** What is thrown to srf closes the connection to the server, and with it every call. */
  #hear(response: SrfResponse, ack: SrfAck): void {
    try {
      this.#onResponse(response, ack);
    } catch (error) {
      this.#uac.logger.error({ err: error, callId: this.#draft.callId }, 'a response could not be taken');
    }
  }

  #onResponse(received: SrfResponse, ack: SrfAck): void {
    const { connection } = this.#parts;
    const response = parseMessage(Buffer.from(received.raw));
    if (!(response instanceof SipResponse) || !connection) return;
    this.#uac.untyped.note(response, received.source_address);
    this.#peer = received.source_address || undefined;
    const { status } = response;
    if (status < 200) {
      if (status > 100) {
        this.#uac.wheel.stop(this.#limit);
        this.#learnDialog(received);
        this.#user?.onProvisional?.(response, this);
      } else if (this.#draft.method === 'INVITE') {
        this.#uac.wheel.stop(this.#limit);
        this.#user?.onTrying?.(response);
      }
      return;
    }
    const isInvite = this.#draft.method === 'INVITE';
    if (isInvite && this.#parts.inDialog && status >= 300 && connection.keepsRefused) {
      this.#acknowledge(ack, response.cseq.number);
    }
    if ((status === 401 || status === 407) && this.#answerChallenge(response, connection)) return;
    const isAccepted = isInvite && status < 300;
    if (isAccepted) {
      this.#learnDialog(received);
      this.#parts.onAccepted(ack);
    }
    // What the server made up itself has no source (RFC 3261 8.1.3.1).
    if (received.source_address === '' && (status === 408 || status === 503)) return this.#fail(status);
    const user = this.#user;
    this.#over();
    if (!isAccepted) this.#endDialog();
    user?.onFinal(response, this);
  }

  /** Once more than RFC 3261 17.1.1.3 has it, for what {@link ServerConnection.keepsRefused} says; nobody waits for it. */
  #acknowledge(ack: SrfAck, cseq: number): void {
    try {
      ack({ headers: { cseq: `${cseq} ACK` } });
    } catch (error) {
      this.#uac.logger.debug({ err: error, callId: this.#draft.callId }, 'an ACK was not sent');
    }
  }

  #learnDialog(received: SrfResponse): void {
    const { connection, inDialog, localTag } = this.#parts;
    if (inDialog || this.#draft.method !== 'INVITE' || !received.stackDialogId || !connection) return;
    const binding = this.#uac.bindings.bind(this.#draft.callId, localTag, connection);
    nameDialog(binding, received.stackDialogId);
  }

  /** RFC 3261 22.2: repeats the request with credentials. srf's own answer knows MD5 only, and one challenge. */
  #answerChallenge(response: SipResponse, connection: ServerConnection): boolean {
    const { route } = this.#parts;
    const { credentials } = route;
    if (!credentials || this.#challenges >= MAX_CHALLENGES || this.#cancelLines !== undefined) return false;
    const line = this.#uac.answerChallenge(response, this.#draft, credentials);
    if (line === undefined) return false;
    this.#challenges++;
    const headerLines = this.#draft.headerLines.replace(/^(?:proxy-)?authorization:.*\r\n/gim, '') + line;
    this.#draft = { ...this.#draft, cseq: route.nextSeq(), headerLines };
    this.#send(connection);
    return true;
  }

  #sendCancel(sent: SrfRequest): void {
    const { logger } = this.#uac;
    const { callId } = this.#draft;
    // RFC 3261 9.1: the far end may never answer it.
    this.#waitFor(ANSWER_LIMIT_MS);
    try {
      sent.cancel({ headers: srfHeaders(this.#cancelLines ?? '') }, (error) => {
        if (error) logger.debug({ callId, why: String(error) }, 'a CANCEL was not sent');
      });
    } catch (error) {
      logger.debug({ err: error, callId }, 'a CANCEL was not sent');
    }
  }

  #waitFor(limitMs: number): void {
    this.#uac.wheel.startLimit(this.#limit, limitMs);
  }

  #fail(status: 408 | 503): void {
    const user = this.#user;
    this.#over();
    this.#endDialog();
    user?.onUnanswered(status);
  }

  /** There is no dialog after a BYE, however it ended, nor after an INVITE that made none. */
  #endDialog(): void {
    const { inDialog, localTag } = this.#parts;
    if (!inDialog || this.#draft.method === 'BYE') this.#uac.bindings.remove(this.#draft.callId, localTag);
  }

  #over(): void {
    this.#user = undefined;
    this.#attempt++;
    this.#uac.wheel.stop(this.#limit);
    const { binding } = this.#parts;
    binding?.open.delete(this);
    if (this.#whenNamed) binding?.waiting.delete(this.#whenNamed);
    this.#parts.onOver();
  }
}

/** From with our tag, To, Call-ID and CSeq: the server takes them as they are. In a dialog it has its own. */
function addIdentity(headers: SrfHeaders, draft: RequestDraft): void {
  headers['from'] = draft.from;
  headers['to'] = draft.to;
  headers['call-id'] = draft.callId;
  headers['cseq'] = `${draft.cseq} ${draft.method}`;
  // The server puts its own address for `localhost`.
  if (draft.contactUser) headers['contact'] ??= `<sip:${draft.contactUser}@localhost>`;
  // Stock servers drop Route; they go to the next hop, which is the first of them.
  for (const route of draft.routes) addHeader(headers, 'route', route);
}

/**
 * The last NOTIFY of a transfer (RFC 3515 2.4.5) ends a subscription, not the call; stock servers forget the dialog at the
 * word `terminated`. They look for it in small letters, others in any (RFC 3261 7.3.1).
 */
function keepDialog(headers: SrfHeaders): void {
  const state = headers['subscription-state'];
  if (state === undefined || !headers['event']?.startsWith('refer')) return;
  headers['subscription-state'] = state.replace(/^terminated/, 'Terminated');
}

/** Where a request outside of dialogs goes when its Request-URI does not say so. */
function nextHop(draft: RequestDraft, route: UacRoute): { proxy?: string } {
  if (route.flow instanceof DrachtioFlow && route.flow.open) return { proxy: route.flow.uri };
  return draft.nextHop === draft.uri ? {} : { proxy: draft.nextHop };
}
