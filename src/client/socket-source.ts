import type { Hello, StreamMessage } from '../stream/messages.ts';
import { PbxError } from './pbx-error.ts';
import type { StreamSource, Wanted } from './stream-source.ts';

/** What is used of a WebSocket: that of browsers, of Node 22 on, or of the package `ws`. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}
export type WebSocketClass = new (url: string) => WebSocketLike;

/** Messages that wait for who iterates: with more the connection is given up, and made again when they are taken. */
const MAX_WAITING = 5000;
const OPEN = 1;

/** The messages of one WebSocket. */
export class SocketSource implements StreamSource {
  readonly #socket: WebSocketLike;
  readonly #wanted: Wanted;
  readonly #silenceMs: number;
  readonly #signal: AbortSignal;
  #closedWith: number | undefined;
  #waiting: StreamMessage[] = [];
  #wake = () => {};
  /** Why nothing more comes. */
  #end: PbxError | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocketLike, wanted: Wanted, silenceMs: number, signal: AbortSignal) {
    this.#socket = socket;
    this.#wanted = wanted;
    this.#silenceMs = silenceMs;
    this.#signal = signal;
    socket.onopen = () => this.resume(wanted.after);
    socket.onmessage = ({ data }: { readonly data: unknown }) => this.#heard(String(data));
    socket.onclose = ({ code, reason }: { readonly code?: number; readonly reason?: string }) => {
      this.#closedWith = code;
      this.#over(reason || `the connection was closed with ${code}`);
    };
    socket.onerror = () => this.#over('the connection failed');
    signal.addEventListener('abort', this.#leave, { once: true });
    if (signal.aborted) this.#leave();
    else this.#listen();
  }

  get closedWith(): number | undefined {
    return this.#closedWith;
  }

  resume(after: number | undefined): void {
    if (this.#socket.readyState !== OPEN) return;
    const { topics, tenant } = this.#wanted;
    const hello: Hello = {
      type: 'hello',
      ...(after !== undefined && { after }),
      ...(topics && { topics }),
      ...(tenant !== undefined && { tenant }),
    };
    this.#socket.send(JSON.stringify(hello));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamMessage, void, undefined> {
    while (true) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      if (this.#waiting.length > 0) continue;
      if (this.#end) throw this.#end;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #heard(text: string): void {
    this.#listen();
    this.#waiting.push(JSON.parse(text) as StreamMessage);
    if (this.#waiting.length > MAX_WAITING) this.#over('more waits than is kept');
    this.#wake();
  }

  /** From now on it is patient again. */
  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#over('nothing was heard'), this.#silenceMs);
  }

  readonly #leave = () => this.#over('it is closed');

  #over(why: string): void {
    if (this.#end) return;
    this.#end = new PbxError({ code: 'unreachable', title: 'The connection was lost', detail: why }, 0);
    clearTimeout(this.#silence);
    this.#signal.removeEventListener('abort', this.#leave);
    const socket = this.#socket;
    socket.onmessage = null;
    // One that is still being made may fail yet: nobody is told.
    socket.onerror = () => {};
    try {
      socket.close();
    } catch {
      // It never was open.
    }
    this.#wake();
  }
}
