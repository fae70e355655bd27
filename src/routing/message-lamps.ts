import type { EdgeReply, EdgeRequest, SipEdge } from '../edge/edge.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import type { Subscription, TypedEvents } from '../shared/events.ts';
import type { Logger } from '../shared/logger.ts';
import type { Phones } from './phones.ts';
import { SipSubscription, secondsOf } from './sip-subscription.ts';

/** What is in the mailboxes of phones. */
export interface WaitingMessages {
  readonly events: TypedEvents<{ changed: { readonly tenant: string; readonly box: string } }>;
  /** The mailboxes of an extension's phone. */
  boxesOf(tenant: string, extension: string): readonly string[];
  /** Not heard yet, and the rest that is there. */
  count(tenant: string, boxes: readonly string[]): Promise<{ readonly fresh: number; readonly old: number }>;
}

export interface MessageLampsParts {
  readonly phones: Pick<Phones, 'identify'>;
  readonly messages: WaitingMessages;
  readonly edge: Pick<SipEdge, 'request'>;
  readonly provisioning: Pick<Provisioned, 'events'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Subscriptions of one extension: a phone has one, and an extension a handful of phones. */
const MAX_LAMPS_AN_EXTENSION = 10;

/**
 * Message lamps (MWI, 留言灯): phones subscribe to the messages of their own extension (RFC 3842) and are told at once, and as messages
 * come, are heard or deleted. A phone without a mailbox is told that nothing waits: it may get one.
 */
export class MessageLamps {
  readonly #parts: MessageLampsParts;
  /** By the edge's name of the subscription. */
  readonly #lamps = new Map<string, MessageLamp>();
  readonly #subscriptions: readonly Subscription[];

  constructor(parts: MessageLampsParts) {
    this.#parts = parts;
    const { messages, provisioning } = parts;
    this.#subscriptions = [
      messages.events.on('changed', ({ tenant, box }) => this.#changed(tenant, box)),
      provisioning.events.on('changed', ({ changes }) => {
        const tenants = new Set<string>();
        for (const { kind, tenant } of changes)
          if (kind === 'extension' || kind === 'mailbox') tenants.add(tenant);
        for (const lamp of this.#lamps.values()) if (tenants.has(lamp.tenant)) lamp.boxesChanged();
      }),
    ];
  }

  /** Subscriptions that last. */
  get size(): number {
    return this.#lamps.size;
  }

  /** Answers a SUBSCRIBE of the package `message-summary`; the NOTIFY follows. */
  subscribe(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    const { dialog } = request;
    if (dialog === undefined) return { status: 489 };
    const phone = this.#parts.phones.identify(request);
    if (!phone) return { status: 403 };
    if (phone instanceof Promise || 'status' in phone) return phone;
    const { tenant, extension } = phone;
    // Whose messages wait is nobody else's business.
    if (request.target.user !== extension) return { status: 403 };
    const owner = `${tenant}/${extension}`;
    const known = this.#lamps.get(dialog);
    if (known && known.owner !== owner) return { status: 403 };
    if (!known && this.#countOf(owner) >= MAX_LAMPS_AN_EXTENSION)
      return { status: 403, reason: 'Too Many Subscriptions' };
    const seconds = secondsOf(request);
    const lamp = known ?? this.#newLamp(request, tenant, extension);
    lamp.granted(seconds * 1000);
    return { status: 200, headers: { Expires: String(seconds) } };
  }

  /** Ends all timers; nobody is told. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.off();
    for (const lamp of this.#lamps.values()) lamp.close();
    this.#lamps.clear();
  }

  #newLamp(request: EdgeRequest, tenant: string, extension: string): MessageLamp {
    const dialog = request.dialog!;
    const onOver = () => this.#lamps.delete(dialog);
    const lamp = new MessageLamp(this.#parts, request, { tenant, extension, onOver });
    this.#lamps.set(dialog, lamp);
    return lamp;
  }

  #countOf(owner: string): number {
    let count = 0;
    for (const lamp of this.#lamps.values()) if (lamp.owner === owner) count++;
    return count;
  }

  #changed(tenant: string, box: string): void {
    for (const lamp of this.#lamps.values())
      if (lamp.tenant === tenant && lamp.boxes.includes(box)) lamp.notify();
  }
}

/** One lamp. */
class MessageLamp extends SipSubscription {
  readonly tenant: string;
  boxes: readonly string[];
  readonly #findBoxes: () => readonly string[];

  constructor(
    { edge, clock, messages, log }: MessageLampsParts,
    request: EdgeRequest,
    {
      tenant,
      extension,
      onOver,
    }: { readonly tenant: string; readonly extension: string; readonly onOver: () => void },
  ) {
    const { target, dialog } = request;
    const entity = `sip:${target.user}@${target.host}`;
    const findBoxes = () => messages.boxesOf(tenant, extension);
    let last = { fresh: 0, old: 0 };
    const body = async () => {
      try {
        last = await messages.count(tenant, this.boxes);
      } catch (err) {
        log.warn({ err, tenant, extension }, 'how many messages wait is not known now');
      }
      return messageSummary(entity, last);
    };
    super(edge, clock, {
      dialog: dialog!,
      event: request.header('event') ?? '',
      entity,
      owner: `${tenant}/${extension}`,
      contentType: MESSAGE_SUMMARY_TYPE,
      body,
      onOver,
    });
    this.tenant = tenant;
    this.#findBoxes = findBoxes;
    this.boxes = findBoxes();
  }

  boxesChanged(): void {
    const before = this.boxes.join('\n');
    this.boxes = this.#findBoxes();
    if (this.boxes.join('\n') !== before) this.notify();
  }
}

const MESSAGE_SUMMARY_TYPE = 'application/simple-message-summary';

/** RFC 3842 5.2: whether any waits, whose they are, how many are new and old; none is urgent. */
function messageSummary(
  account: string,
  { fresh, old }: { readonly fresh: number; readonly old: number },
): string {
  return `Messages-Waiting: ${fresh > 0 ? 'yes' : 'no'}\r\nMessage-Account: ${account}\r\nVoice-Message: ${fresh}/${old} (0/0)\r\n`;
}
