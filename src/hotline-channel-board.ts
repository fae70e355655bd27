/** Channels of hotlines, for the API: counted by the dialplan, changed as entities, all in one change. */
import { dayAround, zoneOf } from './calendar/zone.ts';
import type { Dialplans } from './dialplan/dialplans.ts';
import type { HotlineChannelBoard } from './http/routes/hotline-channels.ts';
import { keyOf } from './provisioning/change.ts';
import { ChangeRefused, flawOf } from './provisioning/check/mistake.ts';
import type { Companies } from './provisioning/companies.ts';
import type { Clock } from './shared/clock.ts';
import { PbxError } from './shared/errors.ts';
import type { Peak } from './shared/peaks.ts';
import type { AuditEntry } from './store/store.ts';

interface HotlineChannelParts {
  readonly hotlines: Pick<Dialplans, 'plans' | 'state'>;
  readonly companies: Pick<Companies, 'apply' | 'ownerOf' | 'provisioning'>;
  readonly clock: Pick<Clock, 'now'>;
  /** IANA name of the zone whose days are counted. */
  readonly timeZone: string;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
}

export function hotlineChannelBoard(parts: HotlineChannelParts): HotlineChannelBoard {
  const { hotlines, companies, clock, timeZone, tell } = parts;
  const since = new Date(clock.now()).toISOString();
  const named = (tenant: string, name: string) => ({ kind: 'hotline' as const, tenant, name });
  return {
    channels: (tenant) => {
      const today = dayAround(clock.now(), zoneOf(timeZone));
      // A hotline has hundreds of quarters: of each no more is asked than a number.
      const isToday = ({ at }: Peak) => at >= today.from && at < today.to;
      const items = hotlines.plans
        .filter((plan) => plan.tenant === tenant)
        .map((plan) => {
          const { calls, peaks } = hotlines.state.counters(plan);
          const owner = companies.ownerOf(named(tenant, plan.number));
          const place = owner?.owner === 'file' ? owner.place : undefined;
          return {
            hotline: plan.number,
            title: plan.hotline.name ?? null,
            calls,
            channels: plan.hotline.channels ?? null,
            peak: highest(peaks.quarters().filter(isToday)),
            revision: owner?.owner === 'database' ? owner.revision : null,
            file: place ? `${place.file}:${place.line ?? 1}` : null,
          };
        })
        .sort((one, other) => (one.hotline < other.hotline ? -1 : 1));
      const trunks = companies.provisioning.snapshot.of('trunk', tenant);
      return {
        since,
        trunks: trunks.reduce((sum, { limits, channels }) => sum + (limits.together ?? channels), 0),
        ...{ items, next: null },
      };
    },
    allot: async (tenant, wish, { by, address, reason }) => {
      const { snapshot } = companies.provisioning;
      const before = new Map<string, number | null>();
      const put = wish.map(({ hotline, channels }) => {
        if (before.has(hotline)) throw new PbxError('bad-request', `hotline ${hotline} is named twice`);
        const name = named(tenant, hotline);
        const value = snapshot.get('hotline', tenant, hotline);
        const owner = companies.ownerOf(name);
        if (owner?.owner === 'file') {
          const { file, line = 1 } = owner.place;
          throw new PbxError(
            'owned-by-file',
            `hotline ${hotline} belongs to ${file}:${line}: change it there`,
          );
        }
        if (!value) throw new PbxError('not-found', `there is no stored hotline ${hotline}`);
        before.set(hotline, value.channels ?? null);
        const { channels: _, ...rest } = value;
        return { ...name, value: channels === null ? rest : { ...rest, channels }, isWhole: true };
      });
      const seen = new Map(wish.map(({ hotline, revision }) => [keyOf(named(tenant, hotline)), revision]));
      try {
        await companies.apply({ put, removed: [], by, seen });
      } catch (error) {
        if (!(error instanceof ChangeRefused)) throw error;
        const flaws = error.mistakes.map(flawOf);
        const text = flaws.map(({ detail }) => detail).join('\n');
        throw new PbxError('change-refused', text, { flaws, cause: error });
      }
      for (const { hotline: name, channels: after } of wish) {
        const what = { did: 'change', kind: 'hotline', name, fields: ['channels'] };
        const details = { ...what, before: before.get(name) ?? null, after, reason, address };
        await tell({ tenantId: tenant, at: clock.now(), action: 'entity', by, details });
      }
    },
  };
}

function highest(quarters: readonly Peak[]): { readonly most: number; readonly at: string } | null {
  if (quarters.length === 0) return null;
  const { most, at } = quarters.reduce((one, other) => (other.most > one.most ? other : one));
  return { most, at: new Date(at).toISOString() };
}
