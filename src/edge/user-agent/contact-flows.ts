import type { SipRequest } from '../../sip/message/index.ts';
import type { Uri } from '../../sip/message/uri.ts';
import type { Flow } from '../../sip/transport/transport.ts';

/** Contacts of one connection that are remembered; a browser has one. */
const MOST_OF_A_FLOW = 8;

/**
 * Over which connection a browser phone is reached now (RFC 7118 5: its Contact is a name that leads nowhere): where its network was away for a
 * moment, a dialog outlives the connection that it began on, and what we say in it takes the one that the phone has registered over since.
 */
export class ContactFlows {
  readonly #byContact = new Map<string, Flow>();
  readonly #ofFlow = new Map<string, readonly string[]>();

  /** A REGISTER that came over `flow` was accepted. */
  registered(request: SipRequest, flow: Flow): void {
    const { transport } = flow.local;
    // One that closed while it was asked about would never be forgotten.
    if ((transport !== 'ws' && transport !== 'wss') || !flow.open) return;
    for (const { uri } of request.contacts) {
      const key = keyOf(uri);
      if (key === undefined || this.#byContact.get(key) === flow) continue;
      const known = this.#ofFlow.get(flow.id) ?? [];
      if (known.length >= MOST_OF_A_FLOW) this.#forget(known[0]!, flow);
      this.#byContact.set(key, flow);
      this.#ofFlow.set(flow.id, [...known.slice(1 - MOST_OF_A_FLOW), key]);
    }
  }

  /** The open connection of a Contact; undefined: it is no browser's, or that is away. */
  of(uri: Uri): Flow | undefined {
    const key = keyOf(uri);
    const flow = key === undefined ? undefined : this.#byContact.get(key);
    return flow?.open ? flow : undefined;
  }

  closed(flow: Flow): void {
    for (const key of this.#ofFlow.get(flow.id) ?? []) this.#forget(key, flow);
    this.#ofFlow.delete(flow.id);
  }

  #forget(key: string, flow: Flow): void {
    if (this.#byContact.get(key) === flow) this.#byContact.delete(key);
  }
}

/** Parameters differ between the Contact of a registration and that of a call (`ob`). */
const keyOf = (uri: Uri): string | undefined =>
  uri.host.toLowerCase().endsWith('.invalid') ? `${uri.user}@${uri.host.toLowerCase()}` : undefined;
