/** Two companies, equal in every name, on one engine; what is called and told of each is kept apart. */
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { SipLeg, SocketAddress } from '../../src/edge/edge.ts';
import type { FakeInboundLeg, FakeOutboundLeg } from '../../src/edge/fake/fake-leg.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { companiesIn } from './companies.ts';
import { type Scenario, type ScenarioOptions, scenario } from './scenario.ts';

export const TENANTS = ['a', 'b'] as const;
export type Tenant = (typeof TENANTS)[number];
/** Numbers of their hotlines. */
export const HOTLINES = { a: '4001111111', b: '4002222222' } as const;
/** Where the phones of each are. */
const PHONES = { a: '127.0.1.1', b: '127.0.1.2' } as const;
const CARRIERS = { a: '192.0.2.1', b: '192.0.2.2' } as const;
/** Extensions that one company alone has. */
export const ALONE = { a: '8008', b: '8009' } as const;

export const otherOf = (tenant: Tenant): Tenant => (tenant === 'a' ? 'b' : 'a');

/** What each has: nothing but addresses and numbers that must be unique differs. */
export const companyFile = (tenant: Tenant, index = TENANTS.indexOf(tenant)) => `
tenant: ${tenant}
tenants: { ${tenant}: {} }
trunks: { carrier: { addresses: [${CARRIERS[tenant]}], uri: "sip:carrier-${tenant}", probe: 0s, callerId: "${HOTLINES[tenant]}" } }
extensions: { 8001: {}, 8002: {}, 8003: {}, ${ALONE[tenant]}: {} }
agents: { 8002: {} }
groups: { 600: { members: [{ extension: 8001 }] } }
conferences: { 800: {} }
queues: { sales: { agents: [8002], announceAgent: false } }
lists: { vip: { numbers: ["1380013800${index}"] } }
mailboxes: { sales: { greeting: goodbye, max: 5s, maxSilence: 1s } }
surveys: { after: { prompt: goodbye, timeout: 1s } }
calendars: { hours: { periods: { open: { daily: "00:00-24:00" } } } }
`;

export class TwoCompanies {
  readonly s: Scenario;
  /** Hosts that were called: `phone-a`, `carrier-b`. */
  readonly called: string[] = [];

  private constructor(s: Scenario) {
    this.s = s;
    const call = s.edge.call.bind(s.edge);
    s.edge.call = (request) => {
      this.called.push(request.uri.slice(request.uri.indexOf('@') + 1));
      return call(request);
    };
  }

  /** Phones answer after a second; callers of both hotlines get the flow. */
  static async open(
    flow: (call: FlowCall) => Promise<unknown>,
    more: ScenarioOptions = {},
  ): Promise<TwoCompanies> {
    const s = await scenario(async () => {}, {
      companies: companiesIn(TENANTS.map((tenant) => companyFile(tenant)).join('---')),
      hotlines: {
        route: (called) => {
          const tenant = TENANTS.find((one) => HOTLINES[one] === called);
          return tenant && { tenant, run: async (call) => void (await flow(call)) };
        },
      },
      phones: {
        events: new TypedEvents(),
        handle: () => ({ status: 501 }),
        identify: ({ source, from }) => {
          const tenant = TENANTS.find((one) => PHONES[one] === source.address);
          return tenant && { extension: from.user, tenant };
        },
        routes: (tenant, number) => [
          { uri: `sip:${number}-${tenant}@phone-${tenant}`, from: { uri: 'sip:x@y' } },
        ],
      },
      ...more,
    });
    for (const tenant of TENANTS)
      for (const number of ['8001', '8002', '8003', ALONE[tenant]])
        s.edge.phone(`${number}-${tenant}`, { does: 'answer', afterMs: 1_000 });
    for (const number of ['13900139000', ...Object.values(HOTLINES), ...Object.values(ALONE)])
      s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
    return new TwoCompanies(s);
  }

  /** Source of the phones of a company. */
  phoneOf(tenant: Tenant): SocketAddress {
    return { transport: 'udp', address: PHONES[tenant], port: 5060 };
  }

  /** A phone of a company dials. */
  dials(tenant: Tenant, from: string, to: string, replaces?: SipLeg): FakeInboundLeg {
    return this.s.call({ from, to, source: this.phoneOf(tenant), ...(replaces && { replaces }) });
  }

  /** Somebody calls a company's hotline over its trunk. */
  arrives(tenant: Tenant, to: string = HOTLINES[tenant]): FakeInboundLeg {
    return this.s.call({ to, source: { transport: 'udp', address: CARRIERS[tenant], port: 5060 } });
  }

  /** A caller of the hotline talks with 8002. */
  async talking(tenant: Tenant): Promise<{ caller: FakeInboundLeg; agent: FakeOutboundLeg }> {
    const talks = this.s.facts('connected').length;
    const caller = this.arrives(tenant);
    await this.s.clock.runUntil(() => this.s.facts('connected').length > talks);
    return { caller, agent: this.phone('8002', tenant) };
  }

  /** The leg to a phone that is called. */
  phone(number: string, tenant: Tenant): FakeOutboundLeg {
    const leg = this.s.edge.legsTo(`${number}-${tenant}`)[0];
    if (!leg) throw new Error(`${number} of ${tenant} is not called`);
    return leg;
  }

  /** How many facts there are of a company's calls. */
  factsOf(tenant: Tenant): number {
    return this.s.events.filter(({ tenantId }) => tenantId === tenant).length;
  }

  /** Ends all calls; throws when something is left open. */
  async close(): Promise<void> {
    const ended = this.s.pbx.calls.close('normal');
    await this.s.clock.advance(60_000);
    await ended;
    await this.s.close();
  }
}
