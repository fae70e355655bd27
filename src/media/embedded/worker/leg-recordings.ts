import type { Handle, Notice, StartRecording } from '../protocol.ts';
import { Recorder } from './recorder.ts';

/** Recordings of one leg: what its party says, and hears. */
export class LegRecordings {
  readonly #recorders = new Map<Handle, Recorder>();
  /** Files that are still being written after their recording ended. */
  readonly #endings = new Set<Promise<void>>();
  readonly #tell: (notice: Notice) => void;
  readonly #beep: () => void;
  readonly #onChange: () => void;

  /** `beep`: the party is told; `onChange`: a recording has begun or ended. */
  constructor(tell: (notice: Notice) => void, beep: () => void, onChange: () => void) {
    this.#tell = tell;
    this.#beep = beep;
    this.#onChange = onChange;
  }

  /** Something is recorded now. */
  get any(): boolean {
    return this.#recorders.size > 0;
  }

  /** One of them needs what the party hears. */
  get wantsHeard(): boolean {
    for (const recorder of this.#recorders.values()) if (recorder.wantsHeard) return true;
    return false;
  }

  begin(options: StartRecording): void {
    const recorder = new Recorder(options, ({ recording }, end) => {
      this.#recorders.delete(recording);
      this.#onChange();
      this.#tell({ tell: 'recordingEnded', recording, end });
    });
    this.#recorders.set(options.recording, recorder);
    this.#onChange();
  }

  pause(recording: Handle, beep: boolean): void {
    this.#recorders.get(recording)?.pause();
    if (beep) this.#beep();
  }

  resume(recording: Handle, beep: boolean): void {
    this.#recorders.get(recording)?.resume();
    if (beep) this.#beep();
  }

  stop(recording: Handle): void {
    const recorder = this.#recorders.get(recording);
    if (!recorder) return;
    const ending = recorder.end('stopped').finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  /** A frame of what the party says and hears. */
  add(said: Int16Array, heard: Int16Array): void {
    for (const recorder of this.#recorders.values()) recorder.add(said, heard);
  }

  onDigit(digit: string): void {
    for (const recorder of this.#recorders.values()) recorder.onDigit(digit);
  }

  /** Resolves when all files are complete. */
  async close(): Promise<void> {
    await Promise.all([...this.#recorders.values()].map((recorder) => recorder.end('closed')));
    await Promise.all(this.#endings);
  }
}
