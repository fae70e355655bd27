import type { Calls, LegFact } from '../call/calls.ts';
import type { Leg } from '../call/leg.ts';
import type { EdgeReply, EdgeRequest, SipEdge } from '../edge/edge.ts';
import type { Clock } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import { DIALOG_INFO_TYPE, dialogInfo, type LampState } from './dialog-info.ts';
import type { Phones } from './phones.ts';
import { SipSubscription, type SipSubscriptionParts, secondsOf } from './sip-subscription.ts';

export interface BusyLampsParts {
  readonly phones: Pick<Phones, 'identify'>;
  readonly calls: Calls;
  readonly edge: Pick<SipEdge, 'request'>;
  readonly clock: Clock;
  readonly isExtension: (tenant: string, number: string) => boolean;
}

/** Lamps of one phone; the largest have about a hundred. */
const MAX_LAMPS_A_PHONE = 200;

/**
 * Busy lamps (BLF, 忙灯): phones subscribe to the calls of extensions of their company (RFC 4235) and are told as a phone
 * rings, talks and is free again.
 */
export class BusyLamps {
  readonly #parts: BusyLampsParts;
  /** By the edge's name of the subscription. */
  readonly #lamps = new Map<string, Lamp>();
  /** Legs of extensions that are watched or not, by `tenant/number`. */
  readonly #legs = new Map<string, Set<Leg>>();
  readonly #subscriptions: readonly Subscription[];

  constructor(parts: BusyLampsParts) {
    this.#parts = parts;
    this.#subscriptions = [
      parts.calls.events.on('legOpened', (fact) => this.#legOpened(fact)),
      parts.calls.events.on('legEnded', (fact) => this.#legEnded(fact)),
    ];
  }

  /** Subscriptions that last. */
  get size(): number {
    return this.#lamps.size;
  }

  /** Answers a SUBSCRIBE of the package `dialog`; the NOTIFY follows. */
  subscribe(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    const { dialog } = request;
    if (dialog === undefined) return { status: 489 };
    const phone = this.#parts.phones.identify(request);
    if (!phone) return { status: 403 };
    if (phone instanceof Promise || 'status' in phone) return phone;
    const number = request.target.user;
    // A lamp shows nothing of other companies, not even that there is such a number.
    if (!this.#parts.isExtension(phone.tenant, number)) return { status: 404 };
    const owner = `${phone.tenant}/${phone.extension}`;
    const known = this.#lamps.get(dialog);
    if (known && known.owner !== owner) return { status: 403 };
    if (!known && this.#countOf(owner) >= MAX_LAMPS_A_PHONE) return { status: 403, reason: 'Too Many Lamps' };
    const seconds = secondsOf(request);
    const lamp = known ?? this.#newLamp(request, owner, `${phone.tenant}/${number}`);
    lamp.granted(seconds * 1000);
    return { status: 200, headers: { Expires: String(seconds) } };
  }

  /** Ends all timers; nobody is told. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.off();
    for (const lamp of this.#lamps.values()) lamp.close();
    this.#lamps.clear();
  }

  #newLamp(request: EdgeRequest, owner: string, watched: string): Lamp {
    const { dialog, target } = request;
    const lamp = new Lamp(this.#parts, {
      dialog: dialog!,
      event: request.header('event') ?? '',
      entity: `sip:${target.user}@${target.host}`,
      owner,
      watched,
      state: () => this.#stateOf(watched),
      onOver: () => this.#lamps.delete(dialog!),
    });
    this.#lamps.set(dialog!, lamp);
    return lamp;
  }

  #countOf(owner: string): number {
    let count = 0;
    for (const lamp of this.#lamps.values()) if (lamp.owner === owner) count++;
    return count;
  }

  /** A phone that dials is busy from its first digit on. */
  #stateOf(watched: string): LampState {
    let state: LampState = 'idle';
    for (const { sip } of this.#legs.get(watched) ?? []) {
      if (sip.direction === 'inbound' || sip.state === 'confirmed') return 'busy';
      state = 'ringing';
    }
    return state;
  }

  #legOpened({ party, leg }: LegFact): void {
    if (party.kind !== 'extension') return;
    const key = `${party.tenant}/${party.number}`;
    const legs = this.#legs.get(key);
    if (legs) legs.add(leg);
    else this.#legs.set(key, new Set([leg]));
    leg.sip.events.once('answered', () => this.#changed(key));
    this.#changed(key);
  }

  #legEnded({ party, leg }: LegFact): void {
    if (party.kind !== 'extension') return;
    const key = `${party.tenant}/${party.number}`;
    const legs = this.#legs.get(key);
    legs?.delete(leg);
    if (legs?.size === 0) this.#legs.delete(key);
    this.#changed(key);
  }

  #changed(watched: string): void {
    for (const lamp of this.#lamps.values()) if (lamp.watched === watched) lamp.changed();
  }
}

/** One lamp: tells a phone how another one is. */
class Lamp extends SipSubscription {
  readonly watched: string;
  readonly #isNews: () => boolean;

  constructor(
    { edge, clock }: Pick<BusyLampsParts, 'edge' | 'clock'>,
    { watched, state, ...parts }: LampParts,
  ) {
    let version = 0;
    let shown: LampState | undefined;
    const body = () => {
      shown = state();
      return dialogInfo(parts.entity, version++, shown);
    };
    super(edge, clock, { ...parts, contentType: DIALOG_INFO_TYPE, body });
    this.watched = watched;
    this.#isNews = () => state() !== shown;
  }

  changed(): void {
    if (this.#isNews()) this.notify();
  }
}

type LampParts = Omit<SipSubscriptionParts, 'body' | 'contentType'> & {
  readonly watched: string;
  readonly state: () => LampState;
};
