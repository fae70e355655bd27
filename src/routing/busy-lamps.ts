import type { Calls, LegFact } from '../call/calls.ts';
import type { Leg } from '../call/leg.ts';
import type { EdgeReply, EdgeRequest, SipEdge } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import { DIALOG_INFO_TYPE, dialogInfo, type LampState } from './dialog-info.ts';
import type { Phones } from './phones.ts';

export interface BusyLampsParts {
  readonly phones: Pick<Phones, 'identify'>;
  readonly calls: Calls;
  readonly edge: Pick<SipEdge, 'request'>;
  readonly clock: Clock;
  readonly isExtension: (tenant: string, number: string) => boolean;
}

const MAX_EXPIRES_SECONDS = 3600;
/** Lamps of one phone; the largest have about a hundred. */
const MAX_LAMPS_A_PHONE = 200;
const UNKNOWN_EVENT: EdgeReply = { status: 489, headers: { 'Allow-Events': 'dialog' } };

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

  /** Answers a SUBSCRIBE; the NOTIFY follows. */
  subscribe(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    const event = request.header('event') ?? '';
    if (event.split(';', 1)[0]!.trim().toLowerCase() !== 'dialog' || request.dialog === undefined)
      return UNKNOWN_EVENT;
    const phone = this.#parts.phones.identify(request);
    if (!phone) return { status: 403 };
    if (phone instanceof Promise || 'status' in phone) return phone;
    const number = request.target.user;
    // A lamp shows nothing of other companies, not even that there is such a number.
    if (!this.#parts.isExtension(phone.tenant, number)) return { status: 404 };
    const owner = `${phone.tenant}/${phone.extension}`;
    const known = this.#lamps.get(request.dialog);
    if (known && known.owner !== owner) return { status: 403 };
    if (!known && this.#countOf(owner) >= MAX_LAMPS_A_PHONE) return { status: 403, reason: 'Too Many Lamps' };
    const asked = Number(request.header('expires') ?? MAX_EXPIRES_SECONDS);
    const seconds = Number.isFinite(asked)
      ? Math.min(Math.max(0, asked), MAX_EXPIRES_SECONDS)
      : MAX_EXPIRES_SECONDS;
    const lamp = known ?? this.#newLamp(request, event, owner, `${phone.tenant}/${number}`);
    lamp.granted(seconds * 1000);
    return { status: 200, headers: { Expires: String(seconds) } };
  }

  /** Ends all timers; nobody is told. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.off();
    for (const lamp of this.#lamps.values()) lamp.close();
    this.#lamps.clear();
  }

  #newLamp({ dialog, target }: EdgeRequest, event: string, owner: string, watched: string): Lamp {
    const { edge, clock } = this.#parts;
    const lamp = new Lamp(edge, clock, {
      dialog: dialog!,
      event,
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

interface LampParts {
  readonly dialog: string;
  /** Event header as the phone wrote it, with its id (RFC 6665 8.2.1). */
  readonly event: string;
  readonly entity: string;
  readonly owner: string;
  readonly watched: string;
  readonly state: () => LampState;
  readonly onOver: () => void;
}

/** One subscription: NOTIFYs go out one after the other, each with what is true then. */
class Lamp {
  readonly #edge: Pick<SipEdge, 'request'>;
  readonly #clock: Clock;
  readonly #parts: LampParts;
  #endsAt = 0;
  #version = 0;
  #shown: LampState | undefined;
  #isSending = false;
  #isWanted = false;
  #expiry: Timer | undefined;
  #soon: Timer | undefined;
  #isOver = false;

  constructor(edge: Pick<SipEdge, 'request'>, clock: Clock, parts: LampParts) {
    this.#edge = edge;
    this.#clock = clock;
    this.#parts = parts;
  }

  get owner(): string {
    return this.#parts.owner;
  }

  get watched(): string {
    return this.#parts.watched;
  }

  /** RFC 6665 4.2.1.2: a NOTIFY follows each SUBSCRIBE, after its 2xx; the last one when no time is left. */
  granted(ms: number): void {
    this.#endsAt = this.#clock.monotonic() + ms;
    this.#expiry?.cancel();
    this.#soon?.cancel();
    this.#expiry = ms > 0 ? this.#clock.after(ms, () => this.#want()) : undefined;
    this.#soon = this.#clock.after(0, () => this.#want());
  }

  changed(): void {
    if (this.#parts.state() !== this.#shown) this.#want();
  }

  close(): void {
    this.#isOver = true;
    this.#expiry?.cancel();
    this.#soon?.cancel();
  }

  #want(): void {
    if (this.#isOver) return;
    this.#isWanted = true;
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#isWanted && !this.#isOver) {
      this.#isWanted = false;
      const leftMs = this.#endsAt - this.#clock.monotonic();
      if (leftMs <= 0) this.#end();
      const state = leftMs > 0 ? `active;expires=${Math.ceil(leftMs / 1000)}` : 'terminated;reason=timeout';
      const status = await this.#notify(state);
      // RFC 6665 4.2.2: it has forgotten the subscription, or is gone.
      if (status === 481 || status === 408) this.#end();
    }
    this.#isSending = false;
  }

  async #notify(subscriptionState: string): Promise<number> {
    const { dialog, event, entity, state } = this.#parts;
    this.#shown = state();
    const answer = await this.#edge
      .request({
        method: 'NOTIFY',
        dialog,
        uri: entity,
        from: { uri: entity },
        headers: { Event: event, 'Subscription-State': subscriptionState },
        contentType: DIALOG_INFO_TYPE,
        body: dialogInfo(entity, this.#version++, this.#shown),
      })
      .catch(() => undefined);
    return answer?.status ?? 481;
  }

  #end(): void {
    this.close();
    this.#parts.onOver();
  }
}
