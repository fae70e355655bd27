import type { Config } from './config/config.ts';
import type { CheckedOutbound } from './outbound/checked-outbound.ts';
import type { Companies } from './provisioning/companies.ts';
import { SYSTEM_TENANT } from './provisioning/snapshot.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';
import type { Store } from './store/store.ts';
import { EventFeed } from './stream/feed.ts';
import { Couriers } from './webhook/couriers.ts';
import { Post } from './webhook/post.ts';
import { Webhooks } from './webhook/webhooks.ts';

interface Services {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** Webhooks of all companies, which go on where they were; `close` ends what sends them. */
export function openWebhooks(
  { nodeId }: Pick<Config, 'nodeId'>,
  { events, webhooks: store, audit }: Pick<Store, 'events' | 'webhooks' | 'audit'>,
  outbound: CheckedOutbound,
  companies: Pick<Companies, 'provisioning'>,
  { clock, ids, logger: log }: Services,
): { readonly webhooks: Webhooks; close(): Promise<void> } {
  const feed = new EventFeed(events);
  const post = new Post(outbound, clock);
  const hasCompany = (tenant: string) =>
    tenant === SYSTEM_TENANT || companies.provisioning.snapshot.get('tenant', tenant, tenant) !== undefined;
  const parts = { feed, store, post, hasCompany, clock, ids };
  const couriers = new Couriers({ ...parts, nodeId, log });
  const webhooks = new Webhooks({
    ...parts,
    couriers,
    checkUrl: (url) => outbound.check(url),
    tell: (note) => audit.append(note),
  });
  couriers.start();
  const removals = companies.provisioning.events.on('changed', ({ changes }) => {
    for (const { kind, tenant, after } of changes)
      if (kind === 'tenant' && after === undefined) couriers.companyRemoved(tenant);
  });
  const close = async () => {
    removals.off();
    await couriers.close();
  };
  return { webhooks, close };
}
