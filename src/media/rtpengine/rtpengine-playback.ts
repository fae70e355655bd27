import { rm } from 'node:fs/promises';
import type { Clock, Timer } from '../../shared/clock.ts';
import { asError } from '../../shared/errors.ts';
import type { Playback, PlaybackEnd, PlayItem, PlayOptions } from '../media.ts';
import { type PlayableFile, type PlayRun, prepareRun, runsOf } from '../prompt-audio.ts';

/** What a playback asks of its endpoint. */
export interface PlaybackHost {
  readonly clock: Clock;
  /** Folder for rendered prompts. */
  readonly folder: string;
  /** Starts a file and resolves with its duration in ms; undefined: not now, `again` comes later. */
  startMedia(file: string, repeat: number): Promise<number | undefined>;
  stopMedia(): void;
  /** It ended; called once. */
  ended(playback: RtpenginePlayback): void;
}

/** rtpengine plays a file and does not tell when it is over: the clock does. */
export class RtpenginePlayback implements Playback {
  readonly options: PlayOptions;
  readonly finished: Promise<PlaybackEnd>;
  readonly #host: PlaybackHost;
  #resolve: (end: PlaybackEnd) => void = () => {};
  #over = false;
  #playing = false;
  #again = false;
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;

  constructor(host: PlaybackHost, items: readonly PlayItem[], options: PlayOptions) {
    this.#host = host;
    this.options = options;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#run(runsOf(items, options.repeat ?? 1)).then(
      () => this.finish({ reason: 'completed' }),
      (error: unknown) => this.finish({ reason: 'failed', error: asError(error) }),
    );
  }

  /** What was playing was cut off: it begins anew. */
  again(): void {
    this.#again = true;
    this.#timer?.cancel();
    this.#wake?.();
  }

  stop(): void {
    this.finish({ reason: 'stopped' });
  }

  /** Ends it, whoever wants that; only the first call counts. */
  finish(end: PlaybackEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    this.#wake?.();
    if (this.#playing && end.reason !== 'completed') this.#host.stopMedia();
    this.#host.ended(this);
    this.#resolve(end);
  }

  async #run(runs: readonly PlayRun[]): Promise<void> {
    for (const { items, repeat } of runs) {
      const file = await prepareRun(items, this.#host.folder);
      try {
        await this.#playFile(file, repeat);
      } finally {
        if (file.temporary) await rm(file.path, { force: true });
      }
      if (this.#over) return;
    }
  }

  async #playFile(file: PlayableFile, repeat: number): Promise<void> {
    do {
      if (this.#over) return;
      this.#again = false;
      this.#playing = true;
      const durationMs = (await this.#host.startMedia(file.path, repeat)) ?? Number.POSITIVE_INFINITY;
      if (!this.#over && !this.#again) await this.#pass(durationMs * repeat);
    } while (this.#again);
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (ms !== Number.POSITIVE_INFINITY) this.#timer = this.#host.clock.after(ms, resolve);
    });
  }
}
