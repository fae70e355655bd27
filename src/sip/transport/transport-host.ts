import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import { parseMessage, SipRequest, type SipResponse } from '../message/index.ts';
import { newCounters, type TransportCounters } from './counters.ts';
import type { StreamLimits } from './listen-options.ts';
import type { Flow, TransportUser } from './transport.ts';
import type { WireTap } from './wire-tap.ts';

/** What comes out of a transport. */
export type SipReceived = SipRequest | SipResponse;

/** What all listeners of one edge share, and the one door through which messages go up. */
export class TransportHost {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly limits: StreamLimits;
  readonly counters: TransportCounters = newCounters();
  /** Sees what is sent. */
  readonly tap: WireTap | undefined;
  #user: TransportUser<SipReceived> | undefined;

  constructor(clock: Clock, ids: IdSource, logger: Logger, limits: StreamLimits, tap?: WireTap) {
    this.clock = clock;
    this.ids = ids;
    this.logger = logger;
    this.limits = limits;
    this.tap = tap;
  }

  /** Who hears from now on; `undefined` after the end. */
  set user(user: TransportUser<SipReceived> | undefined) {
    this.#user = user;
  }

  /** Parses what came over `flow` and hands it up. Never throws. */
  receive(bytes: Buffer, flow: Flow): void {
    const message = parseMessage(bytes);
    if (!message) {
      this.counters.ignored++;
      return;
    }
    this.counters.received++;
    const { address, port } = flow.remote;
    if (message instanceof SipRequest) message.setSource(address, port);
    try {
      this.#user?.onMessage(message, flow);
    } catch (error) {
      // One message must never take the others with it.
      this.logger.error({ err: error, flow: flow.id }, 'SIP message handling failed');
    }
  }

  /** Tells that a connection is gone. */
  flowClosed(flow: Flow): void {
    try {
      this.#user?.onFlowClosed(flow);
    } catch (error) {
      this.logger.error({ err: error, flow: flow.id }, 'closing of a SIP flow was not handled');
    }
  }
}
