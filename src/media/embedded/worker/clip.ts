import { readFile, stat } from 'node:fs/promises';
import { encode, type G711, PCMA, PCMU } from '../../../rtp/g711.ts';
import { dtmfTone, renderTone, TONES, type Tone } from '../../../rtp/tone.ts';
import { readWav, WavError } from '../../../rtp/wav.ts';
import type { ToneName } from '../../media.ts';

/** Memory that a worker spends on files played before. */
const CACHE_BYTES = 64 << 20;

/** Audio ready to be sent: encoded once in each law that somebody wants. */
export class Clip {
  readonly #samples: Int16Array;
  readonly #codes = new Map<G711, Buffer>();

  constructor(samples: Int16Array) {
    this.#samples = samples;
  }

  get length(): number {
    return this.#samples.length;
  }

  codes(law: G711): Buffer {
    let codes = this.#codes.get(law);
    if (!codes) {
      codes = Buffer.alloc(this.#samples.length);
      encode(law, this.#samples, 0, codes.length, codes, 0);
      this.#codes.set(law, codes);
    }
    return codes;
  }
}

interface CachedFile {
  readonly clip: Clip;
  readonly modifiedMs: number;
  readonly bytes: number;
}

/** The worker's prompts and tones: a file is read again only when it changed. */
export class ClipCache {
  /** In order of use, the oldest first. */
  readonly #files = new Map<string, CachedFile>();
  readonly #tones = new Map<string, Clip>();
  #bytes = 0;

  /** The file's audio. Rejects with the system's error or WavError; both name the file. */
  async file(path: string): Promise<Clip> {
    const { mtimeMs, size } = await stat(path);
    const cached = this.#files.get(path);
    if (cached && cached.modifiedMs === mtimeMs && cached.bytes === size) {
      this.#files.delete(path);
      this.#files.set(path, cached);
      return cached.clip;
    }
    const clip = new Clip(await readMono(path));
    this.#remember(path, { clip, modifiedMs: mtimeMs, bytes: size });
    return clip;
  }

  /** One cadence of a call-progress tone. */
  tone(name: ToneName): Clip {
    return this.#rendered(name, () => TONES[name]);
  }

  /** One digit as tones, with the pause after it. */
  digit(digit: string, durationMs: number): Clip {
    return this.#rendered(`${digit}/${durationMs}`, () => dtmfTone(digit, durationMs));
  }

  #rendered(key: string, tone: () => Tone): Clip {
    let clip = this.#tones.get(key);
    if (!clip) {
      clip = new Clip(renderTone(tone()));
      this.#tones.set(key, clip);
    }
    return clip;
  }

  #remember(path: string, file: CachedFile): void {
    const old = this.#files.get(path);
    if (old) this.#bytes -= old.bytes;
    this.#files.delete(path);
    this.#files.set(path, file);
    this.#bytes += file.bytes;
    for (const [oldest, { bytes }] of this.#files) {
      if (this.#bytes <= CACHE_BYTES || oldest === path) break;
      this.#files.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}

async function readMono(path: string): Promise<Int16Array> {
  const content = await readFile(path);
  try {
    const channels = readWav(content);
    if (channels.length !== 1) throw new WavError('stereo: needs mono');
    return channels[0]!;
  } catch (error) {
    if (error instanceof WavError) throw new WavError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Both laws by their names. */
export const LAWS = { PCMA, PCMU } as const;
