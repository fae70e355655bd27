import { type EdgeReply, type EdgeRequest, SERVED_METHODS } from '../edge/edge.ts';
import type { Phones } from './phones.ts';

const ALLOW = SERVED_METHODS.join(', ');

/** Answers requests outside of calls. */
export class Requests {
  readonly #phones: Phones;

  constructor(phones: Phones) {
    this.#phones = phones;
  }

  answer(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    switch (request.method) {
      case 'REGISTER':
        return this.#phones.handle(request);
      case 'OPTIONS':
        return { status: 200, headers: { Allow: ALLOW, Accept: 'application/sdp' } };
      default:
        return { status: 405, headers: { Allow: ALLOW } };
    }
  }
}
