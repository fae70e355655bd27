/** The call room alone, on a manual clock, with a fake edge and null media: the test is the dialplan. */
import type { Arrival } from '../../src/call/arrival.ts';
import type { Call } from '../../src/call/call.ts';
import type { CallEvent } from '../../src/call/call-events.ts';
import { Calls } from '../../src/call/calls.ts';
import type { Directory, Resolved } from '../../src/call/destination.ts';
import { FakeEdge } from '../../src/edge/fake/fake-edge.ts';
import type { FakeInboundLeg } from '../../src/edge/fake/fake-leg.ts';
import type { MediaCapabilities } from '../../src/media/media.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { NullMediaEngine } from '../../src/media/null/null-engine.ts';
import type { TenantId } from '../../src/shared/ids.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';

const TENANT = 'demo' as TenantId;

/** Alice, who calls the hotline from outside. */
export const FROM_OUTSIDE: Arrival = {
  tenantId: TENANT,
  party: { tenant: TENANT, kind: 'line', number: '13800138000' },
  origin: { trunk: 'carrier' },
  direction: 'inbound',
  caller: '13800138000',
  callerName: undefined,
  called: '4001234567',
  sent: { from: '13800138000', to: '4001234567', identity: undefined },
  diversions: [],
  earlyMedia: true,
  media: {},
};

export interface CallHouseOptions {
  /** What the media engine says that it can do, where that differs. */
  readonly can?: Partial<MediaCapabilities>;
  readonly maxEndpoints?: number;
}

export class CallHouse {
  readonly clock = new ManualClock();
  readonly edge = new FakeEdge(this.clock);
  readonly media: NullMediaEngine;
  readonly calls: Calls;
  readonly events: CallEvent[] = [];
  /** While the journal's write is under way. */
  writing: Promise<void> | undefined;
  /** Ways to a number where they are others than one phone of it. */
  readonly ways = new Map<string, Resolved>();
  /** Every number is one phone's, or the line's of that number; nobody is in the house. */
  readonly directory: Directory = {
    resolve: ({ number }, { caller }) =>
      this.ways.get(number) ?? {
        routes: [{ uri: `sip:${number}@phone`, from: { uri: `sip:${caller}@pbx` } }],
        why: '',
      },
    find: (number) => ({ kind: number.length === 4 ? 'extension' : 'line', number }),
    refusal: () => undefined,
    settings: () => ({
      doNotDisturb: false,
      always: '',
      busy: '',
      noAnswer: '',
      unreachable: '',
      ringMs: 20_000,
    }),
    forward: (_, number) => this.directory.find(number, ''),
    inside: () => undefined,
    slot: () => undefined,
    party: (number) => ({ name: number, kind: number.length === 4 ? 'extension' : 'line' }),
    onPhone: () => ({ off: () => {} }),
    reachable: () => true,
  };
  #arrival = FROM_OUTSIDE;
  #last: Call | undefined;

  constructor({ can = {}, maxEndpoints = Number.POSITIVE_INFINITY }: CallHouseOptions = {}) {
    const { clock, edge } = this;
    const ids = seededIds();
    this.media = new NullMediaEngine({ clock, ids, maxEndpoints, capabilities: can });
    this.calls = new Calls(
      {
        clock,
        ids,
        log: silentLogger,
        edge,
        media: this.media,
        journal: {
          append: (event) => this.events.push(event),
          durable: (place) => (place > 0 ? this.writing : undefined),
        },
        rtpTimeoutMs: 30_000,
      },
      () => undefined,
    );
    void edge.start({
      onCall: (leg) => {
        this.#last = this.calls.open(this.#arrival, leg);
      },
      onRequest: () => ({ status: 200 }),
    });
  }

  /** Alice's INVITE has arrived. */
  call(facts: Partial<Arrival> = {}): { call: Call; alice: FakeInboundLeg } {
    this.#arrival = { ...FROM_OUTSIDE, ...facts };
    const alice = this.edge.arrive({ from: FROM_OUTSIDE.caller, to: FROM_OUTSIDE.called });
    return { call: this.#last!, alice };
  }

  /** The endpoints of a call, in the order of their creation. */
  ears(call: Call): NullEndpoint[] {
    return this.media.endpointsOf(call.id);
  }

  facts<Type extends CallEvent['type']>(type: Type): Extract<CallEvent, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as never;
  }

  /** Ends what is left. Throws when something stays open. */
  async close(): Promise<void> {
    const ended = this.calls.close('normal');
    await this.clock.settle();
    await ended;
    const open = {
      legs: this.edge.open,
      media: this.media.open,
      calls: this.calls.size,
      timers: this.clock.pending,
    };
    if (Object.values(open).some((count) => count > 0)) throw new Error(`left open: ${JSON.stringify(open)}`);
  }
}
