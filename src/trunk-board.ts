/** One trunk, closer, for the API: how it is at work, and what its rules make of a number. */
import { zoneOf } from './calendar/zone.ts';
import type { TrunkTrial, TrunkTrialRow, TrunkWatch } from './http/routes/trunk-watch.ts';
import { checkBody } from './provisioning/check/check-body.ts';
import { keepSecrets } from './provisioning/check/secrets.ts';
import type { Trunk } from './provisioning/kind/trunk.ts';
import { kindOf } from './provisioning/kinds.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { SYSTEM_TENANT } from './provisioning/snapshot.ts';
import { DirectLines } from './routing/direct-lines.ts';
import type { Hotlines } from './routing/hotlines.ts';
import type { Clock } from './shared/clock.ts';
import { PbxError } from './shared/errors.ts';
import type { Peak } from './shared/peaks.ts';
import type { Trunks, WayPlanned } from './trunk/trunks.ts';
import { tryIn, tryOut } from './trunk/try-rules.ts';

interface TrunkWatchParts {
  readonly trunks: Pick<Trunks, 'atWork' | 'history' | 'plannedWays'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly provisioning: Provisioned;
  readonly hotlines: Pick<Hotlines, 'route'>;
  /** IANA name of the zone whose days are counted. */
  readonly timeZone: string;
}

const LAST_PROBES = 20;

export function trunkWatch({ trunks, provisioning, hotlines, timeZone, clock }: TrunkWatchParts): TrunkWatch {
  const directLines = new DirectLines(provisioning);
  const trunkOf = (tenant: string, name: string) => {
    const trunk = provisioning.snapshot.get('trunk', tenant, name);
    if (!trunk) throw new PbxError('not-found', `there is no trunk ${name}`);
    return trunk;
  };
  const leadsTo = (called: string, trunk: Trunk): TrunkTrialRow['leadsTo'] => {
    // Whose numbers other companies have is nothing to this one.
    const isSeen = (tenant: string) => trunk.tenant === SYSTEM_TENANT || tenant === trunk.tenant;
    const hotline = hotlines.route(called);
    if (hotline) {
      return isSeen(hotline.tenant ?? trunk.tenant)
        ? { kind: 'hotline', name: called }
        : { kind: 'nobody', name: '' };
    }
    const line = directLines.at(called, trunk);
    return line && isSeen(line.tenant)
      ? { kind: 'extension', name: line.number }
      : { kind: 'nobody', name: '' };
  };
  return {
    watch: (tenant, name) => {
      const found = trunks.atWork(tenant, name);
      if (!found) return undefined;
      const { config, health, used, active, channels, shares, peaks, registration, lastAnswer } = found;
      return {
        ...{ tenant, name, state: health.state, why: health.why ?? null, calls: active, channels },
        since: iso(health.sinceMs),
        nextTry: iso(health.nextTryMs),
        hasWayOut: config.uri !== undefined,
        ...used,
        limits: { in: config.limits.in ?? null, out: config.limits.out ?? null },
        shares: Object.entries(config.tenants).map(([company, share]) => ({
          tenant: company,
          calls: shares.get(company) ?? 0,
          channels: share.channels ?? null,
        })),
        peaks: { since: iso(peaks.since), days: peakDays(peaks.quarters(), timeZone) },
        registration:
          registration === undefined
            ? null
            : {
                state: registration,
                answeredAt: iso(lastAnswer?.at),
                status: lastAnswer?.status ?? null,
                reason: lastAnswer?.reason ?? '',
                until: iso(lastAnswer?.untilMs),
              },
      };
    },
    probes: (tenant, name) => {
      const log = trunks.history(tenant, name)?.probes;
      if (!log) return undefined;
      const now = clock.now();
      return {
        quarters: log.quarters(now).map(({ at, averageMs = null, longestMs = null, ...counts }) => ({
          ...{ at: iso(at), ...counts, averageMs, longestMs },
        })),
        last: [...log.newest(now, LAST_PROBES)].map(({ at, tookMs, status }) => ({
          ...{ at: iso(at), tookMs, status: status || null },
        })),
      };
    },
    failures: (tenant, name) =>
      trunks
        .history(tenant, name)
        ?.failures.all()
        .map(({ at, kind, status = null, reason, sipCallId }) => ({
          ...{ at: iso(at), kind, status, reason, ladderId: sipCallId },
        })),
    trial: (tenant, name, asked) => {
      const stored = trunkOf(tenant, name);
      const config = asked.value === undefined ? stored : edited(stored, asked.value);
      const { direction, called, caller } = asked;
      if (direction === 'in') {
        const { steps, ...found } = tryIn(config, asked);
        const inward = { requestUri: null, from: null, headers: [], ways: [] };
        return { steps: steps.map(shown), ...found, leadsTo: leadsTo(found.called, config), ...inward };
      }
      const company = callingCompany(config, asked);
      const isHotline = caller !== '' && hotlines.route(caller)?.tenant === company;
      const shows = { number: caller, isHotline };
      const { steps, requestUri, from, headers } = tryOut(config, { number: called, tenant: company, shows });
      return {
        ...{ steps: steps.map(shown), called: null, caller: null, leadsTo: null, headers },
        requestUri: requestUri ?? null,
        from: from ?? null,
        ways: waysOf(trunks.plannedWays(company, config), config),
      };
    },
  };
}

