import { Worker } from 'node:worker_threads';
import { asError, ClosedError, PbxError } from '../../shared/errors.ts';
import { errorOf } from './failure.ts';
import type { Command, Failure, Handle, Notice, Order, Reply, Request } from './protocol.ts';

/** Run by Node itself: TypeScript by type stripping, JavaScript once published. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './worker/worker.ts' : './worker/worker.js',
  import.meta.url,
);

type EndpointNotice = Extract<Notice, { endpoint: Handle }>;
type PlaybackNotice = Extract<Notice, { tell: 'playbackEnded' }>;
type RecordingNotice = Extract<Notice, { tell: 'recordingEnded' }>;

/** Who on the main thread is told what happens to an endpoint in its worker. */
export interface EndpointListener {
  onNotice(notice: EndpointNotice): void;
  /** The worker is gone. */
  onLost(error: Error): void;
}

/** Who is told of the worker itself. */
export interface LinkListener {
  /** The worker ended by itself; its endpoints were told before. Called once. */
  onLost(error: Error): void;
  /** A mistake of ours was caught in the worker, which goes on. */
  onFault(failure: Failure): void;
}

interface Pending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of one worker: commands out, replies and notices in. */
export class WorkerLink {
  /** Endpoints by handle: what the worker says of one goes there. */
  readonly endpoints = new Map<Handle, EndpointListener>();
  readonly playbacks = new Map<Handle, (end: PlaybackNotice['end']) => void>();
  readonly recordings = new Map<Handle, (end: RecordingNotice['end']) => void>();
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #listener: LinkListener;
  #requests = 0;
  #state: 'running' | 'closing' | 'lost' = 'running';

  constructor(listener: LinkListener, entry: URL = ENTRY) {
    this.#listener = listener;
    this.#worker = new Worker(entry);
    this.#worker.on('message', (notice: Notice) => this.#take(notice));
    this.#worker.on('error', (error) => this.#lose(asError(error)));
    this.#worker.on('exit', (code) =>
      this.#lose(new PbxError('media-worker', `media worker ended with ${code}`)),
    );
  }

  /** Sends a command that is not answered. After the end of the worker it is left out. */
  order(order: Order): void {
    if (this.#state === 'running') this.#worker.postMessage(order satisfies Command);
  }

  /** Sends a command and waits until it is done. */
  ask(request: Request): Promise<Reply> {
    if (this.#state !== 'running') return Promise.reject(new ClosedError('media worker'));
    const number = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#pending.set(number, { resolve, reject });
      this.#worker.postMessage({ ...request, request: number } satisfies Command);
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    if (this.#state === 'running') this.#state = 'closing';
    await this.#worker.terminate();
    this.#rejectPending(new ClosedError('media worker'));
  }

  #take(notice: Notice): void {
    switch (notice.tell) {
      case 'reply':
        this.#settle(notice.request)?.resolve(notice.value);
        return;
      case 'refused':
        this.#settle(notice.request)?.reject(errorOf(notice.failure));
        return;
      case 'playbackEnded':
        this.playbacks.get(notice.playback)?.(notice.end);
        this.playbacks.delete(notice.playback);
        return;
      case 'recordingEnded':
        this.recordings.get(notice.recording)?.(notice.end);
        this.recordings.delete(notice.recording);
        return;
      case 'fault':
        this.#listener.onFault(notice.failure);
        return;
      default:
        this.endpoints.get(notice.endpoint)?.onNotice(notice);
    }
  }

  #settle(request: number): Pending | undefined {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    return pending;
  }

  #rejectPending(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  #lose(error: Error): void {
    if (this.#state !== 'running') return;
    this.#state = 'lost';
    this.#rejectPending(error);
    for (const endpoint of [...this.endpoints.values()]) endpoint.onLost(error);
    this.endpoints.clear();
    this.#listener.onLost(error);
  }
}
