import type { TransportName } from '../../shared/transport-name.ts';

export type { TransportName };

/** One end of a flow, or a place to send to. */
export interface TransportAddress {
  readonly transport: TransportName;
  /** IPv4 or IPv6 literal, without brackets. */
  readonly address: string;
  readonly port: number;
  /** TLS and WSS: the name that the server's certificate must have (RFC 5922 4); the address by default. */
  readonly serverName?: string;
}

/**
 * A way to one peer: a UDP listener together with the peer's address, or one TCP, TLS, WS or WSS connection
 * (RFC 5626 3.2).
 */
export interface Flow {
  /** Names the flow as long as it is open; safe in a header or a database. */
  readonly id: string;
  readonly remote: TransportAddress;
  /** The listener of ours, as bound. */
  readonly local: TransportAddress;
  /** True for all but UDP: nothing needs to be retransmitted (RFC 3261 17). */
  readonly reliable: boolean;
  /** `host[:port]` that the far end shall use for us, in Via and Contact: the advertised address. */
  readonly sentBy: string;
  readonly open: boolean;
  /**
   * Queues one whole message. Never throws. When it cannot be sent, now or later, `owner` is told once;
   * without an owner the loss is silent.
   */
  send(message: string | Uint8Array, owner?: SendOwner): void;
}

/** Told when a message could not be handed to the network (RFC 3261 18.4); an object, so that no closure is made. */
export interface SendOwner {
  onSendError(error: Error): void;
}

/** Gets what comes in. `Message` is the parsed message of src/sip/message. */
export interface TransportUser<Message> {
  onMessage(message: Message, flow: Flow): void;
  /** A connection was lost or closed; never for UDP. */
  onFlowClosed(flow: Flow): void;
}

/** All listeners and connections of one edge. */
export interface Transports<Message> {
  /** Addresses that listen, as bound (port 0 resolved). */
  readonly addresses: readonly TransportAddress[];
  /** Opens every listener or none; throws ConfigError when an address cannot be used. */
  open(user: TransportUser<Message>): Promise<void>;
  /**
   * A flow to `target`: an open connection is reused, otherwise one is being opened and messages wait in it.
   * `undefined` when no listener speaks that transport and address family.
   *
   * @param from the listener of ours to send from (UDP), one of {@link addresses}; the best one by default.
   */
  flowTo(target: TransportAddress, from?: TransportAddress): Flow | undefined;
  /** The open flow of that id. */
  flowById(id: string): Flow | undefined;
  /** Closes all; idempotent. */
  close(): Promise<void>;
}
