import type { EdgeCredentials, EdgeRequest, EdgeRoute, SipEdge } from '../edge/edge.ts';
import { normaliseCaller, subscriberOf } from '../numbering/number.ts';
import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import { AddressList } from '../shared/address-list.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { escapeUser } from '../sip/message/index.ts';
import { calledNumber } from './called-number.ts';
import { callerOf, isAnonymous, showCaller } from './caller-id.ts';
import { type Diversion, diversionsOf } from './forwarding.ts';
import { Gauge } from './gauge.ts';
import { Health } from './health.ts';
import { credentialsOf, Registration } from './registration.ts';
import { rewrite } from './rewrite.ts';
import { tryingOrder } from './select.ts';
import { tellApart } from './tell-apart.ts';
import { type WayOut, wayOut } from './way-out.ts';

/** A call that came over a trunk, with its numbers in one form. */
export interface TrunkCall {
  readonly trunk: TrunkConfig;
  /** Why it may not go on, for the record; undefined: it may. */
  readonly refused: { readonly cause: CauseSlug; readonly why: string } | undefined;
  readonly caller: string;
  readonly callerName: string | undefined;
  readonly called: string;
  /** The numbers as they came, before any rule. */
  readonly sent: { readonly from: string; readonly to: string; readonly identity: string | undefined };
  /** Who forwarded the call, the last one first. */
  readonly diversions: readonly Diversion[];
  /** Gives the channel back; idempotent. */
  readonly release: () => void;
}

/** What the trunks are made of. */
export interface TrunksParts {
  readonly configs: readonly TrunkConfig[];
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
  readonly edge: SipEdge;
}

interface Trunk {
  readonly config: TrunkConfig;
  readonly priority: number;
  readonly weight: number;
  readonly addresses: AddressList;
  readonly gauge: Gauge;
  readonly health: Health | undefined;
  readonly registration: Registration | undefined;
  /** For its calls. */
  readonly credentials: EdgeCredentials | undefined;
}

/** Trunks (中继): who may call in, how many at once, and the ways out. */
export class Trunks {
  readonly #trunks: readonly Trunk[];
  readonly #random: () => number;

