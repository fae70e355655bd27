import type { Logger } from '../../shared/logger.ts';
import type { SipMessage } from '../../sip/message/index.ts';

/** Peers that are told of; the log is no place for a list of all. */
const MAX_PEERS = 100;

/**
 * Tells, once for each address, that bodies come without the Content-Type that RFC 3261 20.15 wants. They are taken as what
 * is expected where they stand: a session description in an INVITE and its answers.
 */
export class UntypedBodies {
  readonly #logger: Logger;
  readonly #peers = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note(message: SipMessage, peer: string): void {
    if (!message.hasUntypedBody || this.#peers.size >= MAX_PEERS || this.#peers.has(peer)) return;
    this.#peers.add(peer);
    const { method } = message.cseq;
    this.#logger.warn({ peer, method, callId: message.callId }, 'a peer sends bodies without Content-Type');
  }
}
