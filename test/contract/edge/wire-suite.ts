import { afterEach, beforeEach, describe } from 'vitest';
import type { SipRequest } from '../../../src/sip/message/index.ts';
import type { EdgeKind, OpenEdge } from '../../support/edges.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';
import { Desk } from './edge-world.ts';
import { ENGINES } from './engines.ts';

type Tail<All> = All extends [string, number, ...infer Rest] ? Rest : never;

/** An engine on a socket, and a peer that writes its own messages; new for every test. */
export class Wire {
  /** Takes the edge's calls. */
  desk!: Desk;
  party!: UdpParty;
  /** Port that SIP goes to. */
  port!: number;
  #open!: OpenEdge;

  get edge(): OpenEdge['edge'] {
    return this.#open.edge;
  }

  /** The peer sends a request, see {@link UdpParty.ask}. */
  ask(method: string, ...how: Tail<Parameters<UdpParty['ask']>>): string {
    return this.party.ask(method, this.port, ...how);
  }

  /** The peer answers a request, see {@link UdpParty.answer}. */
  answer(request: SipRequest, status: number, lines?: readonly string[], body?: string): void {
    this.party.answer(request, status, this.port, lines, body);
  }

  async open(kind: EdgeKind, ...how: Parameters<EdgeKind['open']>): Promise<void> {
    this.#open = await kind.open(...how);
    this.desk = new Desk();
    await this.edge.start(this.desk);
    this.party = await UdpParty.open();
    this.port = Number(this.#open.sip.split(':')[1]);
  }

  /** Fails when a leg is left open. */
  async close(): Promise<void> {
    await until('nothing open', () => this.edge.counts.legs === 0);
    await this.edge.close();
    await this.#open.close();
    this.party.close();
  }
}

/** How the edge of the next test is opened. */
export type How = () => Parameters<EdgeKind['open']>;

/** A suite of raw messages for every engine of the port. `how`: with what clock and options each edge is opened. */
export function describeWire(what: string, tests: (wire: Wire) => void, how: How = () => []): void {
  for (const kind of ENGINES) {
    describe.skipIf(kind.missing)(`${what}, on the edge ${kind.name}`, () => {
      const wire = new Wire();
      beforeEach(() => wire.open(kind, ...how()));
      afterEach(() => wire.close());
      tests(wire);
    });
  }
}