const shown = <Step extends { readonly rule: number | undefined }>(step: Step) => ({
  ...step,
  rule: step.rule ?? null,
});

/** As it would be saved. Throws PbxError `change-refused`. */
function edited(stored: Trunk, wish: Readonly<Record<string, unknown>>): Trunk {
  const { tenant, name } = stored;
  const kept = keepSecrets(kindOf('trunk'), wish, stored);
  // No secret has a part in this: one that is not written yet does not stand in its way.
  const { register } = kept;
  const isRegistering = typeof register === 'object' && register !== null;
  const value = isRegistering ? { ...kept, register: { password: '-', ...register } } : kept;
  const checked = checkBody({ kind: 'trunk', tenant, name, value });
  if (!Array.isArray(checked)) return (checked as { readonly value: unknown }).value as Trunk;
  const flaws = checked.map(({ path, reason }: { path: readonly PropertyKey[]; reason: string }) => ({
    pointer: `/value${path.map((step) => `/${String(step)}`).join('')}`,
    code: 'invalid',
    detail: reason,
  }));
  throw new PbxError('change-refused', flaws.map(({ detail }) => detail).join('\n'), { flaws });
}

/** Who calls out: the company itself, or over a shared trunk one of those that it lists. */
function callingCompany(config: Trunk, { company }: Pick<TrunkTrial, 'company'>): string {
  if (company === undefined || company === config.tenant) return config.tenant;
  if (config.tenant === SYSTEM_TENANT && Object.hasOwn(config.tenants, company)) return company;
  throw new PbxError('not-found', `the trunk is not shared with ${company}`);
}

function waysOf(ways: readonly WayPlanned[], tried: Trunk): TrunkTrialRow['ways'] {
  return ways.map(({ config, health, active, channels }) => {
    const equals = ways.filter((other) => other.config.priority === config.priority);
    const weights = equals.reduce((sum, other) => sum + other.config.weight, 0);
    return {
      trunk: config.name,
      isTried: config === tried,
      priority: config.priority,
      share: config.weight / weights,
      ...{ state: health.state, calls: active, channels },
    };
  });
}

/** The highest quarter of each day, the newest day first. */
export function peakDays(quarters: readonly Peak[], timeZone: string) {
  const zone = zoneOf(timeZone);
  const days = new Map<string, Peak>();
  for (const quarter of quarters) {
    const date = zone.localTime(quarter.at).slice(0, 10);
    const before = days.get(date);
    if (!before || quarter.most > before.most) days.set(date, quarter);
  }
  return [...days].reverse().map(([date, { most, at }]) => ({ date, most, at: iso(at) }));
}

function iso(ms: number): string;
function iso(ms: number | undefined): string | null;
function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
