import type { Scope } from '../shared/scope.ts';
import type { EventResource } from '../stream/public-event.ts';

/** `gone`: the receiver said 410, it wants no more, or its company was removed. */
export type WebhookState = 'on' | 'off' | 'gone';

/** What whoever manages it says of a webhook. */
export interface WebhookSettings {
  /** Where events are posted. */
  readonly url: string;
  /** What it is for. */
  readonly title: string;
  /** Topics of the stream (`calls`, `queues/sales`); none: all. */
  readonly topics: readonly string[];
  /** What whoever chose the topics may hear of: it tells of nothing else. */
  readonly resources: readonly EventResource[];
  /** Types of events (`call.ended`); none: all. */
  readonly types: readonly string[];
  /** Whether numbers of people are whole in what is sent. */
  readonly seesNumbers: boolean;
  readonly state: WebhookState;
}

/** How far deliveries have come. */
export interface WebhookProgress {
  /** Number of the last event that is dealt with. */
  readonly cursor: number;
  /** How often the event at the head was tried in vain. */
  readonly attempts: number;
  /** When it is tried again, milliseconds since 1970; 0: at once. */
  readonly nextAt: number;
}

/** A subscription of a company's events (事件订阅). */
export interface Webhook extends WebhookSettings, WebhookProgress {
  readonly id: string;
  readonly tenantId: string;
  /** `whsec_` and base64; signs what is sent. */
  readonly secret: string;
  /** The one before, which signs beside it until that time. */
  readonly oldSecret: { readonly secret: string; readonly until: number } | undefined;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Counts up with each change of settings or secrets. */
  readonly revision: number;
}

/** What became of sending one event, as of the last attempt. */
export interface Delivery {
  readonly webhookId: string;
  readonly tenantId: string;
  /** The event's. */
  readonly seq: number;
  readonly type: string;
  /** `waiting`: it is tried again. */
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tookMs: number;
  /** Of HTTP; undefined: there was no answer. */
  readonly status: number | undefined;
  /** Why it did not arrive. */
  readonly error: string | undefined;
}

export interface WebhookPage {
  readonly limit: number;
  /** Those after this one, by id. */
  readonly after: string | undefined;
}

export interface DeliveryPage {
  readonly limit: number;
  /** Older ones than this number. */
  readonly before: number | undefined;
}

/** Where webhooks are kept. */
export interface WebhookStore {
  /** By id. */
  list(scope: Scope, page: WebhookPage): Promise<readonly Webhook[]>;
  find(scope: Scope, id: string): Promise<Webhook | undefined>;
  /** How many the company has. */
  count(tenantId: string): Promise<number>;
  add(webhook: Webhook): Promise<void>;
  /**
   * Puts settings and secrets in place of those of the revision before, and has the event at the head tried again at once;
   * `cursor`: from there. False: it is at another revision.
   */
  put(webhook: Webhook, at: number, cursor?: number): Promise<boolean>;
  remove(scope: Scope, id: string): Promise<boolean>;
  /** Of all companies, those that were changed since a time, milliseconds since 1970. */
  changedSince(at: number): Promise<readonly Webhook[]>;
  /**
   * Moves a webhook that is on from the event number `from`, and keeps what became of one; false: it is not there any more, or
   * somebody else has moved it.
   */
  move(
    id: string,
    from: number,
    to: WebhookProgress & { readonly state: WebhookState },
    delivery: Delivery | undefined,
  ): Promise<boolean>;
  /** The newest first. */
  deliveries(scope: Scope, webhookId: string, page: DeliveryPage): Promise<readonly Delivery[]>;
  /** In place of what was known of the same event. */
  keep(delivery: Delivery): Promise<void>;
  /** Forgets deliveries before a time, and all but the newest `most` of each webhook. */
  forget(before: number, most: number): Promise<void>;
  /** One node of those that share a database delivers: true while it is this one, until the time that it says. */
  claim(nodeId: string, now: number, until: number): Promise<boolean>;
}
