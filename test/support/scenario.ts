import { basename } from 'node:path';
import type { AgentEvent } from '../../src/acd/agent-events.ts';
import type { CallEvent } from '../../src/call/call-events.ts';
import type { Config } from '../../src/config/config.ts';
import type { SupervisionEntry } from '../../src/desk/desk-parts.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { FakeCall, FakeEdge } from '../../src/edge/fake/fake-edge.ts';
import type { FakeInboundLeg } from '../../src/edge/fake/fake-leg.ts';
import type { MediaCapabilities } from '../../src/media/media.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import type { NullMediaEngine } from '../../src/media/null/null-engine.ts';
import type { Pbx, PbxParts } from '../../src/pbx.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import type { Named } from '../../src/provisioning/snapshot.ts';
import type { Hotlines } from '../../src/routing/hotlines.ts';
import type { ManualClock } from '../../src/shared/manual-clock.ts';
import { VirtualWorld } from '../../src/testing/virtual-world.ts';
import { type Edits, edited, SAMPLE, SAMPLE_COMPANIES } from './companies.ts';
import { proveIdentities } from './identities.ts';
import { proveStreams } from './rebuilt.ts';

/** Saturday 2026-10-10, a make-up work day, 10:00 in Shanghai. */
export const TEN_O_CLOCK = Date.parse('2026-10-10T10:00:00+08:00');

const HOTLINE = '4001234567';

function routedTo(flow: (call: FlowCall) => Promise<void>, call: FlowCall): Promise<void> {
  call.routed(HOTLINE);
  return flow(call);
}

/** Calls from this address are phones'. */
export const PHONES = '127.0.0.99';

/** Parts other than the usual ones. `can`: what the media engine says that it can do, where that differs. */
export interface ScenarioOptions extends Partial<Omit<PbxParts, 'config' | 'provisioning' | 'hotlines'>> {
  readonly config?: Config;
  /** What companies have set up; the sample company by default. */
  readonly companies?: Iterable<Named>;
  /** In place of `companies`: what somebody else changes. */
  readonly provisioning?: Provisioning;
  readonly can?: Partial<MediaCapabilities>;
  readonly hotlines?: Pick<Hotlines, 'route'> & Partial<Hotlines>;
}

export interface Scenario {
  readonly clock: ManualClock;
  readonly edge: FakeEdge;
  readonly media: NullMediaEngine;
  readonly pbx: Pbx;
  readonly provisioning: Provisioning;
  /** Changes what companies have set up while calls run. */
  change(edits: Edits): void;
  readonly events: CallEvent[];
  readonly agentEvents: readonly AgentEvent[];
  /** What supervisors did. */
  readonly audited: readonly SupervisionEntry[];
  /** Alice calls the hotline. */
  call(call?: Partial<FakeCall>): FakeInboundLeg;
  /** The endpoint of the caller of the only, or the newest, call. */
  ear(): NullEndpoint;
  /** Names of the prompts that this endpoint heard, in order. */
  heard(endpoint: NullEndpoint): string[];
  facts<Type extends CallEvent['type']>(type: Type): Extract<CallEvent, { type: Type }>[];
  /** Ends with "nothing left open", and records and counters that add up. Throws when something does not. */
  close(): Promise<void>;
}

/** The whole engine on a manual clock, with a fake edge and null media, running `flow` for every call. */
export async function scenario(
  flow: (call: FlowCall) => Promise<void>,
  {
    can = {},
    config = SAMPLE,
    companies = SAMPLE_COMPANIES,
    provisioning = new Provisioning(companies),
    hotlines,
    ...parts
  }: ScenarioOptions = {},
): Promise<Scenario> {
  const world = new VirtualWorld({ at: TEN_O_CLOCK, can });
  const { clock, edge, media, events } = world;
  const pbx = world.pbx({
    config,
    provisioning,
    hotlines: {
      route: (called) => (called === HOTLINE ? { run: (call) => routedTo(flow, call) } : undefined),
      switchCode: () => undefined,
      period: () => undefined,
      ...hotlines,
    },
    phones: {
      ...world.phones,
      identify: (invite) =>
        invite.source.address === PHONES ? { extension: invite.from.user, tenant: 'demo' } : undefined,
    },
    ...parts,
  });
  await pbx.start();
  const endpoints: NullEndpoint[] = [];
  return {
    clock,
    edge,
    media,
    pbx,
    provisioning,
    change: (edits) => provisioning.replace(edited(provisioning.snapshot, edits)),
    events,
    agentEvents: world.agentEvents,
    audited: world.audited,
    call: (call) => edge.arrive({ from: '13800138000', to: HOTLINE, ...call }),
    ear: () => {
      const ear = [...media.endpoints].find((endpoint) => !endpoints.includes(endpoint)) ?? endpoints.at(-1);
      if (!ear) throw new Error('no endpoint was made yet');
      endpoints.push(ear);
      return ear;
    },
    heard: (endpoint) =>
      endpoint.played.flatMap((playback) => playback.heard().map((name) => basename(name, '.wav'))),
    facts: (type) => events.filter((event) => event.type === type) as never,
    close: async () => {
      await pbx.close();
      const open = {
        legs: edge.open,
        endpoints: media.endpoints.size,
        calls: pbx.calls.size,
        timers: clock.pending,
      };
      if (Object.values(open).some((count) => count > 0)) {
        throw new Error(`left open: ${JSON.stringify(open)}`);
      }
      await proveIdentities(events, world.agentEvents);
      proveStreams(events, world.agentEvents);
    },
  };
}
