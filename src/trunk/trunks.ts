import type { TrunkConfig } from '../config/config.ts';
import type { EdgeRequest, EdgeRoute, SocketAddress } from '../edge/edge.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { Clock } from '../shared/clock.ts';
import { AddressList } from './address-list.ts';
import { normaliseCalled, normaliseCaller } from './number.ts';

/** A call that came over a trunk, with its numbers in one form. */
export interface TrunkCall {
  readonly trunk: TrunkConfig;
  /** Why it may not go on: no channel is free. */
  readonly refused: CauseSlug | undefined;
  readonly caller: string;
  readonly callerName: string | undefined;
  readonly called: string;
  /** Gives the channel back; idempotent. */
  readonly release: () => void;
}

/** One trunk's channels and calls per second. */
class Gauge {
  readonly #config: TrunkConfig;
  #active = 0;
  #second = 0;
  #inSecond = 0;

  constructor(config: TrunkConfig) {
    this.#config = config;
  }

  get active(): number {
    return this.#active;
  }

  /** Takes a channel; undefined when none is free or too many calls came in this second. */
  take(nowMs: number): (() => void) | undefined {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#inSecond = 0;
    }
    if (this.#active >= this.#config.channels || this.#inSecond >= this.#config.callsPerSecond)
      return undefined;
    this.#active += 1;
    this.#inSecond += 1;
    let taken = true;
    return () => {
      if (taken) this.#active -= 1;
      taken = false;
    };
  }
}

interface Trunk {
  readonly config: TrunkConfig;
  readonly addresses: AddressList;
  readonly calls: Gauge;
}

/** Trunks (中继): who may call in, how many at once, and the way out. */
export class Trunks {
  readonly #clock: Clock;
  readonly #trunks: readonly Trunk[];

  constructor(configs: readonly TrunkConfig[], clock: Clock) {
    this.#clock = clock;
    this.#trunks = configs.map((config) => ({
      config,
      addresses: new AddressList(config.addresses),
      calls: new Gauge(config),
    }));
  }

  /** The trunk that an address belongs to; undefined for a stranger. */
  identify(source: SocketAddress): TrunkConfig | undefined {
    return this.#of(source)?.config;
  }

  /** Takes a call of a trunk in and a channel with it; undefined: it came from a stranger. */
  admit(invite: EdgeRequest): TrunkCall | undefined {
    const trunk = this.#of(invite.source);
    if (!trunk) return undefined;
    const release = trunk.calls.take(this.#clock.monotonic());
    const { config } = trunk;
    // RFC 3325: a trusted peer's asserted identity goes before From, which the caller may have chosen.
    const identity = invite.addresses('p-asserted-identity')[0] ?? invite.from;
    return {
      trunk: config,
      caller: normaliseCaller(identity.user, config.areaCode),
      callerName: identity.displayName,
      called: normaliseCalled(invite.target.user, config.areaCode),
      refused: release ? undefined : 'channel-limit',
      release: release ?? (() => {}),
    };
  }

  /**
   * The way out to an outside number: by the trunk named, or the first with a free channel. `why` says what
   * stood in the way.
   */
  route(
    number: string,
    tenant: string,
    trunkName: string | undefined,
    callerId: string,
  ): { route: EdgeRoute; release: () => void } | { why: string } {
    let why = trunkName ? `trunk ${trunkName} has no way out` : 'no trunk has a way out';
    for (const { config, calls } of this.#trunks) {
      if (config.uri === undefined || config.tenant !== tenant) continue;
      if (trunkName !== undefined && config.name !== trunkName) continue;
      const release = calls.take(this.#clock.monotonic());
      if (!release) {
        why = `trunk ${config.name} is full: ${calls.active} of ${config.channels} channels in use`;
        continue;
      }
      return { route: routeOf(config, config.uri, number, callerId), release };
    }
    return { why };
  }

  /** Channels in use by trunk, for metrics. */
  active(): ReadonlyMap<string, number> {
    return new Map(this.#trunks.map(({ config, calls }) => [config.name, calls.active]));
  }

  #of(source: SocketAddress): Trunk | undefined {
    for (const trunk of this.#trunks) if (trunk.addresses.has(source.address)) return trunk;
    return undefined;
  }
}

/** `sip:host:port;params` with the number as user. */
function routeOf(config: TrunkConfig, uri: string, number: string, callerId: string): EdgeRoute {
  const peer = uri.slice(uri.indexOf(':') + 1);
  const host = peer.slice(peer.indexOf('@') + 1);
  return {
    uri: `sip:${number}@${host}`,
    from: { uri: `sip:${config.callerId ?? callerId}@${host.split(';')[0]}` },
  };
}
