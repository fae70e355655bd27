/**
 * Port SipEdge: all that the PBX knows of SIP. Behind it stand our own stack (`embedded/`), drachtio-server
 * (`drachtio/`) and, for the simulator and scenario tests, `fake/`.
 *
 * Facts are events, questions are delegates. Every request that comes in is answered exactly once: a delegate
 * that throws, or never decides, is answered by the edge from its table of default answers.
 */
import type { CauseSlug } from '../shared/cause.ts';
import type { TypedEvents } from '../shared/events.ts';
import type { TransportName } from '../shared/transport-name.ts';

export type { TransportName };

/** Methods that somebody here serves: what Allow names (RFC 3261 20.5). Others that are known get 405. */
export const SERVED_METHODS = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'PRACK',
  'UPDATE',
  'INFO',
  'REFER',
  'NOTIFY',
  'SUBSCRIBE',
  'REGISTER',
] as const;

/** Where a message came from or was received: the address as seen on the socket. */
export interface SocketAddress {
  readonly transport: TransportName;
  /** IPv4 or IPv6 literal, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** A From, To, Contact, P-Asserted-Identity ... as the PBX needs it (RFC 3261 20.10). */
export interface NameAddress {
  readonly displayName: string | undefined;
  /** The whole URI as it was sent. */
  readonly uri: string;
  readonly scheme: string;
  /** User part, unescaped; for `tel:` the number; empty when there is none. */
  readonly user: string;
  /** Host, lower case, without port; empty for `tel:`. */
  readonly host: string;
  readonly port: number | undefined;
  /** Parameters of the header (not of the URI), names in lower case; '' for a flag. */
  readonly params: ReadonlyMap<string, string>;
}

/** A request as the PBX sees it. Implementations parse on demand: reading what you do not need costs nothing. */
export interface EdgeRequest {
  readonly method: string;
  /** Request-URI, parsed. */
  readonly target: NameAddress;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly source: SocketAddress;
  /** The listener of ours that received it. */
  readonly receivedOn: SocketAddress;
  /** First value of a header, unfolded; long or compact name, any case. */
  header(name: string): string | undefined;
  /** All values of a header in order, comma-separated lists split where the header allows it. */
  headers(name: string): readonly string[];
  /**
   * All addresses of a header such as Contact, P-Asserted-Identity, Path, Diversion, History-Info; malformed ones left out.
   * The user parts are as they came, unescaped.
   */
  addresses(name: string): readonly NameAddress[];
  readonly contentType: string | undefined;
  readonly body: string | undefined;
  /**
   * Names the connection that the request came over (RFC 5626 flow), to be given back in
   * {@link OutboundCall.flow}; undefined when the transport has none.
   */
  readonly flow: string | undefined;
  /**
   * SUBSCRIBE: names the subscription (RFC 6665) that a 2xx makes or refreshes, to be given back in
   * {@link OutboundRequest.dialog} for its NOTIFYs. Undefined where the edge has no subscriptions.
   */
  readonly dialog?: string | undefined;
}

/** Header fields to add, by name; a list makes one header line each. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

/** Answer to a request outside of calls. */
export interface EdgeReply {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: HeaderFields;
  readonly contentType?: string;
  readonly body?: string;
}

/** Final answer of the far end to a request of ours. */
export interface EdgeResponse {
  readonly status: number;
  readonly reason: string;
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
  addresses(name: string): readonly NameAddress[];
  readonly contentType: string | undefined;
  readonly body: string | undefined;
}

/** Digest secret for one peer; used only for challenges of that peer (RFC 3261 22). */
export interface EdgeCredentials {
  readonly username: string;
  readonly password: string;
  /** Only this realm is answered; undefined: the realm of the peer's first challenge. */
  readonly realm?: string;
}

/** What decides where a request of ours goes. */
export interface EdgeRoute {
  /** Request-URI. */
  readonly uri: string;
  /** URI of the next hop when it is not the Request-URI itself (outbound proxy, trunk address). */
  readonly nextHop?: string;
  /** Route set to preload, such as a registration's Path (RFC 3327). */
  readonly routeSet?: readonly string[];
  /** Connection to use, from {@link EdgeRequest.flow}. */
  readonly flow?: string;
  readonly from: { readonly uri: string; readonly displayName?: string };
  /** To header's URI; the Request-URI by default. */
  readonly to?: string;
  /** A `User-Agent` of a call takes the place of the edge's own. */
  readonly headers?: HeaderFields;
  readonly credentials?: EdgeCredentials;
  /**
   * A call without any response by then, not even 100, ends with 408 (by `edge`, cause `timeout`); 0 or undefined:
   * after 64*T1 (RFC 3261 17.1.1.2, Timer B). Each target of a name has its own, where the edge chooses them; it begins
   * anew when the edge was overloaded meanwhile.
   */
  readonly responseLimitMs?: number;
}

/** A request of ours outside of calls: OPTIONS, MESSAGE, REGISTER to a carrier, NOTIFY ... */
export interface OutboundRequest extends EdgeRoute {
  readonly method: string;
  readonly contentType?: string;
  readonly body?: string;
  /**
   * NOTIFY: the subscription that it belongs to, from {@link EdgeRequest.dialog}. It decides where the request goes
   * and who the ends are; 481 when it is no longer known.
   */
  readonly dialog?: string;
  /** Call-ID to keep over refreshes of the same registration or subscription. */
  readonly callId?: string;
  readonly timeoutMs?: number;
}

/** A call of ours. */
export interface OutboundCall extends EdgeRoute {
  /** SDP offer; undefined: delayed offer. */
  readonly sdp?: string;
  /** Asks for (RFC 3262) and understands reliable provisional responses. Default 'supported'. */
  readonly reliable?: 'none' | 'supported' | 'required';
}

/** How a leg ended, the same for CANCEL, BYE, rejection, failure and loss. */
export interface LegEnding {
  /** `remote`: the far end ended it; `local`: we did; `edge`: transport, timer or server failed. */
  readonly by: 'remote' | 'local' | 'edge';
  readonly cause: CauseSlug;
  /** SIP status for a leg that was rejected or failed before the answer. */
  readonly status?: number;
  /** Q.850 value of the far end's Reason header (RFC 3326), when it sent one. */
  readonly q850?: number;
  /** User parts of the contacts of a 3xx, the preferred one first (RFC 3261 8.1.3.4): the phone is forwarded there. */
  readonly redirect?: readonly string[];
}

/** What we ask for when ending a leg. */
export interface EndRequest {
  readonly cause: CauseSlug;
  /** ITU-T Q.850 value to tell (RFC 3326) instead of the cause's own: another leg's far end gave it. */
  readonly q850?: number | undefined;
  /** Gives a leg that arrives no answer at all, not even 100: for strangers. Decide within the delegate's call. */
  readonly silent?: boolean;
  /** Status instead of the cause's own, for a leg that is rejected. */
  readonly status?: number;
  readonly headers?: HeaderFields;
}

/** What happens in a leg. */
export interface LegEvents {
  /** Outbound only: 101-199. `sdp` when the response had one (early media). */
  progress: { readonly status: number; readonly sdp: string | undefined };
  /** Outbound only: 2xx. `sdp` is the answer, or the offer when ours was delayed. */
  answered: { readonly sdp: string | undefined };
  /** Exactly once, last of all. */
  ended: LegEnding;
  /** A digit that came by SIP INFO (application/dtmf-relay or application/dtmf). */
  digit: { readonly digit: string; readonly durationMs: number };
  /** The far end has taken a new session: the answer to an offer that we made by {@link LegDelegate.onReoffer}. */
  renegotiated: { readonly sdp: string };
  /** Progress of a REFER that we sent: status line of the sipfrag in NOTIFY (RFC 3515). */
  referProgress: { readonly status: number };
}

/** The far end asks to be sent elsewhere (RFC 3515). Answered by `accept` or `refuse`, once. */
export interface ReferRequest {
  readonly target: NameAddress;
  /** The dialog to replace, for an attended transfer (RFC 3891). */
  readonly replaces: SipLeg | undefined;
  readonly referredBy: string | undefined;
  /** 202, and a NOTIFY for each later `progress`; a final status ends the subscription. */
  accept(): void;
  progress(status: number): void;
  refuse(status: number): void;
}

/** Questions of a leg in a call. A missing answer is the default named here. */
export interface LegDelegate {
  /**
   * Re-INVITE or UPDATE with an offer: return the answer. Without an offer (`undefined`): return an offer, the
   * answer comes as event `renegotiated`. Default, and on a throw: 488.
   */
  onReoffer?(sdp: string | undefined): string | Promise<string>;
  /** Default 603 (a transfer is never lost silently). */
  onRefer?: ((refer: ReferRequest) => void) | undefined;
  /** INFO, MESSAGE and other in-dialog requests that are not digits. Default 415 for INFO, 405 for the rest. */
  onRequest?(request: EdgeRequest): EdgeReply | Promise<EdgeReply>;
}

/**
 * ```
 * outbound:  calling -> early -> confirmed -> ended      inbound:  arriving -> early -> confirmed -> ended
 *            (each may go straight to ended)                      (answering between 200 and its ACK)
 * ```
 */
export type LegState = 'calling' | 'arriving' | 'early' | 'answering' | 'confirmed' | 'ended';

/** One SIP dialog as the PBX sees it, from the INVITE on. */
export interface SipLeg {
  readonly direction: 'inbound' | 'outbound';
  readonly state: LegState;
  /** Call-ID header, for the log and the CDR. */
  readonly sipCallId: string;
  /** The far end's SDP that is in force; undefined before there is one. */
  readonly remoteSdp: string | undefined;
  readonly events: TypedEvents<LegEvents>;
  /** Set right after the leg was got; questions before that get the default answers. */
  delegate: LegDelegate;
  /**
   * Sends an offer in the dialog (re-INVITE; UPDATE where only that is possible); resolves with the answer. One
   * at a time, later ones wait; 491 is repeated after its back-off. Throws EdgeStatusError or ClosedError.
   */
  reoffer(sdp: string): Promise<string>;
  /** Sends an in-dialog request (INFO, MESSAGE, NOTIFY ...). Rejects only when no answer can come. */
  request(
    method: string,
    content?: { contentType: string; body: string },
    headers?: HeaderFields,
  ): Promise<EdgeResponse>;
  /** Sends REFER, with Replaces when `replaces` is given. Resolves with the answer to the REFER itself. */
  refer(target: string, replaces?: SipLeg): Promise<EdgeResponse>;
  /** CANCEL, BYE or a final response, whatever the state asks for. Idempotent; `ended` follows. */
  end(request: EndRequest): void;
}

/** A call that came in. 100 Trying is sent by the edge itself. */
export interface InboundLeg extends SipLeg {
  readonly direction: 'inbound';
  /** The INVITE. */
  readonly invite: EdgeRequest;
  /** The leg that this call asks to take the place of (RFC 3891); undefined for a normal call. */
  readonly replaces: SipLeg | undefined;
  /** Sends 180-183; with `sdp` as early media. Reliably when the caller requires it (RFC 3262). */
  progress(status: number, sdp?: string): void;
  /**
   * Sends 200 and repeats it until the ACK. Resolves at the ACK, with its SDP when the INVITE had no offer.
   * Rejects with ClosedError when the leg ends first; `ended` tells why.
   */
  answer(sdp: string): Promise<string | undefined>;
}

/** A call of ours, from its INVITE on. */
export interface OutboundLeg extends SipLeg {
  readonly direction: 'outbound';
}

/** Questions of the edge itself. Both must answer; a throw becomes 500. */
export interface EdgeDelegate {
  /** A call arrives. Decide by calling `progress`, `answer` or `end` on the leg, now or later. */
  onCall(leg: InboundLeg): void;
  /** REGISTER, OPTIONS, MESSAGE, SUBSCRIBE ... outside of calls. */
  onRequest(request: EdgeRequest): EdgeReply | Promise<EdgeReply>;
}

/** What happens to the edge itself. */
export interface EdgeEvents {
  /** A SIP server behind the edge was lost or came back (never for an edge in this process). */
  serverLost: { readonly server: string; readonly reason: string };
  serverRestored: { readonly server: string };
  /** A connection over which requests had come is gone ({@link EdgeRequest.flow}). */
  flowClosed: { readonly flow: string };
  /** Admission control changed its mind: new calls get 503 while `overloaded`. */
  overload: { readonly overloaded: boolean };
}

/** A source that is not heard for a while, as a scanner's. */
export interface Ban {
  readonly address: string;
  /** What gave it away. */
  readonly why: string;
  /** Milliseconds since it was banned. */
  readonly ageMs: number;
  /** Milliseconds until it is heard again. */
  readonly leftMs: number;
}

/** What an edge can do; the PBX chooses by these flags, never by an engine's name. */
export interface EdgeCapabilities {
  readonly transports: readonly TransportName[];
  /** RFC 3262. */
  readonly reliableProvisional: boolean;
  /** Connections of registered phones can be reused for calls to them. */
  readonly flows: boolean;
}

/** The port: SIP, as the PBX knows it. */
export interface SipEdge {
  readonly capabilities: EdgeCapabilities;
  /** Addresses that listen, after `start`. */
  readonly addresses: readonly SocketAddress[];
  readonly events: TypedEvents<EdgeEvents>;
  /** Opens the listeners. Throws ConfigError when an address cannot be used; then nothing is open. */
  start(delegate: EdgeDelegate): Promise<void>;
  /** Places a call; returns at once in state `calling`. A failure is the event `ended`. */
  call(call: OutboundCall): OutboundLeg;
  /** Sends a request; resolves with the final answer, 408 and 503 also when the edge made them itself. */
  request(request: OutboundRequest): Promise<EdgeResponse>;
  /** New calls get 503 from now on; calls in progress go on. */
  drain(): void;
  /** Whether it has been overloaded since then (monotonic, ms): what peers have sent may be lost at our end. */
  wasOverloaded(sinceMs: number): boolean;
  /** Addresses that are not heard for a while, and why. */
  readonly bans: readonly Ban[];
  /** Hears an address again; false: it was not banned. */
  liftBan(address: string): boolean;
  /** Ends what is left and closes the listeners. Idempotent. */
  close(): Promise<void>;
}
