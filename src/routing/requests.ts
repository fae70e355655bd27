import { type EdgeReply, type EdgeRequest, SERVED_METHODS } from '../edge/edge.ts';
import type { BusyLamps } from './busy-lamps.ts';
import type { Phones } from './phones.ts';
import { eventOf } from './sip-subscription.ts';

const ALLOW = SERVED_METHODS.join(', ');

/** Who answers SUBSCRIBEs, by the package that they name (RFC 6665 7.2). */
export type EventPackages = ReadonlyMap<string, Pick<BusyLamps, 'subscribe'>>;

/** Answers requests outside of calls. */
export class Requests {
  readonly #phones: Phones;
  readonly #packages: EventPackages;
  readonly #allowEvents: string;

  constructor(phones: Phones, packages: EventPackages) {
    this.#phones = phones;
    this.#packages = packages;
    this.#allowEvents = [...packages.keys()].join(', ');
  }

  answer(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    const allowEvents = { 'Allow-Events': this.#allowEvents };
    switch (request.method) {
      case 'REGISTER':
        return this.#phones.handle(request);
      case 'SUBSCRIBE':
        return (
          this.#packages.get(eventOf(request))?.subscribe(request) ?? { status: 489, headers: allowEvents }
        );
      case 'OPTIONS':
        return { status: 200, headers: { Allow: ALLOW, Accept: 'application/sdp', ...allowEvents } };
      default:
        return { status: 405, headers: { Allow: ALLOW } };
    }
  }
}
