import type { RingRoute } from '../call/destination.ts';
import type { EdgeReply, EdgeRequest } from '../edge/edge.ts';
import type { TypedEvents } from '../shared/events.ts';

/** What happens to phones. */
export interface PhonesEvents {
  /** The extension has a phone again, after it had none. */
  registered: { readonly tenant: string; readonly extension: string };
  /** Its last phone has gone, or was not heard of for too long. */
  unregistered: { readonly tenant: string; readonly extension: string };
  /** A phone of it is where none of it was before: one that registered first, or moved. */
  located: { readonly tenant: string; readonly extension: string };
}

/** Where phones are (RFC 3261 section 10). */
export interface Phones {
  readonly events: TypedEvents<PhonesEvents>;
  /** Answers a REGISTER. */
  handle(request: EdgeRequest): EdgeReply | Promise<EdgeReply>;
  /**
   * Whose phone sent an INVITE. A reply is a challenge or a refusal to send, at once or, to who guesses passwords,
   * late; undefined: it is no phone of ours. A phone calls with its own identity only.
   */
  identify(
    invite: EdgeRequest,
  ): { extension: string; tenant: string } | EdgeReply | Promise<EdgeReply> | undefined;
  /** Ways to the phones of an extension, best first; empty: none is registered. */
  routes(tenant: string, extension: string): readonly RingRoute[];
}
