import { type EdgeReply, type EdgeRequest, SERVED_METHODS } from '../edge/edge.ts';
import type { BusyLamps } from './busy-lamps.ts';
import type { Phones } from './phones.ts';

const ALLOW = SERVED_METHODS.join(', ');

/** Answers requests outside of calls. */
export class Requests {
  readonly #phones: Phones;
  readonly #lamps: Pick<BusyLamps, 'subscribe'>;

  constructor(phones: Phones, lamps: Pick<BusyLamps, 'subscribe'>) {
    this.#phones = phones;
    this.#lamps = lamps;
  }

  answer(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    switch (request.method) {
      case 'REGISTER':
        return this.#phones.handle(request);
      case 'SUBSCRIBE':
        return this.#lamps.subscribe(request);
      case 'OPTIONS':
        return {
          status: 200,
          headers: { Allow: ALLOW, Accept: 'application/sdp', 'Allow-Events': 'dialog' },
        };
      default:
        return { status: 405, headers: { Allow: ALLOW } };
    }
  }
}
