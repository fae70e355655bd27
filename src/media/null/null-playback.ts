import { TONES } from '../../rtp/tone.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { asError } from '../../shared/errors.ts';
import type { Playback, PlaybackEnd, PlayItem, PlayOptions } from '../media.ts';

/** Duration of a file in ms; throws when it cannot be played. */
export type FileDuration = (file: string) => number;

/** A beep without a duration sounds so long; the other tones sound until stopped. */
const BEEP_MS = TONES.beep.segments[0].durationMs;

function durationMs(item: PlayItem, fileDuration: FileDuration): number {
  if ('file' in item) return fileDuration(item.file);
  if ('silenceMs' in item) return item.silenceMs;
  return item.durationMs ?? (item.tone === 'beep' ? BEEP_MS : Number.POSITIVE_INFINITY);
}

/** What a test calls an item: the file's path, the tone's name; silence is not heard. */
function nameOf(item: PlayItem): string | undefined {
  if ('file' in item) return item.file;
  return 'tone' in item ? item.tone : undefined;
}

/** A playback that only lets time pass: one timer for the whole list, none when it loops for ever. */
export class NullPlayback implements Playback {
  readonly items: readonly PlayItem[];
  readonly options: PlayOptions;
  readonly finished: Promise<PlaybackEnd>;
  readonly startedAtMs: number;
  /** How it ended; undefined while it plays. */
  end: PlaybackEnd | undefined;
  #endedAtMs: number | undefined;
  readonly #clock: Clock;
  readonly #durations: number[] = [];
  #timer: Timer | undefined;
  #resolve: (end: PlaybackEnd) => void = () => {};
  readonly #onEnd: (playback: NullPlayback) => void;

  constructor(
    clock: Clock,
    items: readonly PlayItem[],
    options: PlayOptions,
    fileDuration: FileDuration,
    onEnd: (playback: NullPlayback) => void,
  ) {
    this.#clock = clock;
    this.items = items;
    this.options = options;
    this.startedAtMs = clock.monotonic();
    this.#onEnd = onEnd;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#begin(fileDuration);
  }

  stop(): void {
    this.finish({ reason: 'stopped' });
  }

  /** Ends it, whoever wants that; only the first call counts. */
  finish(end: PlaybackEnd): void {
    if (this.end) return;
    this.end = end;
    this.#endedAtMs = this.#clock.monotonic();
    this.#timer?.cancel();
    this.#resolve(end);
    this.#onEnd(this);
  }

  /** Names of the items that have begun by now, in the order heard, each time they were heard. */
  heard(): string[] {
    const playedMs = (this.#endedAtMs ?? this.#clock.monotonic()) - this.startedAtMs;
    const names: string[] = [];
    if (this.end?.reason === 'failed' || this.#onceMs === 0) return names;
    const repeat = this.options.repeat ?? 1;
    let atMs = 0;
    for (let round = 0; round < repeat; round++) {
      for (const [index, item] of this.items.entries()) {
        // an item that would begin at the very moment of the end is not heard, the first always is
        if (atMs > 0 && atMs >= playedMs) return names;
        const name = nameOf(item);
        if (name !== undefined) names.push(name);
        atMs += this.#durations[index] ?? 0;
      }
    }
    return names;
  }

  get #onceMs(): number {
    return this.#durations.reduce((sum, ms) => sum + ms, 0);
  }

  #begin(fileDuration: FileDuration): void {
    try {
      for (const item of this.items) this.#durations.push(durationMs(item, fileDuration));
    } catch (error) {
      this.finish({ reason: 'failed', error: asError(error) });
      return;
    }
    const totalMs = this.#onceMs > 0 ? this.#onceMs * (this.options.repeat ?? 1) : 0;
    if (totalMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.after(totalMs, () => this.finish({ reason: 'completed' }));
  }
}
