import type { MediaRecording, RecordingResult } from '../media.ts';
import { errorOf } from './failure.ts';
import type { Handle, RecordingEndMessage } from './protocol.ts';
import type { WorkerLink } from './worker-link.ts';

/** A recording in a worker. */
export class EmbeddedRecording implements MediaRecording {
  readonly file: string;
  readonly finished: Promise<RecordingResult>;
  readonly #link: WorkerLink;
  readonly #endpoint: Handle;
  readonly #handle: Handle;
  #finish: (result: RecordingResult) => void = () => {};

  constructor(link: WorkerLink, endpoint: Handle, handle: Handle, file: string) {
    this.#link = link;
    this.#endpoint = endpoint;
    this.#handle = handle;
    this.file = file;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    link.recordings.set(handle, (end) => this.end(end));
  }

  pause({ beep = false }: { beep?: boolean } = {}): void {
    this.#order('pauseRecording', beep);
  }

  resume({ beep = false }: { beep?: boolean } = {}): void {
    this.#order('resumeRecording', beep);
  }

  stop(): Promise<RecordingResult> {
    this.#link.order({ do: 'stopRecording', endpoint: this.#endpoint, recording: this.#handle });
    return this.finished;
  }

  /** The worker said how it ended, or nobody can any more. Idempotent. */
  end({ failure, ...result }: RecordingEndMessage): void {
    this.#link.recordings.delete(this.#handle);
    this.#finish(failure ? { ...result, error: errorOf(failure) } : result);
  }

  #order(what: 'pauseRecording' | 'resumeRecording', beep: boolean): void {
    this.#link.order({ do: what, endpoint: this.#endpoint, recording: this.#handle, beep });
  }
}
