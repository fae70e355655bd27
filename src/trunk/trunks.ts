import type { EdgeRequest } from '../edge/edge.ts';
import { normaliseCaller, subscriberOf } from '../numbering/number.ts';
import type { Trunk } from '../provisioning/kind/trunk.ts';
import type { EntityChange, Provisioned } from '../provisioning/provisioning.ts';
import type { Subscription } from '../shared/events.ts';
import type { Peaks } from '../shared/peaks.ts';
import { calledNumber } from './called-number.ts';
import { callerOf, isAnonymous } from './caller-id.ts';
import { type Diversion, diversionsOf } from './forwarding.ts';
import type { TrunkDirection } from './gauge.ts';
import type { HealthStatus } from './health.ts';
import type { RegistrarAnswer } from './registration.ts';
import { rewrite } from './rewrite.ts';
import { routeOf } from './route-of.ts';
import { tryingOrder } from './select.ts';
import { ServedTrunk, type TrunkWorld } from './served-trunk.ts';
import { type Showing, shownOver } from './shown-number.ts';
import { tellApart } from './tell-apart.ts';
import { type WayOut, wayOut } from './way-out.ts';

/** A call that came over a trunk, with its numbers in one form. */
export interface TrunkCall {
  readonly trunk: Trunk;
  /** Takes a channel for the company that is called; the function gives it back. A text says why none can be had. */
  readonly take: (tenant: string) => (() => void) | string;
  readonly caller: string;
  readonly callerName: string | undefined;
  readonly called: string;
  /** The numbers as they came, before any rule. */
  readonly sent: { readonly from: string; readonly to: string; readonly identity: string | undefined };
  /** Who forwarded the call, the last one first. */
  readonly diversions: readonly Diversion[];
}

/** A number that somebody of a company wants to reach outside. */
export interface WayRequest {
  readonly number: string;
  readonly tenant: string;
  /** The only one to try; undefined: any. */
  readonly trunk: string | undefined;
  /** What shall be shown, where it is the company's own. */
  readonly shows: Showing;
  /** Who forwards it; undefined: it is not forwarded. */
  readonly diversion?: Diversion | undefined;
  /** Goes over full trunks too, and over those that are held to be down. */
  readonly isUrgent?: boolean;
}

/** How a trunk is. */
export interface TrunkStatus {
  readonly tenant: string;
  readonly name: string;
  /** Calls now. */
  readonly active: number;
  readonly channels: number;
  readonly health: HealthStatus;
  /** Undefined: it registers with nobody. */
  readonly registration: string | undefined;
}

/** The same, closer. */
export interface TrunkAtWork extends TrunkStatus {
  readonly config: Trunk;
  /** Calls now, by direction. */
  readonly used: Readonly<Record<TrunkDirection, number>>;
  /** Calls now of each company that has some, over a trunk that companies share. */
  readonly shares: ReadonlyMap<string, number>;
  readonly peaks: Pick<Peaks, 'since' | 'quarters'>;
  /** How the registrar answered last; undefined: not yet, or there is none. */
  readonly lastAnswer: RegistrarAnswer | undefined;
}

/** One of the ways out that a company has, in the order of trying. */
export interface WayPlanned {
  readonly config: Trunk;
  readonly health: HealthStatus;
  readonly active: number;
  readonly channels: number;
}

/** A trunk without a way out is never left. */
const ALWAYS_UP: HealthStatus = { state: 'up', why: undefined, sinceMs: undefined, nextTryMs: undefined };

/** What the trunks are made of. */
export interface TrunksParts extends TrunkWorld {
  readonly provisioning: Provisioned;
}

