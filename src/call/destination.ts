import type { EdgeRoute, LegEnding } from '../edge/edge.ts';
import type { EndpointOptions } from '../media/media.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { Subscription } from '../shared/events.ts';
import type { Arrival, Asker, PartyName } from './arrival.ts';
import type { Call } from './call.ts';
import type { OutsideBar } from './call-events.ts';

/** Somebody to call: an extension's phones, or an outside number through a trunk. */
export interface Destination {
  readonly kind: 'extension' | 'line';
  readonly number: string;
  /** Only for a line; undefined: the trunk room chooses. */
  readonly trunk?: string;
}

/** Where an INVITE goes. */
export interface RingRoute extends EdgeRoute {
  /** See {@link EndpointOptions.signallingAddress}: known of phones, which may be behind NAT. */
  readonly signallingAddress?: string;
  /** A phone in a browser, which takes WebRTC and nothing else. */
  readonly isBrowser?: boolean;
}

/** A way to a destination. */
export interface Resolved {
  /** Where to send the INVITE; several for an extension with several phones. All ring together. */
  readonly routes: readonly RingRoute[];
  /** Why there is no route, in words for the record ("not registered", "trunk full"). */
  readonly why: string;
  /** How that counts; `unavailable` by default. */
  readonly cause?: CauseSlug;
  /** The rule that is in the way, to be noted. */
  readonly bar?: OutsideBar;
  /** Name of the trunk that it goes out on; undefined: it does not. */
  readonly trunk?: string;
  /** What the far end's audio is like. */
  readonly media?: Pick<EndpointOptions, 'codecs' | 'digits' | 'busyTone'>;
  /** Told at the first sign of the far end: it rings, or has answered. */
  readonly onHeard?: () => void;
  /** Told when the far end has answered. */
  readonly onAnswered?: () => void;
  /** Told when a leg has ended or was not placed: frees what was taken for it (a trunk's channel). Once a route. */
  readonly onEnded?: (ending: LegEnding | undefined) => void;
  /** The next way, to try when this one could not deliver the call (no answer at all, 503); each asked once. */
  readonly next?: () => Resolved;
}

/** Why somebody is called. */
export interface Occasion {
  /**
   * The phone on whose right a number outside is called, because it dials, transfers, forwards or invites; undefined: the
   * company's plan does.
   */
  readonly asker?: Asker | undefined;
  /** Main number of the hotline that took the call. */
  readonly hotline?: string | undefined;
  /** The queue that an agent is rung for. */
  readonly queue?: string | undefined;
  /** The asker's extension forwards a call that was for it, for this reason; undefined: it is not forwarded. */
  readonly forwarded?: ForwardReason | undefined;
  /** The phone is asked to answer by itself; undefined: as queue and agent have it. */
  readonly autoAnswer?: boolean | undefined;
}

/** Why a call is forwarded: what its extension has set, or its phone by a 302. */
export type ForwardReason = 'always' | 'busy' | 'noAnswer' | 'unreachable' | 'redirected';

/** What an extension has set for the calls to it (免打扰, 呼叫转移): numbers as its phone would dial them, '' for none. */
export interface CallSettings {
  readonly doNotDisturb: boolean;
  readonly always: string;
  readonly busy: string;
  readonly noAnswer: string;
  readonly unreachable: string;
  /** Ringing so long is no answer. */
  readonly ringMs: number;
}

/** Why a phone may not call outside. */
export interface OutsideRefusal {
  readonly bar: OutsideBar;
  /** In words for the record. */
  readonly why: string;
}

/** Question that the call room asks; routing/ answers it from the registrar and trunk rooms. */
export interface Directory {
  resolve(destination: Destination, arrival: Arrival, occasion: Occasion): Resolved;
  /** Why a phone may not call there; undefined: it may. */
  refusal(destination: Destination, asker: Asker | undefined): OutsideRefusal | undefined;
  /** What a number means that somebody of a tenant dialled or transfers to: an extension, else an outside line. */
  find(number: string, tenant: string): Destination;
  /** What an extension has set for the calls to it. */
  settings(extension: string, tenant: string): CallSettings;
  /** Whom the phone of an extension may forward a call to (呼叫转移) by that number; a text says why it may not. */
  forward(extension: string, number: string, tenant: string): Destination | string;
  /**
   * What serves a caller at a number of that tenant's own that is no phone, such as a hotline or a queue: a transfer to it does
   * not leave the house. Undefined: there is none, and `find` tells where the number leads.
   */
  inside(number: string, tenant: string): ((call: Call) => Promise<unknown>) | undefined;
  /** Where a caller is parked (驻留) who is transferred to that number; undefined: it is no such code of the tenant's. */
  slot(number: string, tenant: string): string | undefined;
  /** What the record calls who is at a number of that tenant's: the agent whose phone it is, else the number itself. */
  party(number: string, tenant: string): PartyName;
  /** Told whenever a phone of an extension registers where none of it was before. */
  onPhone(destination: Destination, tenant: string, listener: () => void): Subscription;
  /** True when `resolve` would give a route now; cheap, no channel is taken. */
  reachable(destination: Destination, tenant: string): boolean;
}
