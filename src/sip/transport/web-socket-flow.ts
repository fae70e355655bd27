import { isUtf8 } from 'node:buffer';
import type { RawData, WebSocket } from 'ws';
import { type ConnectionFlow, type ConnectionTable, SWEEP_MS } from './connection-table.ts';
import type { SendOwner, TransportAddress } from './transport.ts';
import type { TransportHost } from './transport-host.ts';

/** Who is at the other end, and what it is told about us. */
export interface WebSocketFlowOptions {
  readonly id: string;
  readonly local: TransportAddress;
  readonly remote: TransportAddress;
  readonly sentBy: string;
}

/** One WebSocket connection. */
export class WebSocketFlow implements ConnectionFlow {
  readonly id: string;
  readonly local: TransportAddress;
  readonly remote: TransportAddress;
  readonly reliable = true;
  readonly sentBy: string;
  readonly #host: TransportHost;
  readonly #socket: WebSocket;
  readonly #madeAt: number;
  #activeAt: number;
  #hasMessage = false;
  /** Sweeps since a ping that is not answered yet; undefined: none is. */
  #unanswered: number | undefined;
  #isOpen = true;

  constructor(host: TransportHost, table: ConnectionTable, socket: WebSocket, options: WebSocketFlowOptions) {
    this.#host = host;
    this.#socket = socket;
    this.id = options.id;
    this.local = options.local;
    this.remote = options.remote;
    this.sentBy = options.sentBy;
    this.#madeAt = host.clock.monotonic();
    this.#activeAt = this.#madeAt;
    socket.on('message', (data) => this.#onMessage(data));
    socket.on('ping', () => {
      this.#touch();
      // The library answers it.
      this.#checkQueue();
    });
    socket.on('pong', () => this.#touch());
    socket.on('error', (error) => host.logger.debug({ err: error, flow: this.id }, 'SIP WebSocket error'));
    socket.on('close', () => {
      this.#isOpen = false;
      table.remove(this);
    });
  }

  get open(): boolean {
    return this.#isOpen;
  }

  send(message: string | Uint8Array, owner?: SendOwner): void {
    const { counters } = this.#host;
    counters.sent++;
    this.#host.tap?.sent(message, this);
    this.#socket.send(message, { binary: typeof message !== 'string' && !isUtf8(message) }, (error) => {
      if (!error) return;
      counters.failed++;
      owner?.onSendError(error);
    });
    this.#checkQueue();
  }

  sweep(now: number): void {
    const { limits } = this.#host;
    const isSilent = !this.#hasMessage && now - this.#madeAt > limits.firstMessageMs;
    if (isSilent) {
      this.#host.counters.limited++;
      this.#socket.terminate();
    } else this.#prove(now);
  }

  /** RFC 6455 5.5.2: a machine that sleeps, or whose network is gone, closes nothing, and answers no ping. */
  #prove(now: number): void {
    const { pingMs } = this.#host.limits;
    if (this.#unanswered === undefined) {
      if (now - this.#activeAt <= pingMs) return;
      this.#unanswered = 0;
      this.#socket.ping();
    }
    // Counted, not measured: an engine that stood still has not read the answer yet.
    else if (++this.#unanswered * SWEEP_MS > pingMs) this.#socket.terminate();
  }

  close(): void {
    this.#socket.close(1001);
    this.#socket.terminate();
  }

  /** A peer that does not read is no peer. */
  #checkQueue(): void {
    if (this.#socket.bufferedAmount <= this.#host.limits.maxQueuedBytes) return;
    this.#host.counters.limited++;
    this.#socket.terminate();
  }

  #touch(): void {
    this.#activeAt = this.#host.clock.monotonic();
    this.#unanswered = undefined;
  }

  #onMessage(data: RawData): void {
    this.#touch();
    const bytes = Array.isArray(data)
      ? Buffer.concat(data)
      : data instanceof ArrayBuffer
        ? Buffer.from(data)
        : data;
    // RFC 7118 6: the double CRLF of RFC 5626 may come as a message of its own
    if (bytes.length === 4 && bytes.toString('latin1') === '\r\n\r\n') {
      this.#socket.send('\r\n');
      this.#checkQueue();
      return;
    }
    this.#hasMessage = true;
    this.#host.receive(bytes, this);
  }
}