  constructor({ configs, clock, ids, log, edge }: TrunksParts) {
    this.#random = ids.random;
    this.#trunks = configs.map((config) => ({
      config,
      priority: config.priority,
      weight: config.weight,
      addresses: new AddressList(config.addresses),
      gauge: new Gauge(config, clock),
      health: config.uri === undefined ? undefined : healthOf(config, config.uri, edge, clock, log),
      registration: config.register && new Registration(config, edge, clock, log, ids.token()),
      credentials: config.register && credentialsOf(config.register),
    }));
  }

  /** Begins to probe and to register; the edge must be listening. */
  start(): void {
    for (const { health, registration } of this.#trunks) {
      health?.start();
      registration?.start();
    }
  }

  /** Takes a call of a trunk in and a channel with it; undefined: it came from a stranger. */
  admit(invite: EdgeRequest): TrunkCall | undefined {
    const trunk = this.#of(invite);
    if (!trunk) return undefined;
    const { config, gauge } = trunk;
    const taken = gauge.take('in');
    const refused = typeof taken === 'string';
    const identity = callerOf(invite, config.callerIdIn);
    const hidden = isAnonymous(invite, config.callerIdIn);
    const callerAsSent = rewrite(subscriberOf(identity.user), config.rewrite.callerIn);
    const caller = normaliseCaller(callerAsSent, config.areaCode);
    return {
      trunk: config,
      caller: hidden ? '' : caller,
      callerName: hidden ? undefined : identity.displayName,
      called: calledNumber(invite, config),
      sent: {
        from: invite.from.user,
        to: invite.target.user,
        identity: invite.addresses('p-asserted-identity')[0]?.user,
      },
      diversions: diversionsOf(invite, config.areaCode),
      refused: refused ? { cause: 'channel-limit', why: taken } : undefined,
      release: refused ? () => {} : taken,
    };
  }

  /**
   * Ways out to a number of a tenant in the order to try them; each takes its channel when it is asked for.
   * `whyNot` tells what stood in the way of those left out.
   */
  *waysOut(
    request: { number: string; tenant: string; trunk: string | undefined; callerId: string },
    whyNot: (why: string) => void,
  ): Generator<WayOut, void> {
    const { number, tenant, callerId } = request;
    const able = this.#trunks.filter(
      ({ config }) =>
        config.uri !== undefined &&
        config.tenant === tenant &&
        (request.trunk === undefined || config.name === request.trunk),
    );
    if (able.length === 0)
      whyNot(request.trunk ? `trunk ${request.trunk} has no way out` : 'no trunk has a way out');
    for (const { config, gauge, health, credentials, registration } of tryingOrder(able, this.#random)) {
      if (health?.takesCall === false) {
        whyNot(`trunk ${config.name} is down`);
        continue;
      }
      const release = gauge.take('out');
      if (typeof release === 'string') {
        whyNot(`trunk ${config.name}: ${release}`);
        continue;
      }
      const routeSet = registration?.serviceRoute ?? [];
      const route = {
        ...routeOf(config, config.uri!, number, callerId, credentials),
        ...(routeSet.length > 0 && { routeSet }),
      };
      yield wayOut(config, route, release, health);
    }
  }

  /** Takes a trunk for alive, by an operator's word; false: there is none of that name, or it has no way out. */
  setUp(name: string): boolean {
    const health = this.#trunks.find(({ config }) => config.name === name)?.health;
    health?.setUp();
    return health !== undefined;
  }

  /** State of each trunk, for metrics and the console. */
  status(): {
    name: string;
    active: number;
    channels: number;
    health: string;
    registration: string | undefined;
  }[] {
    return this.#trunks.map(({ config, gauge, health, registration }) => ({
      name: config.name,
      active: gauge.active,
      channels: config.channels,
      health: health?.state ?? 'up',
      registration: registration?.state,
    }));
  }

  /** Stops probing and takes registrations back. */
  async close(): Promise<void> {
    for (const { health } of this.#trunks) health?.close();
    await Promise.all(this.#trunks.map(({ registration }) => registration?.close()));
  }

  #of(invite: EdgeRequest): Trunk | undefined {
    const { address } = invite.source;
    const sharing = this.#trunks.filter(({ addresses }) => addresses.has(address));
    return sharing.length > 1 ? tellApart(sharing, invite) : sharing[0];
  }
}

function healthOf(config: TrunkConfig, uri: string, edge: SipEdge, clock: Clock, log: Logger): Health {
  const options = {
    uri,
    probeMs: config.probeMs,
    failures: config.probeFailures,
    successes: config.probeSuccesses,
  };
  const trunk = config.name;
  return new Health(options, {
    edge,
    clock,
    onChange: (state, why) =>
      log.warn({ trunk, state, why }, state === 'up' ? 'trunk is back' : 'trunk is down'),
    onTrial: () => log.info({ trunk }, 'trunk is down: one call tries it'),
  });
}

/** The number as user of the trunk's own URI. */
function routeOf(
  config: TrunkConfig,
  uri: string,
  number: string,
  callerId: string,
  credentials: EdgeCredentials | undefined,
): EdgeRoute {
  const scheme = uri.slice(0, uri.indexOf(':'));
  const peer = uri.slice(uri.indexOf(':') + 1);
  const peerHost = peer.slice(peer.indexOf('@') + 1);
  const shown = rewrite(config.callerId ?? callerId, config.rewrite.callerOut);
  const called = rewrite(number, config.rewrite.calledOut);
  return {
    uri: `${scheme}:${escapeUser(called)}@${peerHost}`,
    ...showCaller(config, shown, peerHost.split(';')[0]!),
    responseLimitMs: config.responseTimeoutMs,
    ...(credentials ? { credentials } : {}),
  };
}
