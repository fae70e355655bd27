/** The event stream of one page: connected as long as it is open, resumed where it was. */
import type { Hello, StreamMessage } from './types.ts';

/** `lost`: what is on the screen may be old. */
export type StreamState = 'connecting' | 'live' | 'lost';

export interface EventStreamParts {
  /** Address to connect to, with a ticket. Rejects when there is none to be had. */
  readonly address: () => Promise<string>;
  readonly company: string | undefined;
  readonly heard: (message: StreamMessage) => void;
  readonly changed: (state: StreamState) => void;
  /** The session is over, or its rights are others now. */
  readonly refused: (why: 'signed-out' | 'rights') => void;
}

/** Waits between attempts, the last one again and again. */
const WAITS_MS = [500, 1000, 2000, 4000, 8000];
/** The server pings every 20 s. */
const SILENCE_MS = 45_000;
/** After a sleep: a ping has been missed since. */
const MISSED_MS = 21_000;

export class EventStream {
  readonly #parts: EventStreamParts;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** All up to here was heard; undefined: it begins with a snapshot. */
  #seq: number | undefined;
  #attempts = 0;
  #heardAt = 0;
  #isClosed = false;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    void this.#connect();
  }

  /** Ends it. Idempotent. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Connects at once: the network is back, or somebody asks for it. */
  retry(): void {
    if (this.#isClosed || this.#socket) return;
    clearTimeout(this.#timer);
    this.#attempts = 0;
    void this.#connect();
  }

  /** This machine slept: what looks open may be gone, and its timers tell it late. */
  prove(): void {
    if (this.#isClosed) return;
    const socket = this.#socket;
    if (socket && Date.now() - this.#heardAt < MISSED_MS) return;
    this.#socket = undefined;
    socket?.close();
    this.#attempts = 1;
    clearTimeout(this.#timer);
    void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#timer = undefined;
    this.#parts.changed(this.#attempts === 0 ? 'connecting' : 'lost');
    let address: string;
    try {
      address = await this.#parts.address();
    } catch {
      return this.#again();
    }
    if (this.#isClosed) return;
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#listen(socket);
    socket.addEventListener('open', () => this.#hello(socket));
    socket.addEventListener('message', ({ data }) => this.#heard(socket, JSON.parse(String(data))));
    socket.addEventListener('close', ({ code }) => this.#closed(socket, code));
  }

  #hello(socket: WebSocket): void {
    const { company } = this.#parts;
    const hello: Hello = {
      type: 'hello',
      ...(this.#seq !== undefined && { after: this.#seq }),
      ...(company !== undefined && { tenant: company }),
    };
    socket.send(JSON.stringify(hello));
  }

  /** Who is silent for too long is gone, whatever the network says. */
  #listen(socket: WebSocket): void {
    this.#heardAt = Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      socket.close();
      this.#closed(socket, 1006);
    }, SILENCE_MS);
  }

  #heard(socket: WebSocket, message: StreamMessage): void {
    if (socket !== this.#socket) return;
    this.#listen(socket);
    switch (message.type) {
      case 'ready':
        this.#attempts = 0;
        this.#seq ??= message.seq;
        this.#parts.changed('live');
        break;
      case 'event':
        this.#seq = message.event.seq;
        break;
      case 'ping':
        this.#seq = message.seq;
        break;
      case 'resync':
        this.#seq = undefined;
        // Where our number is unknown, how things are follows by itself.
        if (message.why === 'slow') this.#hello(socket);
        break;
    }
    this.#parts.heard(message);
  }

  #closed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    if (this.#isClosed) return;
    if (code === 4401) return this.#parts.refused('signed-out');
    if (code === 4403) {
      // Other rights hear other things: it begins anew.
      this.#seq = undefined;
      this.#parts.refused('rights');
    }
    this.#again();
  }

  #again(): void {
    if (this.#isClosed) return;
    const wait = WAITS_MS[Math.min(this.#attempts, WAITS_MS.length - 1)]!;
    this.#attempts += 1;
    this.#parts.changed('lost');
    clearTimeout(this.#timer);
    // Spread: a PBX that starts again is not asked by all pages in the same moment.
    this.#timer = setTimeout(() => void this.#connect(), wait * (0.75 + Math.random() / 2));
  }
}
