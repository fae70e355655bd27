/** What operators see and turn of the running PBX, by HTTP and by the control socket. */
import type { Dialplans } from './dialplan/dialplans.ts';
import type { SipEdge } from './edge/edge.ts';
import type { BanBoard } from './http/routes/bans.ts';
import type { HealthState, NodeHealth } from './http/routes/health.ts';
import type { SwitchBoard } from './http/routes/switches.ts';
import type { TrunkBoard, TrunkRow } from './http/routes/trunks.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { SYSTEM_TENANT } from './provisioning/snapshot.ts';
import type { LimitReached, OutsideLimits } from './routing/outside-limits.ts';
import type { Clock } from './shared/clock.ts';
import type { Logger } from './shared/logger.ts';
import { Scope } from './shared/scope.ts';
import type { AuditEntry, Store, StoreJournal } from './store/store.ts';
import type { TrunkStatus, Trunks } from './trunk/trunks.ts';

interface BoardParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
}

/** Requests at the control socket. */
export interface LiftBan extends ControlRequest {
  readonly ask: 'lift-ban';
  readonly address: string;
  readonly by: string;
}
export interface TrunkUp extends ControlRequest {
  readonly ask: 'trunk-up';
  readonly tenant: string;
  readonly name: string;
  readonly by: string;
}

export interface LiftLimit extends ControlRequest {
  readonly ask: 'lift-limit';
  readonly tenant: string;
  /** '': the company's own. */
  readonly extension: string;
  readonly by: string;
}

/** A limit of calls outside that is reached, as it is printed. */
export type LimitRow = Omit<LimitReached, 'at'>;

/** Sources that the edge does not hear. */
export function banBoard(
  edge: Pick<SipEdge, 'bans' | 'liftBan'>,
  { clock, logger, tell }: BoardParts,
): BanBoard {
  return {
    bans: () =>
      edge.bans.map(({ address, why, ageMs, leftMs }) => {
        const now = clock.now();
        return { address, why, since: iso(now - ageMs), until: iso(now + leftMs) };
      }),
    lift: async (banned, { by, address, reason }) => {
      const ban = edge.bans.find((each) => each.address === banned);
      if (!edge.liftBan(banned)) return false;
      logger.warn({ address: banned, by }, 'a ban was lifted');
      const details = { ban: banned, before: { why: ban?.why }, after: null, reason, address };
      await tell({ tenantId: SYSTEM_TENANT, at: clock.now(), action: 'ban', by, details });
      return true;
    },
  };
}

/** The trunks of all companies. */
export function trunkBoard(
  trunks: Pick<Trunks, 'status' | 'setUp'>,
  { clock, logger, tell }: BoardParts,
): TrunkBoard {
  const rows = (scope: Scope) =>
    trunks
      .status()
      .filter(({ tenant }) => scope.includes(tenant))
      .map(trunkRow);
  const find = (tenant: string, trunk: string) => rows(Scope.of(tenant)).find(({ name }) => name === trunk);
  return {
    trunks: rows,
    setUp: async (tenant, trunk, { by, address, reason }) => {
      const before = find(tenant, trunk);
      if (!trunks.setUp(tenant, trunk)) return undefined;
      logger.info({ tenant, trunk, by }, 'a trunk was set up by hand');
      const after = find(tenant, trunk);
      const states = { before: before?.state, after: after?.state };
      const details = { trunk, ...states, reason, address };
      await tell({ tenantId: tenant, at: clock.now(), action: 'trunk', by, details });
      return after;
    },
  };
}

function trunkRow({ tenant, name, health, registration, active, channels }: TrunkStatus): TrunkRow {
  return {
    tenant,
    name,
    state: health.state,
    why: health.why ?? null,
    since: iso(health.sinceMs),
    nextTry: iso(health.nextTryMs),
    registration: registration ?? null,
    calls: active,
    channels,
  };
}

/** What `pbx400 bans` and `pbx400 trunks` ask, see `provisioning/control/protocol.ts`. */
export function boardAnswers(bans: BanBoard, trunks: TrunkBoard): ControlAnswers {
  return {
    bans: () => ({ bans: bans.bans() }),
    'lift-ban': async ({ address, by }: LiftBan) => ({ lifted: await bans.lift(address, { by }) }),
    trunks: () => ({ trunks: trunks.trunks(Scope.all) }),
    'trunk-up': async ({ tenant, name, by }: TrunkUp) => ({
      trunk: (await trunks.setUp(tenant, name, { by })) ?? null,
    }),
  };
}

/** What `pbx400 limits` asks. */
export function limitAnswers(
  limits: Pick<OutsideLimits, 'reached' | 'lift'>,
  kept: { lifted(tenant: string, extension: string, by: string): void },
  { logger }: Pick<BoardParts, 'logger'>,
): ControlAnswers {
  return {
    limits: () => ({ limits: limits.reached().map(({ at: _, ...row }): LimitRow => row) }),
    'lift-limit': ({ tenant, extension, by }: LiftLimit) => {
      const lifted = limits.lift(tenant, extension);
      if (lifted) {
        logger.warn({ tenant, extension, by }, 'a limit of calls outside was lifted');
        kept.lifted(tenant, extension, by);
      }
      return { lifted };
    },
  };
}

/** The switches of the hotlines. */
export function switchBoard(
  hotlines: Pick<Dialplans, 'state' | 'switchNames'>,
  provisioning: Provisioned,
  { clock, tell }: Pick<BoardParts, 'clock' | 'tell'>,
): SwitchBoard {
  const { switches } = hotlines.state;
  const peakOf = (tenant: string, name: string) =>
    provisioning.snapshot.of('queue', tenant).filter(({ peak }) => peak?.switch === name);
  const rowOf = ({ tenant, name }: { readonly tenant: string; readonly name: string }) => {
    const untilMs = switches.all().find((each) => each.tenant === tenant && each.name === name)?.untilMs;
    const peak = peakOf(tenant, name).map((queue) => queue.name);
    return { tenant, name, on: switches.isOn(tenant, name), until: iso(untilMs), peakOf: peak };
  };
  return {
    switches: (scope) =>
      hotlines
        .switchNames()
        .filter(({ tenant }) => scope.includes(tenant))
        .map(rowOf),
    peakSwitch: (tenant, queue) => provisioning.snapshot.get('queue', tenant, queue)?.peak?.switch,
    turn: async ({ tenant, name, on, untilMs }, { by, address, reason }) => {
      const before = rowOf({ tenant, name });
      switches.turn(tenant, name, on, untilMs);
      const after = rowOf({ tenant, name });
      const states = [before, after].map((each) => ({ on: each.on, until: each.until }));
      const details = { switch: name, before: states[0], after: states[1], reason, address };
      await tell({ tenantId: tenant, at: clock.now(), action: 'switch', by, details });
      return after;
    },
  };
}

/** What the journal says of new calls. */
export function journalHealth({ takesCalls, stats }: StoreJournal): Exclude<HealthState, 'draining'> {
  if (!takesCalls) return 'journal-full';
  return stats.waiting.away ? 'store-away' : 'ok';
}

/** This node among those that share its database. */
export function nodeHealth({ nodeId, ageMs, peers }: NonNullable<Store['lease']>): NodeHealth {
  return { id: nodeId, leaseAgeMs: Math.round(ageMs), peers: peers.length };
}

function iso(ms: number): string;
function iso(ms: number | undefined): string | null;
function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
