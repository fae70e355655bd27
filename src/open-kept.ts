/** What the store keeps for rooms that have it in memory while calls run: read at the start, written as it changes. */
import { join } from 'node:path';
import type { Standing } from './acd/core/rest.ts';
import type { StandingKeeping } from './acd/kept-standings.ts';
import type { Config } from './config/config.ts';
import { Switches } from './dialplan/plan/switches.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { CallerMemory } from './routing/caller-languages.ts';
import type { LimitReached, UseKeeping } from './routing/outside-limits.ts';
import { HOUR_MS, type HourOfUse } from './routing/outside-use.ts';
import { PhoneSettings } from './routing/phone-settings.ts';
import type { Clock, Timer } from './shared/clock.ts';
import type { Logger } from './shared/logger.ts';
import { Turns } from './shared/turns.ts';
import type { OutsideLimitFact } from './store/events.ts';
import { importSwitches, SWITCHES_FILE } from './store/import-switches.ts';
import type { Store } from './store/store.ts';

interface Services {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The switches as they were left; those in the file of an older version are taken over. */
export async function openSwitches({ dataDir }: Config, store: Store, { clock, logger }: Services) {
  await importSwitches(join(dataDir, SWITCHES_FILE), store.switches);
  const turns = new Turns();
  const on = new Switches(clock, await store.switches.all(), (state, isOn) =>
    turns
      .take(() => store.switches.turn(state, isOn, clock.now()))
      .catch((err: unknown) => logger.error({ err }, 'a switch could not be stored')),
  );
  return { on, read: () => turns.take(async () => on.replace(await store.switches.all())) };
}

/** What was set at phones, as it was left. */
export async function openPhoneSettings(
  provisioning: Provisioned,
  { phoneSettings: stored }: Store,
  { clock, logger }: Services,
) {
  const turns = new Turns();
  const on = new PhoneSettings(provisioning, await stored.all(), (changed) =>
    turns
      .take(() => stored.set(changed, clock.now()))
      .catch((err: unknown) => logger.error({ err }, 'what was set at a phone could not be stored')),
  );
  return { on, read: () => turns.take(async () => on.replace(await stored.all())) };
}

/** What could not be written is tried again after so long. */
const AGAIN_MS = 5_000;

/** How agents stood when the engine ended, and what changes of it. */
export interface OpenStandings extends StandingKeeping {
  /** Resolves when all is written that can be. */
  close(): Promise<void>;
}

/**
 * How agents stood when the engine ended, and what changes of it: written one after the other, of each agent the last word. Where
 * that fails it is tried again, until it is written or the engine ends.
 */
export async function openStandings(
  { agentStandings: stored }: Pick<Store, 'agentStandings'>,
  { clock, logger }: Services,
): Promise<OpenStandings> {
  const left = await stored.all();
  const waiting = new Map<string, () => Promise<void>>();
  let again: Timer | undefined;
  let writing: Promise<void> | undefined;
  let isClosed = false;
  const writeAll = async () => {
    for (const [key, write] of waiting) {
      waiting.delete(key);
      try {
        await write();
      } catch (err) {
        // Unless there is a newer one.
        if (!waiting.has(key)) waiting.set(key, write);
        logger.error({ err, waiting: waiting.size }, 'how an agent stands could not be stored');
        if (!isClosed) again = clock.after(AGAIN_MS, begin);
        break;
      }
    }
    writing = undefined;
  };
  const begin = () => {
    again = undefined;
    writing ??= writeAll();
  };
  return {
    of: (tenant) =>
      left
        .filter((one) => one.tenant === tenant)
        .map(({ agent, standing }) => ({ agent, ...(JSON.parse(standing) as Standing) })),
    keep: (tenant, agent, standing) => {
      const text = standing && JSON.stringify(standing);
      waiting.set(`${tenant}/${agent}`, () =>
        text === undefined ? stored.drop(tenant, agent) : stored.put({ tenant, agent, standing: text }),
      );
      if (!again) begin();
    },
    close: async () => {
      isClosed = true;
      again?.cancel();
      await writing;
      if (waiting.size > 0) await writeAll();
    },
  };
}

/** What is remembered of callers. */
export function callerMemory({ callerMemory: stored }: Store, { clock }: Services): CallerMemory {
  return {
    languageOf: async (tenant, number) => (await stored.get(tenant, number, 'language'))?.value,
    keepLanguage: (tenant, number, value) =>
      stored.put({ tenant, number, what: 'language', value, at: clock.now() }),
    forgetLanguage: (tenant, number) => stored.forget(tenant, number, 'language'),
  };
}

/** A day in every time zone, and the one before. */
const KEPT_MS = 48 * HOUR_MS;
/** Nodes that share a database see one another's calls after so long. */
const FOLLOW_MS = 60_000;

/** What calls outside have cost, as it was left. */
export interface OpenOutsideUse {
  readonly today: readonly HourOfUse[];
  readonly keeping: UseKeeping;
  /** An operator let a limit begin anew. */
  lifted(tenant: string, extension: string, by: string): void;
  /** Has other nodes' use told. */
  follow(replace: (use: readonly HourOfUse[]) => void): void;
  close(): void;
}

/** What calls outside have cost in the last two days: more than any limit looks back. */
export async function openOutsideUse(store: Store, { clock, logger }: Services): Promise<OpenOutsideUse> {
  const turns = new Turns();
  const { outsideUse: stored, lease } = store;
  const keep = (work: () => Promise<unknown>) =>
    void turns
      .take(work)
      .catch((err: unknown) => logger.error({ err }, 'what calls outside cost could not be stored'));
  const read = () => stored.since(clock.now() - KEPT_MS);
  const drop = () => stored.drop(clock.now() - KEPT_MS);
  const tell = async (fact: OutsideLimitFact, by: string) => {
    const { tenantId, at, type: _, ...details } = fact;
    await store.events.tell(fact);
    await store.audit.append({ tenantId, at, action: 'outside-limit', by, details });
  };
  await drop();
  const dropping = clock.every(KEPT_MS, () => keep(drop));
  let following: { cancel(): void } | undefined;
  return {
    today: await read(),
    keeping: {
      add: (use) => keep(() => stored.add(use)),
      forget: (tenant, extension) => keep(() => stored.forget(tenant, extension)),
      reached: (limit) => keep(() => tell(reachedFact(limit), 'pbx400')),
    },
    lifted: (tenant, extension, by) => keep(() => tell(liftedFact(tenant, extension, by, clock.now()), by)),
    follow: (replace) => {
      if (lease) following = clock.every(FOLLOW_MS, () => keep(async () => replace(await read())));
    },
    close: () => {
      dropping.cancel();
      following?.cancel();
    },
  };
}

function reachedFact({ tenant, at, ...limit }: LimitReached): OutsideLimitFact {
  return { type: 'outsideLimit', tenantId: tenant, at, did: 'reached', by: undefined, ...limit };
}

function liftedFact(tenant: string, extension: string, by: string, at: number): OutsideLimitFact {
  const nothing = { period: undefined, of: undefined, limit: undefined };
  return { type: 'outsideLimit', tenantId: tenant, at, did: 'lifted', extension, by, ...nothing };
}
