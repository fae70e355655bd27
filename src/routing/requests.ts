import { type EdgeReply, type EdgeRequest, SERVED_METHODS } from '../edge/edge.ts';
import type { Phones } from './phones.ts';

const ALLOW = SERVED_METHODS.join(', ');

export interface RequestsParts {
  readonly phones: Phones;
  /** Told of each REGISTER that was granted. */
  readonly onRegistered: (extension: string) => void;
}

/** Answers requests outside of calls. */
export class Requests {
  readonly #parts: RequestsParts;

  constructor(parts: RequestsParts) {
    this.#parts = parts;
  }

  answer(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    switch (request.method) {
      case 'REGISTER':
        return this.#register(request);
      case 'OPTIONS':
        return { status: 200, headers: { Allow: ALLOW, Accept: 'application/sdp' } };
      default:
        return { status: 405, headers: { Allow: ALLOW } };
    }
  }

  #register(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    const reply = this.#parts.phones.handle(request);
    if ('status' in reply && reply.status === 200) this.#parts.onRegistered(request.to.user);
    return reply;
  }
}
