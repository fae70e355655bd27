import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError, ClosedError, PbxError } from '../shared/errors.ts';
import type { Peaks } from './peak-folder.ts';

/** Names the file with the peaks beside one of audio. */
export const PEAKS_ENDING = '.peaks.json';

/** An hour of stereo is read in about a second; one that takes longer hangs. */
const LIMIT_MS = 60_000;
/** So many files may wait to be read. */
const MAX_WAITING = 50;

/** Peaks of files of audio (波形), for players to draw: made once, one file after the other in a thread of its own, and kept beside the audio. */
export class PeakMaker {
  readonly #clock: Clock;
  readonly #isKept: boolean;
  readonly #making = new Map<string, Promise<Peaks>>();
  #last: Promise<unknown> = Promise.resolve();
  #worker: Worker | undefined;
  #isClosed = false;

  /** `isKept`: beside the audio, in a folder that is ours. */
  constructor(clock: Clock, { isKept = true }: { readonly isKept?: boolean } = {}) {
    this.#clock = clock;
    this.#isKept = isKept;
  }

  /** Undefined: there is no such file here. Throws PbxError: `too-many-requests`, `ffmpeg`; ClosedError. */
  async of(file: string): Promise<Peaks | undefined> {
    const audio = await stat(file).catch(() => undefined);
    if (!audio?.isFile()) return undefined;
    const kept = this.#isKept
      ? await readFile(`${file}${PEAKS_ENDING}`, 'utf8').catch(() => undefined)
      : undefined;
    if (kept !== undefined) return JSON.parse(kept) as Peaks;
    const making = this.#making.get(file);
    if (making) return await making;
    if (this.#making.size >= MAX_WAITING)
      throw new PbxError('too-many-requests', 'too many recordings wait to be drawn: try again later');
    const made = this.#last.then(() => this.#make(file));
    this.#last = made.catch(() => {});
    this.#making.set(file, made);
    try {
      return await made;
    } finally {
      this.#making.delete(file);
    }
  }

  /** Together with its audio. */
  async forget(file: string): Promise<void> {
    await rm(`${file}${PEAKS_ENDING}`, { force: true });
  }

  /** Ends what is under way. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  async #make(file: string): Promise<Peaks> {
    const peaks = await this.#read(file);
    if (!this.#isKept) return peaks;
    const kept = `${file}${PEAKS_ENDING}`;
    await writeFile(`${kept}.part`, JSON.stringify(peaks), { mode: 0o600 });
    const { atime, mtime } = await stat(file);
    // Retention goes by age: both at once.
    await utimes(`${kept}.part`, atime, mtime);
    await rename(`${kept}.part`, kept);
    return peaks;
  }

  async #read(file: string): Promise<Peaks> {
    if (this.#isClosed) throw new ClosedError('peaks');
    const worker = new Worker(new URL('./peaks-worker.ts', import.meta.url), {
      workerData: { file },
      name: 'pbx400-peaks',
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    this.#worker = worker;
    let timer: Timer | undefined;
    try {
      return await new Promise<Peaks>((resolve, reject) => {
        timer = this.#clock.after(LIMIT_MS, () =>
          reject(new Error(`it took longer than ${LIMIT_MS / 1000} s`)),
        );
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', () => reject(new ClosedError('peaks')));
      });
    } catch (error) {
      if (error instanceof ClosedError) throw error;
      const why = asError(error).message.replaceAll(file, 'it');
      throw new PbxError('ffmpeg', `the audio could not be drawn: ${why}`, { cause: error });
    } finally {
      timer?.cancel();
      this.#worker = undefined;
      await worker.terminate();
    }
  }
}