/** Trunks (中继): who may call in, how many at once, and the ways out. */
export class Trunks {
  readonly #world: TrunkWorld;
  /** By tenant and name. */
  readonly #trunks = new Map<string, ServedTrunk>();
  /** The same, for each call to look through. */
  #list: readonly ServedTrunk[] = [];
  /** Trunks that were removed and take their registration back. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #changes: Subscription;
  #started = false;

  constructor({ provisioning, ...world }: TrunksParts) {
    this.#world = world;
    for (const trunk of provisioning.snapshot.all('trunk')) this.#put(trunk);
    this.#changes = provisioning.events.on('changed', ({ changes }) => this.#reconcile(changes));
  }

  /** Begins to probe and to register; the edge must be listening. */
  start(): void {
    this.#started = true;
    for (const trunk of this.#trunks.values()) trunk.start();
  }

  /** A call of a trunk; undefined: it came from a stranger. */
  admit(invite: EdgeRequest): TrunkCall | undefined {
    const trunk = this.#of(invite);
    if (!trunk) return undefined;
    const { config } = trunk;
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
      take: (tenant) => trunk.take('in', tenant),
    };
  }

  /**
   * Ways out to a number of a tenant in the order to try them; each takes its channel when it is asked for.
   * `whyNot` tells what stood in the way of those left out.
   */
  *waysOut(request: WayRequest, whyNot: (why: string) => void): Generator<WayOut, void> {
    const { tenant, shows } = request;
    const able = this.#able(tenant, request.trunk);
    if (able.length === 0)
      whyNot(request.trunk ? `trunk ${request.trunk} has no way out` : 'no trunk has a way out');
    for (const trunk of tryingOrder(able, this.#world.ids.random)) {
      const { config, health, credentials, registration } = trunk;
      if (health?.takesCall === false && !request.isUrgent) {
        whyNot(`trunk ${config.name} is down`);
        continue;
      }
      const release = trunk.take('out', tenant, request.isUrgent);
      if (typeof release === 'string') {
        whyNot(`trunk ${config.name}: ${release}`);
        continue;
      }
      const direct = routeOf(config, request, this.#shown(config, tenant, shows), credentials);
      // The proxy is the first hop, behind it is the way that the registrar wants.
      const routeSet = [...(direct.routeSet ?? []), ...(registration?.serviceRoute ?? [])];
      const route = routeSet.length > 0 ? { ...direct, routeSet } : direct;
      yield wayOut(config, route, release, health);
    }
  }

  /**
   * In what forms a number of a company's would go out: as dialled, or where a trunk's rules take digits off it, as they make it.
   * A prefix that a rule adds is the carrier's and not told.
   */
  sentForms(number: string, tenant: string): readonly string[] {
    const forms = new Set<string>();
    for (const { config } of this.#able(tenant, undefined)) {
      const sent = rewrite(number, config.rewrite.calledOut);
      forms.add(sent.endsWith(number) ? number : sent);
    }
    return forms.size > 0 ? [...forms] : [number];
  }

  /** What a company shows to the world: what it wants, where it is its own, else the number of its first trunk that has one; empty: none has. */
  numberOf(tenant: string, shows: Showing): string {
    const trunks = this.#able(tenant, undefined).toSorted((a, b) => a.priority - b.priority);
    for (const { config } of trunks) {
      const number = shownOver(config, tenant, shows);
      if (number !== '') return number;
    }
    return '';
  }

  /** Takes a trunk for alive, by an operator's word; false: there is none of that name, or it has no way out. */
  setUp(tenant: string, name: string): boolean {
    const health = this.#trunks.get(`${tenant}/${name}`)?.health;
    health?.setUp();
    return health !== undefined;
  }

  /** State of each trunk, for metrics and operators. */
  status(): TrunkStatus[] {
    return Array.from(this.#trunks.values(), statusOf);
  }

  /** One of them, closer; undefined: there is none of that name. */
  atWork(tenant: string, name: string): TrunkAtWork | undefined {
    const trunk = this.#trunks.get(`${tenant}/${name}`);
    if (!trunk) return undefined;
    const { config, gauge, registration } = trunk;
    const { used, shares, peaks } = gauge;
    return { ...statusOf(trunk), config, used, shares, peaks, lastAnswer: registration?.lastAnswer };
  }

  /** What its peer answered to OPTIONS, and what failed; undefined: there is none of that name. */
  history(tenant: string, name: string): Pick<ServedTrunk, 'probes' | 'failures'> | undefined {
    return this.#trunks.get(`${tenant}/${name}`);
  }

  /** Ways out of a company by priority, were `tried` as it is given; nothing is taken. */
  plannedWays(tenant: string, tried: Trunk): WayPlanned[] {
    const ways = this.#able(tenant, undefined)
      .filter(({ config }) => config.tenant !== tried.tenant || config.name !== tried.name)
      .map((trunk): WayPlanned => {
        const status = { ...statusOf(trunk), config: trunk.config };
        // How much others call over a trunk that is shared is nothing to a company.
        const isOwn = [tenant, tried.tenant].includes(trunk.config.tenant);
        return isOwn ? status : { ...status, ...shareOf(trunk, tenant) };
      });
    const known = this.#trunks.get(`${tried.tenant}/${tried.name}`);
    if (tried.uri !== undefined)
      ways.push({
        config: tried,
        health: known?.health?.status ?? ALWAYS_UP,
        active: known?.gauge.active ?? 0,
        channels: channelsOf(tried),
      });
    return ways.sort((one, other) => one.config.priority - other.config.priority);
  }

  /** Stops probing and takes registrations back. */
  async close(): Promise<void> {
    this.#changes.off();
    const closing = Array.from(this.#trunks.values(), (trunk) => trunk.close());
    await Promise.all([...closing, ...this.#leaving]);
  }

  #shown(config: Trunk, tenant: string, shows: Showing): string {
    const number = shownOver(config, tenant, shows);
    if (shows.number !== '' && number !== shows.number) {
      const { log } = this.#world;
      log.warn(
        { tenant, trunk: config.name, wanted: shows.number },
        "the number to be shown is not the company's on this trunk",
      );
    }
    return number;
  }

  #put(config: Trunk): void {
    const trunk = new ServedTrunk(config, this.#world);
    this.#trunks.set(`${config.tenant}/${config.name}`, trunk);
    this.#list = [...this.#trunks.values()];
    if (this.#started) trunk.start();
  }

  /** A new trunk begins, one that is gone takes no new call, one that changed keeps its calls. */
  #reconcile(changes: readonly EntityChange[]): void {
    for (const { kind, tenant, name, after } of changes) {
      if (kind !== 'trunk') continue;
      const key = `${tenant}/${name}`;
      const known = this.#trunks.get(key);
      if (!after) {
        this.#trunks.delete(key);
        this.#list = [...this.#trunks.values()];
        const leaving = known?.close().finally(() => this.#leaving.delete(leaving!));
        if (leaving) this.#leaving.add(leaving);
      } else if (known) known.change(after as Trunk);
      else this.#put(after as Trunk);
    }
  }

  /** Trunks that a company may call out over; of a name, its own one before a shared one. */
  #able(tenant: string, name: string | undefined): readonly ServedTrunk[] {
    const able = this.#list.filter(
      (trunk) =>
        trunk.config.uri !== undefined &&
        trunk.serves(tenant) &&
        (name === undefined || trunk.config.name === name),
    );
    if (name === undefined) return able;
    const own = able.filter(({ config }) => config.tenant === tenant);
    return own.length > 0 ? own : able;
  }

  #of(invite: EdgeRequest): ServedTrunk | undefined {
    const { address } = invite.source;
    const sharing = this.#list.filter(({ addresses }) => addresses.has(address));
    return sharing.length > 1 ? tellApart(sharing, invite) : sharing[0];
  }
}

/** What a company has and may have of a trunk that is shared. */
function shareOf({ gauge, config }: ServedTrunk, tenant: string): Pick<WayPlanned, 'active' | 'channels'> {
  return {
    active: gauge.shares.get(tenant) ?? 0,
    channels: config.tenants[tenant]?.channels ?? channelsOf(config),
  };
}

const channelsOf = ({ limits, channels }: Trunk): number => limits.together ?? channels;

function statusOf({ config, gauge, health, registration }: ServedTrunk): TrunkStatus {
  return {
    tenant: config.tenant,
    name: config.name,
    active: gauge.active,
    channels: channelsOf(config),
    health: health?.status ?? ALWAYS_UP,
    registration: registration?.state,
  };
}
