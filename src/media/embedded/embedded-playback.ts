import type { Playback, PlaybackEnd } from '../media.ts';
import { errorOf } from './failure.ts';
import type { Handle, PlaybackEndMessage } from './protocol.ts';
import type { WorkerLink } from './worker-link.ts';

/** A playback in a worker. */
export class EmbeddedPlayback implements Playback {
  readonly finished: Promise<PlaybackEnd>;
  readonly #link: WorkerLink;
  readonly #endpoint: Handle;
  readonly #handle: Handle;
  #finish: (end: PlaybackEnd) => void = () => {};

  constructor(link: WorkerLink, endpoint: Handle, handle: Handle) {
    this.#link = link;
    this.#endpoint = endpoint;
    this.#handle = handle;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    link.playbacks.set(handle, (end) => this.end(end));
  }

  stop(): void {
    this.#link.order({ do: 'stopPlayback', endpoint: this.#endpoint, playback: this.#handle });
  }

  /** The worker said how it ended, or nobody can any more. Idempotent. */
  end(end: PlaybackEndMessage): void {
    this.#link.playbacks.delete(this.#handle);
    this.#finish(end.reason === 'failed' ? { reason: 'failed', error: errorOf(end.failure) } : end);
  }
}
