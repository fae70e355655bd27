import { isDeepStrictEqual } from 'node:util';
import type { EdgeCredentials, SipEdge } from '../edge/edge.ts';
import type { Trunk } from '../provisioning/kind/trunk.ts';
import { SYSTEM_TENANT } from '../provisioning/snapshot.ts';
import { AddressList } from '../shared/address-list.ts';
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { Gauge, type TrunkDirection } from './gauge.ts';
import { Health } from './health.ts';
import { ProbeLog } from './probe-log.ts';
import { credentialsOf, Registration } from './registration.ts';
import { proxyOf } from './route-of.ts';
import { type RequestTraces, TrunkFailures } from './trunk-failures.ts';

/** What trunks work with. */
export interface TrunkWorld {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
  readonly edge: SipEdge;
  /** Left out: of requests that fail no messages are kept. */
  readonly traces?: RequestTraces | undefined;
}

/** A trunk at work: its channels, probes and registration. It keeps what a change of its entity does not touch. */
export class ServedTrunk {
  readonly gauge: Gauge;
  /** Requests outside of calls that failed. */
  readonly failures = new TrunkFailures();
  #probes = new ProbeLog();
  readonly #world: TrunkWorld;
  #config: Trunk;
  #addresses: AddressList;
  #health: Health | undefined;
  #registration: Registration | undefined;
  #credentials: EdgeCredentials | undefined;
  #started = false;
  /** Registrations that are being taken back. */
  #signingOff: Promise<unknown> = Promise.resolve();

  constructor(config: Trunk, world: TrunkWorld) {
    this.#world = world;
    this.#config = config;
    this.#addresses = new AddressList(config.addresses);
    this.gauge = new Gauge(config, world.clock);
    this.#health = this.#newHealth();
    this.#registration = this.#newRegistration();
    this.#credentials = config.register && credentialsOf(config.register);
  }

  get config(): Trunk {
    return this.#config;
  }

  get priority(): number {
    return this.#config.priority;
  }

  get weight(): number {
    return this.#config.weight;
  }

  get addresses(): AddressList {
    return this.#addresses;
  }

  /** Of the peer that it has now. */
  get probes(): ProbeLog {
    return this.#probes;
  }

  get health(): Health | undefined {
    return this.#health;
  }

  get registration(): Registration | undefined {
    return this.#registration;
  }

  /** For its calls. */
  get credentials(): EdgeCredentials | undefined {
    return this.#credentials;
  }

  /** Whether a company may call out over it. */
  serves(tenant: string): boolean {
    const { tenant: owner, tenants } = this.#config;
    return owner === tenant || (owner === SYSTEM_TENANT && Object.hasOwn(tenants, tenant));
  }

  /** Takes a channel for a company; see {@link Gauge.take}. */
  take(direction: TrunkDirection, tenant: string, isUrgent = false): (() => void) | string {
    const release = this.gauge.take(direction, isUrgent);
    const { tenant: owner } = this.#config;
    if (typeof release === 'string' || isUrgent || owner !== SYSTEM_TENANT || tenant === owner)
      return release;
    const share = this.gauge.takeShare(tenant);
    if (typeof share === 'string') {
      release();
      return share;
    }
    return () => {
      release();
      share();
    };
  }

  /** Begins to probe and to register. */
  start(): void {
    this.#started = true;
    this.#health?.start();
    this.#registration?.start();
  }

  /** Takes what its entity says from now on. Calls and channels stay; probes and registration where nothing of theirs changed. */
  change(config: Trunk): void {
    const before = this.#config;
    this.#config = config;
    this.#addresses = new AddressList(config.addresses);
    this.gauge.limit(config);
    const isSamePeer = before.uri === config.uri && before.proxy === config.proxy;
    const probes = (of: Trunk) => [of.probeMs, of.probeFailures, of.probeSuccesses];
    if (!isSamePeer || !isDeepStrictEqual(probes(before), probes(config))) {
      this.#health?.close();
      if (!isSamePeer) this.#probes = new ProbeLog();
      this.#health = this.#newHealth();
      if (this.#started) this.#health?.start();
    }
    if (isSamePeer && isDeepStrictEqual(before.register, config.register)) return;
    this.#signOff();
    const registration = this.#newRegistration();
    this.#registration = registration;
    this.#credentials = config.register && credentialsOf(config.register);
    // The old binding goes first: it may be the same Contact at the same registrar.
    if (this.#started) {
      void this.#signingOff.then(() => registration === this.#registration && registration?.start());
    }
  }

  /** Stops probing and takes its registration back; calls go on. Idempotent. */
  async close(): Promise<void> {
    this.#started = false;
    this.#health?.close();
    this.#signOff();
    this.#registration = undefined;
    await this.#signingOff;
  }

  #signOff(): void {
    const closing = this.#registration?.close();
    this.#signingOff = Promise.all([this.#signingOff, closing]);
  }

  #newHealth(): Health | undefined {
    const { name: trunk, tenant, uri, probeMs, probeFailures, probeSuccesses } = this.#config;
    if (uri === undefined) return undefined;
    const { edge, clock, log, ids, traces } = this.#world;
    const options = {
      uri,
      ...proxyOf(this.#config),
      probeMs,
      failures: probeFailures,
      successes: probeSuccesses,
    };
    return new Health(options, {
      ...{ edge, clock, ids, traces, tenantId: tenant },
      log: this.#probes,
      failures: this.failures,
      onChange: (state, why) =>
        log.warn({ tenant, trunk, state, why }, state === 'up' ? 'trunk is back' : 'trunk is down'),
      onTrial: () => log.info({ tenant, trunk }, 'trunk is down: one call tries it'),
    });
  }

  #newRegistration(): Registration | undefined {
    const { ids, ...world } = this.#world;
    const parts = { ...world, failures: this.failures };
    return this.#config.register && new Registration(this.#config, parts, ids.token());
  }
}
