import type { Call } from '../call/call.ts';
import type { CallEvent } from '../call/call-events.ts';
import type { Config } from '../config/config.ts';
import { Dialplans } from '../dialplan/dialplans.ts';
import type { FlowCall } from '../dialplan/run/flow-call.ts';
import type { AgentOrder } from '../dialplan/write/agent-order.ts';
import type { FakeEdge } from '../edge/fake/fake-edge.ts';
import type { FakeInboundLeg } from '../edge/fake/fake-leg.ts';
import type { NullEndpoint } from '../media/null/null-endpoint.ts';
import type { NullMediaEngine } from '../media/null/null-engine.ts';
import type { NumberLists } from '../numbering/number-list.ts';
import { readTables, type SharedTables, tableFile } from '../open-tables.ts';
import type { Pbx } from '../pbx.ts';
import { Provisioning } from '../provisioning/provisioning.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import type { ManualClock } from '../shared/manual-clock.ts';
import { outboundBy } from './outbound-by.ts';
import { behaviourOf, type VirtualPhone } from './virtual-phone.ts';
import { catalogueOf, VirtualWorld } from './virtual-world.ts';

export interface VirtualPbxOptions {
  readonly config: Config;
  /** What companies have set up. */
  readonly companies: Snapshot;
  /** Hotlines to serve; left out, those of the configuration's folder are loaded by {@link VirtualPbx.load}. */
  readonly hotlines?: readonly unknown[];
  /** Functions that order agents, of the files of those hotlines. */
  readonly orders?: readonly AgentOrder[];
  /** Virtual time of the start, ms since 1970. */
  readonly at: number;
  /** By agent, extension or outside number. Agents that are not named answer. */
  readonly phones?: Readonly<Record<string, VirtualPhone>>;
  readonly seed?: number;
  /** For `http` nodes; by default nobody answers them. */
  readonly fetch?: typeof fetch;
  readonly lists?: NumberLists;
  readonly log?: Logger;
  /** Stands between the hotline and the live call: to watch, or to press keys. */
  readonly wrap?: (call: FlowCall) => FlowCall;
}

const readBefore = new Map<string, SharedTables>();

/**
 * The whole engine on a clock that moves only when told to, without network and audio: the same calls, queues and
 * hotlines that serve live, so what it shows is what a caller gets.
 */
export class VirtualPbx {
  readonly clock: ManualClock;
  readonly edge: FakeEdge;
  readonly media: NullMediaEngine;
  readonly pbx: Pbx;
  readonly dialplans: Dialplans;
  readonly events: readonly CallEvent[];
  readonly #companies: Snapshot;
  readonly #world: VirtualWorld;
  /** All calls so far: what a caller heard is asked for after the call, too. */
  readonly #calls = new Map<string, Call>();

  /** Throws ConfigError when a hotline has a mistake. Call {@link open} before the first call. */
  constructor(options: VirtualPbxOptions) {
    const { config, companies, log = silentLogger } = options;
    this.#companies = companies;
    const provisioning = new Provisioning(companies);
    const world = new VirtualWorld(options);
    this.#world = world;
    ({ clock: this.clock, edge: this.edge, media: this.media, events: this.events } = world);
    const prompts = catalogueOf(config);
    const tables = tablesOf(config, companies);
    this.dialplans = new Dialplans({
      dir: config.dialplanDir,
      provisioning,
      timeZone: config.timeZone,
      prompts: prompts.names,
      logger: log,
      clock: world.clock,
      ids: world.ids,
      ...tables,
      ...(options.fetch && { outbound: outboundBy(options.fetch, world.clock) }),
      ...(options.lists && { lists: options.lists }),
    });
    if (options.hotlines) this.dialplans.replace(options.hotlines, options.orders);
    for (const extension of companies.all('extension')) this.phone(extension.number, {});
    for (const [number, phone] of Object.entries(options.phones ?? {})) this.phone(number, phone);
    const wrap = options.wrap ?? ((call) => call);
    this.pbx = world.pbx({
      config,
      provisioning,
      log,
      areas: tables.areas,
      switches: this.dialplans.state.switches,
      hotlines: {
        route: (called) => {
          const hotline = this.dialplans.route(called);
          return hotline && { tenant: hotline.tenant, run: (call) => hotline.run(wrap(call)) };
        },
        switchCode: (code, tenant) => this.dialplans.switchCode(code, tenant),
        agentOrder: (tenant, name) => this.dialplans.agentOrder(tenant, name),
        period: (calendar, tenant) => this.dialplans.period(calendar, tenant),
      },
    });
  }

  /** Opens the engine. */
  async open(): Promise<this> {
    await this.pbx.start();
    return this;
  }

  /** Sets what a phone or line does from now on. An agent is named by work number or extension. */
  phone(number: string, phone: VirtualPhone): void {
    const agent = this.#companies.all('agent').find((each) => each.id === number);
    const extension = agent?.extension ?? number;
    this.edge.phone(extension, behaviourOf(phone));
    if (phone === 'offline') this.#world.offline.add(extension);
    else this.#world.offline.delete(extension);
  }

  /** A call from a trunk, the first one by default. */
  arrive(from: string, to: string, trunk?: string): { leg: FakeInboundLeg; callId: string | undefined } {
    const before = this.events.length;
    const trunks = this.#companies.all('trunk');
    const chosen = trunk === undefined ? trunks[0] : trunks.find((each) => each.name === trunk);
    const address = chosen?.addresses[0]?.split('/')[0] ?? '127.0.0.1';
    const leg = this.edge.arrive({ from, to, source: { transport: 'udp', address, port: 5060 } });
    const callId = this.events[before]?.callId;
    for (const call of this.pbx.calls) if (call.id === callId) this.#calls.set(callId, call);
    return { leg, callId };
  }

  /** The endpoint of a call's caller, also after the call. */
  ear(callId: string): NullEndpoint | undefined {
    const caller = this.#calls.get(callId)?.caller;
    return caller?.hasMedia ? (caller.media as NullEndpoint) : undefined;
  }

  /** The facts of one call. */
  eventsOf(callId: string): readonly CallEvent[] {
    return this.events.filter((event) => event.callId === callId);
  }

  /** What an open engine still holds: all zero when every call has ended and wrap-up is over. */
  get leftOpen(): Readonly<Record<'legs' | 'endpoints' | 'calls', number>> {
    return { legs: this.edge.open, endpoints: this.media.endpoints.size, calls: this.pbx.calls.size };
  }

  async close(): Promise<void> {
    await this.pbx.close();
    this.dialplans.close();
  }
}

/** Areas and holidays of the live engine, imported ones included; read once a process. Throws ConfigError. */
function tablesOf({ dataDir }: Config, companies: Snapshot): SharedTables {
  const key = [tableFile(dataDir, companies, 'segments'), tableFile(dataDir, companies, 'holidays')].join(
    ':',
  );
  let read = readBefore.get(key);
  if (!read) {
    read = readTables(dataDir, companies, (mistake) => {
      throw mistake;
    });
    readBefore.set(key, read);
  }
  return read;
}
