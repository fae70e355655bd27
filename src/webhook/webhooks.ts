import type { TellAudit } from '../auth/audit-note.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { maskedNumber, wholeNumber } from '../shared/masked-number.ts';
import type { Scope } from '../shared/scope.ts';
import type { EventFeed } from '../stream/feed.ts';
import { isFor } from './courier.ts';
import type { Couriers } from './couriers.ts';
import type { Post, Sent } from './post.ts';
import { newSecret } from './signature.ts';
import type {
  Delivery,
  DeliveryPage,
  Webhook,
  WebhookPage,
  WebhookSettings,
  WebhookStore,
} from './webhook-store.ts';

export interface WebhooksParts {
  readonly store: WebhookStore;
  readonly feed: EventFeed;
  readonly post: Post;
  readonly couriers: Pick<Couriers, 'changed'>;
  readonly hasCompany: (tenantId: string) => boolean;
  /** Throws OutboundError for a URL that will not be asked. */
  readonly checkUrl: (url: string) => void;
  readonly tell: TellAudit;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Of one company. */
const MOST = 50;
/** The old secret signs beside the new one for so long. */
const ROTATION_MS = 24 * 3_600_000;

/** What a company's webhooks (事件推送) are, and what is done about them. Each takes who does it, for the audit trail. */
export class Webhooks {
  readonly #parts: WebhooksParts;

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
  }

  list(scope: Scope, page: WebhookPage): Promise<readonly Webhook[]> {
    return this.#parts.store.list(scope, page);
  }

  /** Throws PbxError `not-found`. */
  async get(scope: Scope, id: string): Promise<Webhook> {
    const webhook = await this.#parts.store.find(scope, id);
    if (!webhook) throw new PbxError('not-found', `there is no webhook ${id}`);
    return webhook;
  }

  /** Hears of what happens from now on. Throws PbxError `not-found` for no company, `address-refused`, `too-many-webhooks`. */
  async add(tenantId: string, by: string, settings: Omit<WebhookSettings, 'state'>): Promise<Webhook> {
    const { store, feed, couriers, clock, ids, checkUrl } = this.#parts;
    this.#requireCompany(tenantId);
    checkUrl(settings.url);
    if ((await store.count(tenantId)) >= MOST)
      throw new PbxError('too-many-webhooks', `a company has ${MOST} webhooks at most; remove one`);
    const webhook: Webhook = {
      ...settings,
      ...{ id: ids.token(), tenantId, state: 'on', secret: newSecret(), oldSecret: undefined },
      ...{ cursor: await feed.head(tenantId), attempts: 0, nextAt: 0 },
      ...{ createdAt: clock.now(), createdBy: by, revision: 1 },
    };
    await store.add(webhook);
    await this.#note(webhook, by, 'create', { url: settings.url, seesNumbers: settings.seesNumbers });
    couriers.changed(webhook);
    return webhook;
  }

  /**
   * The event at the head is tried again at once. One that was off hears of what happens from now on. Throws PbxError
   * `address-refused`, `changed-meanwhile`, `not-found` for no company.
   */
  async change(webhook: Webhook, by: string, changes: Partial<WebhookSettings>): Promise<Webhook> {
    const { feed, checkUrl } = this.#parts;
    this.#requireCompany(webhook.tenantId);
    if (changes.url !== undefined) checkUrl(changes.url);
    const isTurnedOn = changes.state === 'on' && webhook.state !== 'on';
    const cursor = isTurnedOn ? await feed.head(webhook.tenantId) : undefined;
    const changed = await this.#put({ ...webhook, ...changes }, cursor);
    await this.#note(webhook, by, 'update', changes);
    return changed;
  }

  /** A new secret; the old one signs beside it for a day. Throws PbxError `changed-meanwhile`. */
  async rotate(webhook: Webhook, by: string): Promise<Webhook> {
    const until = this.#parts.clock.now() + ROTATION_MS;
    const oldSecret = { secret: webhook.secret, until };
    const changed = await this.#put({ ...webhook, secret: newSecret(), oldSecret });
    await this.#note(webhook, by, 'rotate', {});
    return changed;
  }

  async remove(scope: Scope, webhook: Webhook, by: string): Promise<void> {
    await this.#parts.store.remove(scope, webhook.id);
    this.#parts.couriers.changed(webhook);
    await this.#note(webhook, by, 'delete', { url: webhook.url });
  }

  /** Sends an event of type `webhook.test`, which counts nowhere. Throws PbxError `not-found` for no company. */
  async test(webhook: Webhook, by: string): Promise<Sent> {
    this.#requireCompany(webhook.tenantId);
    const at = new Date(this.#parts.clock.now()).toISOString();
    const id = `test.${this.#parts.ids.token()}`;
    const event = { seq: 0, id, type: 'webhook.test', at, subject: `webhooks/${webhook.id}`, data: {}, v: 1 };
    await this.#note(webhook, by, 'test', {});
    return await this.#parts.post.send(webhook, event);
  }

  deliveries(scope: Scope, webhook: Webhook, page: DeliveryPage): Promise<readonly Delivery[]> {
    return this.#parts.store.deliveries(scope, webhook.id, page);
  }

  /** Sends an event of before once more, beside the others. Throws PbxError `not-found` when it was none or is not kept any more. */
  async replay(scope: Scope, webhook: Webhook, seq: number, by: string): Promise<Delivery> {
    const { store, feed, post, clock } = this.#parts;
    const { id: webhookId, tenantId, seesNumbers } = webhook;
    this.#requireCompany(tenantId);
    const [known] = await store.deliveries(scope, webhookId, { limit: 1, before: seq + 1 });
    const show = seesNumbers ? wholeNumber : maskedNumber;
    const { events } = await feed.read(tenantId, seq - 1, 1, show);
    const fed = events[0];
    if (known?.seq !== seq || fed?.event.seq !== seq || !isFor(webhook, fed))
      throw new PbxError(
        'not-found',
        `there is no delivery ${seq}, or its event is not kept, or not asked for any more`,
      );
    await this.#note(webhook, by, 'replay', { seq });
    const sent = await post.send(webhook, fed.event);
    const state = sent.error === undefined ? 'delivered' : known.state;
    const delivery = { ...known, ...sent, state, attempts: known.attempts + 1, at: clock.now() } as const;
    // The courier's own word on the event at the head counts.
    if (known.state !== 'waiting') await store.keep(delivery);
    return delivery;
  }

  #requireCompany(tenantId: string): void {
    if (!this.#parts.hasCompany(tenantId)) throw new PbxError('not-found', `there is no company ${tenantId}`);
  }

  async #put(webhook: Webhook, cursor?: number): Promise<Webhook> {
    const { store, couriers, clock } = this.#parts;
    const changed = { ...webhook, revision: webhook.revision + 1 };
    if (!(await store.put(changed, clock.now(), cursor)))
      throw new PbxError('changed-meanwhile', 'it was changed meanwhile; read it again');
    couriers.changed(changed);
    return changed;
  }

  async #note({ id, tenantId }: Webhook, by: string, did: string, details: object): Promise<void> {
    const at = this.#parts.clock.now();
    await this.#parts.tell({
      tenantId,
      at,
      action: 'webhook',
      by,
      details: { webhook: id, did, ...details },
    });
  }
}
