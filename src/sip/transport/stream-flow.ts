import type { Socket } from 'node:net';
import { parseMessage, type Rejection, ResponseHead, SipRequest } from '../message/index.ts';
import { type FramerUser, StreamFramer } from './stream-framer.ts';
import type { Flow, SendOwner, TransportAddress } from './transport.ts';
import type { TransportHost } from './transport-host.ts';

/** How long a connection that ends may still take bytes, or bring some, which are thrown away. */
const LINGER_MS = 2_000;

const PONG = Buffer.from('\r\n');

/** What a connection tells the one who keeps it. */
export interface StreamFlowOwner {
  onConnectionClosed(flow: StreamFlow): void;
}

/** Who made a connection, and what its far end is told about us. */
export interface StreamFlowOptions {
  readonly id: string;
  readonly local: TransportAddress;
  readonly remote: TransportAddress;
  readonly sentBy: string;
  /** Ours: connecting; theirs: connected. */
  readonly isConnecting: boolean;
}

/**
 * One TCP or TLS connection.
 * ```
 * connecting -> open -> closed        (connecting -> closed: every waiting message is reported)
 * ```
 */
export class StreamFlow implements Flow, FramerUser {
  readonly id: string;
  readonly remote: TransportAddress;
  readonly local: TransportAddress;
  readonly reliable = true;
  readonly sentBy: string;
  readonly #host: TransportHost;
  readonly #owner: StreamFlowOwner;
  readonly #socket: Socket;
  readonly #framer: StreamFramer;
  /** Messages whose fate is unknown: reported when the connection breaks. */
  readonly #waiting = new Set<SendOwner>();
  #state: 'connecting' | 'open' | 'closed';
  #error: Error | undefined;
  /** Monotonic times in ms; -1 when it does not apply. */
  readonly #madeAt: number;
  #activeAt: number;
  #pendingSince = -1;
  #endingSince = -1;
  #hasMessage = false;

  constructor(host: TransportHost, owner: StreamFlowOwner, socket: Socket, options: StreamFlowOptions) {
    this.#host = host;
    this.#owner = owner;
    this.#socket = socket;
    this.id = options.id;
    this.remote = options.remote;
    this.local = options.local;
    this.sentBy = options.sentBy;
    this.#framer = new StreamFramer(this, host.limits.maxMessageBytes);
    this.#state = options.isConnecting ? 'connecting' : 'open';
    this.#madeAt = host.clock.monotonic();
    this.#activeAt = this.#madeAt;
    // a peer that we chose need not speak first
    this.#hasMessage = options.isConnecting;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error: Error) => {
      this.#error ??= error;
    });
    socket.on('close', () => this.#onClose());
  }

  get open(): boolean {
    return this.#state !== 'closed';
  }

  /** The connection stands (TLS: and the far end is who it should be). */
  connected(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#activeAt = this.#host.clock.monotonic();
  }

  send(message: string | Uint8Array, owner?: SendOwner): void {
    const { counters } = this.#host;
    if (this.#state === 'closed') {
      counters.failed++;
      if (owner)
        process.nextTick(() => owner.onSendError(this.#error ?? new Error('the connection is closed')));
      return;
    }
    counters.sent++;
    this.#host.tap?.sent(message, this);
    if (owner) {
      this.#waiting.add(owner);
      // Of a failure `close` tells, all of them at once.
      this.#socket.write(message, (error) => {
        if (!error) this.#waiting.delete(owner);
      });
    } else this.#socket.write(message);
    this.#checkQueue();
  }

  /** Closes the connection when a limit of time is over. Called about once a second. */
  sweep(now: number): void {
    const { limits } = this.#host;
    if (this.#endingSince >= 0) {
      if (now - this.#endingSince > LINGER_MS) this.#socket.destroy();
    } else if (this.#state === 'connecting') {
      if (now - this.#madeAt > limits.connectMs) this.cut('connecting took too long');
    } else if (this.#pendingSince >= 0 && now - this.#pendingSince > limits.messageMs) {
      this.cut('a message was not completed');
    } else if (!this.#hasMessage && now - this.#madeAt > limits.firstMessageMs) {
      this.cut('no message came');
    } else if (now - this.#activeAt > limits.idleMs) {
      this.cut('idle');
    }
  }

  /** Ends the connection at once for a reason that the waiting senders are told. */
  cut(reason: string): void {
    if (this.#state === 'closed') return;
    this.#host.counters.limited++;
    this.#host.logger.debug({ flow: this.id, remote: this.remote, reason }, 'SIP connection cut');
    this.#error ??= new Error(`connection to ${this.remote.address}: ${reason}`);
    this.#socket.destroy();
  }

  /** Sends what is queued and closes; a peer that does not read it has {@link LINGER_MS}. */
  close(): void {
    if (this.#endingSince < 0) this.#endingSince = this.#host.clock.monotonic();
    this.#socket.destroySoon();
  }

  onMessage(bytes: Buffer): void {
    this.#hasMessage = true;
    this.#pendingSince = -1;
    this.#host.receive(bytes, this);
  }

  onPing(): void {
    // RFC 5626 4.4.1
    this.#socket.write(PONG);
    this.#checkQueue();
  }

  onBroken(rejection: Rejection, head: Buffer | undefined): void {
    // RFC 3261 18.3: nothing after this can be trusted; say why, and close.
    const message = head && parseMessage(head);
    if (message instanceof SipRequest && message.method !== 'ACK') {
      message.setSource(this.remote.address, this.remote.port);
      const { status, reason } = rejection;
      this.#socket.write(new ResponseHead(message).write(status, this.#host.ids.token(), { reason }));
    } else this.#host.counters.ignored++;
    // Closing with unread bytes would reset the connection and lose the answer: read on for a while.
    this.#endingSince = this.#host.clock.monotonic();
    this.#socket.end();
  }

  #checkQueue(): void {
    if (this.#socket.writableLength > this.#host.limits.maxQueuedBytes) this.cut('the peer does not read');
  }

  #onData(chunk: Buffer): void {
    const now = this.#host.clock.monotonic();
    this.#framer.push(chunk);
    this.#activeAt = now;
    if (!this.#framer.isPending) this.#pendingSince = -1;
    else if (this.#pendingSince < 0) this.#pendingSince = now;
  }

  #onClose(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#owner.onConnectionClosed(this);
    const error = this.#error ?? new Error(`connection to ${this.remote.address} was closed`);
    for (const owner of this.#waiting) owner.onSendError(error);
    this.#waiting.clear();
  }
}
