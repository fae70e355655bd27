import { causeOfStatus } from '../../shared/cause.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { TypedEvents } from '../../shared/events.ts';
import type {
  EdgeCapabilities,
  EdgeDelegate,
  EdgeEvents,
  EdgeReply,
  EdgeRequest,
  EdgeResponse,
  NameAddress,
  OutboundCall,
  OutboundLeg,
  SipEdge,
  SipLeg,
  SocketAddress,
} from '../edge.ts';
import { FAKE_SDP, FakeInboundLeg, FakeOutboundLeg } from './fake-leg.ts';

/** What a fake phone does when it is called. */
export type PhoneBehaviour =
  | { readonly does: 'answer'; readonly afterMs: number; readonly talkMs?: number }
  | { readonly does: 'ring' }
  /** No response at all, as of a peer that is away. */
  | { readonly does: 'nothing' }
  | { readonly does: 'reject'; readonly status: number; readonly afterMs?: number }
  /** 302 with these numbers as contacts. */
  | { readonly does: 'forward'; readonly to: readonly string[] };

/** A call that a test or the simulator places. */
export interface FakeCall {
  readonly from: string;
  readonly to: string;
  readonly source?: SocketAddress;
  readonly headers?: Readonly<Record<string, string>>;
  /** The leg that it asks to take the place of (RFC 3891). */
  readonly replaces?: SipLeg;
  /** Its offer; one that every engine understands by default. */
  readonly sdp?: string;
}

const LOCAL: SocketAddress = { transport: 'udp', address: '127.0.0.1', port: 5060 };

function address(user: string): NameAddress {
  return {
    displayName: undefined,
    uri: `sip:${user}@127.0.0.1`,
    scheme: 'sip',
    user,
    host: '127.0.0.1',
    port: undefined,
    params: new Map(),
  };
}

function invite(call: FakeCall, callId: string): EdgeRequest {
  const headers = new Map(
    Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: 'INVITE',
    target: address(call.to),
    from: address(call.from),
    to: address(call.to),
    callId,
    source: call.source ?? LOCAL,
    receivedOn: LOCAL,
    header: (name) => headers.get(name.toLowerCase()),
    headers: (name) => [headers.get(name.toLowerCase())].filter((value) => value !== undefined),
    addresses: () => [],
    contentType: 'application/sdp',
    body: call.sdp ?? FAKE_SDP,
    flow: undefined,
  };
}

/** User part of `sip:user@host`. */
function userOf(uri: string): string {
  return uri.slice(uri.indexOf(':') + 1, uri.includes('@') ? uri.indexOf('@') : undefined);
}

/**
 * SipEdge without a network, on the clock that it is given: for scenario tests, the test kit and the simulator.
 * Callers are placed by {@link arrive}, phones behave as {@link phone} says.
 */
export class FakeEdge implements SipEdge {
  readonly capabilities: EdgeCapabilities = { transports: ['udp'], reliableProvisional: true, flows: false };
  readonly addresses: readonly SocketAddress[] = [LOCAL];
  readonly events = new TypedEvents<EdgeEvents>();
  readonly bans = [];
  /** Users that were called, in order. */
  readonly rung: string[] = [];
  /** Requests that the PBX sent outside of calls. */
  readonly requests: string[] = [];
  readonly #clock: Clock;
  readonly #phones = new Map<string, PhoneBehaviour>();
  readonly #legs = new Set<FakeInboundLeg | FakeOutboundLeg>();
  #delegate: EdgeDelegate | undefined;
  #count = 0;
  #draining = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Number of legs that have not ended. */
  get open(): number {
    return this.#legs.size;
  }

  /** Legs to a user's phone that are open. */
  legsTo(user: string): readonly FakeOutboundLeg[] {
    return [...this.#legs].filter(
      (leg): leg is FakeOutboundLeg => leg.direction === 'outbound' && userOf(leg.call.uri) === user,
    );
  }

  /** Sets what the phone or line `user` does when called. Unknown ones answer 404. */
  phone(user: string, behaviour: PhoneBehaviour): void {
    this.#phones.set(user, behaviour);
  }

  /** A call comes in. */
  arrive(call: FakeCall): FakeInboundLeg {
    if (!this.#delegate) throw new Error('the edge has not been started');
    const leg: FakeInboundLeg = new FakeInboundLeg(invite(call, `fake-${++this.#count}`), call.replaces, () =>
      this.#legs.delete(leg),
    );
    this.#legs.add(leg);
    if (this.#draining) leg.end({ cause: 'shutdown' });
    else this.#delegate.onCall(leg);
    return leg;
  }

  /** A request of `user` outside of calls comes in; resolves with the PBX's answer. */
  async ask(method: string, user: string, facts: Partial<EdgeRequest> = {}): Promise<EdgeReply> {
    if (!this.#delegate) throw new Error('the edge has not been started');
    const request = invite({ from: user, to: user }, `fake-${++this.#count}`);
    return this.#delegate.onRequest({ ...request, method, ...facts });
  }

  async start(delegate: EdgeDelegate): Promise<void> {
    this.#delegate = delegate;
  }

  call(call: OutboundCall): OutboundLeg {
    const user = userOf(call.uri);
    let timer: Timer | undefined;
    const leg: FakeOutboundLeg = new FakeOutboundLeg(`fake-${++this.#count}`, call, () => {
      timer?.cancel();
      this.#legs.delete(leg);
    });
    this.#legs.add(leg);
    this.rung.push(user);
    const behaviour = this.#phones.get(user) ?? { does: 'reject', status: 404 };
    const later = (ms: number, act: () => void) => {
      if (leg.state !== 'ended') timer = this.#clock.after(ms, act);
    };
    if (behaviour.does === 'nothing') {
      later(call.responseLimitMs || 32_000, () => leg.noResponse());
      return leg;
    }
    later(0, () => {
      if (behaviour.does === 'forward')
        return leg.remoteEnd(causeOfStatus(302), 302, { redirect: behaviour.to });
      if (behaviour.does === 'reject' && !behaviour.afterMs) return reject(leg, behaviour.status);
      leg.ringing();
      if (behaviour.does === 'reject') later(behaviour.afterMs ?? 0, () => reject(leg, behaviour.status));
      if (behaviour.does !== 'answer') return;
      later(behaviour.afterMs, () => {
        leg.pickUp();
        if (behaviour.talkMs !== undefined) later(behaviour.talkMs, () => leg.remoteEnd('normal'));
      });
    });
    return leg;
  }

  async request(request: { readonly method: string; readonly uri: string }): Promise<EdgeResponse> {
    this.requests.push(`${request.method} ${request.uri}`);
    const isAway = this.#phones.get(userOf(request.uri))?.does === 'nothing';
    return {
      ...(isAway ? { status: 408, reason: 'Request Timeout' } : { status: 200, reason: 'OK' }),
      header: () => undefined,
      headers: () => [],
      addresses: () => [],
      contentType: undefined,
      body: undefined,
    };
  }

  wasOverloaded(_sinceMs: number): boolean {
    return false;
  }

  liftBan(): boolean {
    return false;
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    for (const leg of [...this.#legs]) leg.end({ cause: 'shutdown' });
    this.events.clear();
  }
}

function reject(leg: FakeOutboundLeg, status: number): void {
  leg.remoteEnd(causeOfStatus(status), status);
}
