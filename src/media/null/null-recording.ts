import type { Clock, Timer } from '../../shared/clock.ts';
import type { MediaRecording, RecordingResult, RecordOptions } from '../media.ts';

/** A recording that only measures time. No file is written: `bytes` is 0. */
export class NullRecording implements MediaRecording {
  readonly options: RecordOptions;
  readonly finished: Promise<RecordingResult>;
  readonly #clock: Clock;
  readonly #onEnd: (recording: NullRecording) => void;
  #resolve: (result: RecordingResult) => void = () => {};
  #runningSinceMs: number | undefined;
  #recordedMs = 0;
  #timer: Timer | undefined;
  #ended = false;

  constructor(clock: Clock, options: RecordOptions, onEnd: (recording: NullRecording) => void) {
    this.#clock = clock;
    this.options = options;
    this.#onEnd = onEnd;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.resume();
  }

  get paused(): boolean {
    return this.#runningSinceMs === undefined;
  }

  /** `maxMs` counts what is recorded, so it waits while paused. */
  pause(): void {
    if (this.#ended || this.#runningSinceMs === undefined) return;
    this.#recordedMs += this.#clock.monotonic() - this.#runningSinceMs;
    this.#runningSinceMs = undefined;
    this.#timer?.cancel();
  }

  resume(): void {
    if (this.#ended || this.#runningSinceMs !== undefined) return;
    this.#runningSinceMs = this.#clock.monotonic();
    const { maxMs } = this.options;
    if (maxMs !== undefined) {
      this.#timer = this.#clock.after(maxMs - this.#recordedMs, () => this.finish('max'));
    }
  }

  stop(): Promise<RecordingResult> {
    this.finish('stopped');
    return this.finished;
  }

  /** Ends it for `reason`; only the first call counts. */
  finish(reason: RecordingResult['reason'], error?: Error): void {
    if (this.#ended) return;
    this.pause();
    this.#ended = true;
    const { file } = this.options;
    this.#resolve({ file, durationMs: this.#recordedMs, bytes: 0, reason, ...(error && { error }) });
    this.#onEnd(this);
  }
}
