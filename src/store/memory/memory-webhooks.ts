import type { Scope } from '../../shared/scope.ts';
import type {
  Delivery,
  DeliveryPage,
  Webhook,
  WebhookPage,
  WebhookProgress,
  WebhookState,
  WebhookStore,
} from '../../webhook/webhook-store.ts';

interface Kept {
  webhook: Webhook;
  changedAt: number;
  readonly deliveries: Map<number, Delivery>;
}

export class MemoryWebhooks implements WebhookStore {
  readonly #webhooks = new Map<string, Kept>();
  #claim = { nodeId: '', until: 0 };

  async list(scope: Scope, { limit, after = '' }: WebhookPage): Promise<readonly Webhook[]> {
    const all = [...this.#webhooks.values()].map(({ webhook }) => webhook);
    const own = all.filter(({ id, tenantId }) => id > after && scope.includes(tenantId));
    return own.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, limit);
  }

  async find(scope: Scope, id: string): Promise<Webhook | undefined> {
    const found = this.#webhooks.get(id)?.webhook;
    return found && scope.includes(found.tenantId) ? found : undefined;
  }

  async count(tenantId: string): Promise<number> {
    return [...this.#webhooks.values()].filter(({ webhook }) => webhook.tenantId === tenantId).length;
  }

  async add(webhook: Webhook): Promise<void> {
    this.#webhooks.set(webhook.id, { webhook, changedAt: webhook.createdAt, deliveries: new Map() });
  }

  async put(webhook: Webhook, at: number, cursor?: number): Promise<boolean> {
    const kept = this.#webhooks.get(webhook.id);
    if (!kept || kept.webhook.revision !== webhook.revision - 1) return false;
    const progress = { cursor: cursor ?? kept.webhook.cursor, attempts: 0, nextAt: 0 };
    kept.webhook = { ...webhook, ...progress };
    kept.changedAt = at;
    return true;
  }

  async remove(scope: Scope, id: string): Promise<boolean> {
    return (await this.find(scope, id)) !== undefined && this.#webhooks.delete(id);
  }

  async changedSince(at: number): Promise<readonly Webhook[]> {
    return [...this.#webhooks.values()]
      .filter(({ changedAt }) => changedAt >= at)
      .map(({ webhook }) => webhook);
  }

  async move(
    id: string,
    from: number,
    to: WebhookProgress & { readonly state: WebhookState },
    delivery: Delivery | undefined,
  ): Promise<boolean> {
    const kept = this.#webhooks.get(id);
    if (kept?.webhook.state !== 'on' || kept.webhook.cursor !== from) return false;
    kept.webhook = { ...kept.webhook, ...to };
    if (delivery) kept.deliveries.set(delivery.seq, delivery);
    return true;
  }

  async deliveries(
    scope: Scope,
    webhookId: string,
    { limit, before = Number.POSITIVE_INFINITY }: DeliveryPage,
  ): Promise<readonly Delivery[]> {
    const all = [...(this.#webhooks.get(webhookId)?.deliveries.values() ?? [])];
    const own = all.filter(({ seq, tenantId }) => seq < before && scope.includes(tenantId));
    return own.sort((one, other) => other.seq - one.seq).slice(0, limit);
  }

  async keep(delivery: Delivery): Promise<void> {
    this.#webhooks.get(delivery.webhookId)?.deliveries.set(delivery.seq, delivery);
  }

  async forget(before: number, most: number): Promise<void> {
    for (const { deliveries } of this.#webhooks.values()) {
      const newest = [...deliveries.keys()].sort((one, other) => other - one);
      for (const [at, seq] of newest.entries()) {
        if (at >= most || deliveries.get(seq)!.at < before) deliveries.delete(seq);
      }
    }
  }

  async claim(nodeId: string, now: number, until: number): Promise<boolean> {
    if (this.#claim.nodeId !== nodeId && this.#claim.until >= now) return false;
    this.#claim = { nodeId, until };
    return true;
  }
}
