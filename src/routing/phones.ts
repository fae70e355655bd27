import type { RingRoute } from '../call/destination.ts';
import type { EdgeReply, EdgeRequest } from '../edge/edge.ts';

/** Where phones are (RFC 3261 section 10). */
export interface Phones {
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
  routes(extension: string): readonly RingRoute[];
}
