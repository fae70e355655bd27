import type { G711 } from '../../../rtp/g711.ts';
import type { PlayItem } from '../../media.ts';
import type { Clip, ClipCache } from './clip.ts';

const SAMPLES_A_MS = 8;

/** A stretch of the list: a clip, repeated as long as `samples` lasts; silence without one. */
interface Track {
  readonly clip: Clip | undefined;
  readonly samples: number;
}

/** Plays a list of clips into frames. */
export class Player {
  readonly bargeIn: boolean;
  readonly #tracks: readonly Track[];
  #repeatsLeft: number;
  #track = 0;
  #at = 0;

  constructor(tracks: readonly Track[], repeat = 1, bargeIn = false) {
    this.#tracks = tracks.filter(({ samples }) => samples > 0);
    this.#repeatsLeft = this.#tracks.length > 0 ? repeat : 0;
    this.bargeIn = bargeIn;
  }

  /** Reads the files of a list. Rejects when one is missing or is no playable WAV. */
  static async load(clips: ClipCache, items: readonly PlayItem[], repeat: number, bargeIn: boolean) {
    const tracks = await Promise.all(items.map((item) => load(clips, item)));
    return new Player(tracks, repeat, bargeIn);
  }

  get done(): boolean {
    return this.#repeatsLeft <= 0;
  }

  /** Fills `codes[at, at + count)` with the next audio, silence after the end. */
  fill(codes: Buffer, at: number, count: number, law: G711): void {
    let filled = 0;
    while (filled < count) {
      if (this.done) {
        codes.fill(law.silence, at + filled, at + count);
        return;
      }
      filled += this.#fillFromTrack(codes, at + filled, count - filled, law);
    }
  }

  #fillFromTrack(codes: Buffer, at: number, count: number, law: G711): number {
    const { clip, samples } = this.#tracks[this.#track]!;
    const left = samples - this.#at;
    let length = Math.min(count, left);
    if (clip) {
      const from = this.#at % clip.length;
      length = Math.min(length, clip.length - from);
      clip.codes(law).copy(codes, at, from, from + length);
    } else {
      codes.fill(law.silence, at, at + length);
    }
    this.#at += length;
    if (this.#at >= samples) this.#nextTrack();
    return length;
  }

  #nextTrack(): void {
    this.#at = 0;
    this.#track++;
    if (this.#track < this.#tracks.length) return;
    this.#track = 0;
    this.#repeatsLeft--;
  }
}

async function load(clips: ClipCache, item: PlayItem): Promise<Track> {
  if ('silenceMs' in item) return { clip: undefined, samples: item.silenceMs * SAMPLES_A_MS };
  if ('file' in item) {
    const clip = await clips.file(item.file);
    return { clip, samples: clip.length };
  }
  const clip = clips.tone(item.tone);
  // without a length one cadence; `repeat` makes it go on
  return {
    clip,
    samples: item.durationMs === undefined ? clip.length : Math.round(item.durationMs * SAMPLES_A_MS),
  };
}
