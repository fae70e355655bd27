import type { Call } from '../call/call.ts';
import type { RunningRecording, TalkRecorder } from '../call/record.ts';
import type { RecordingResult } from '../media/media.ts';
import { sha256Of } from '../shared/sha256-of.ts';
import { recordingPath } from './recording-path.ts';

/** In the data folder. */
export const RECORDINGS_FOLDER = 'recordings';

export interface RecordingOptions {
  /** Folder of all recordings. */
  readonly folder: string;
  /** Path below it, with `{tenant}`, `{date}` and `{callId}`. */
  readonly template: string;
  /** Zone of the date in the path. */
  readonly timeZone: string;
  readonly shelf?: RecordingShelf | undefined;
}

/** A recording that is complete, of a call that has ended. */
export interface KeptRecording {
  readonly callId: string;
  /** When the call arrived: with its id what finds its record. */
  readonly startedAt: number;
  readonly file: string;
}

/** Where finished recordings are kept, and told of those that are being made. */
export interface RecordingShelf {
  /** From now on the file is being written. */
  begin(file: string): void;
  /** It is not any more, and its call has ended. */
  end(file: string): void;
  /** It is complete: follows `end`. */
  keep(recording: KeptRecording): void;
}

/** Records talks as stereo WAV, caller left and agent right (双声道录音). */
export class TalkRecording implements TalkRecorder {
  readonly #options: RecordingOptions;
  /** Talks recorded of each call, for the second and later ones' names. */
  readonly #counts = new Map<Call, number>();

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /**
   * Starts at once. A disk that is full or a folder that cannot be written ends the recording with the fact
   * `recordingFailed`; the talk goes on.
   */
  start(call: Call): RunningRecording {
    const { capabilities } = call.context.media;
    if (!capabilities.record) {
      call.note('recordingFailed', { file: '', error: 'the media engine cannot record' });
      return { pause: () => {}, resume: () => {}, stop: () => {} };
    }
    const count = (this.#counts.get(call) ?? 0) + 1;
    if (count === 1) call.events.once('ended', () => this.#counts.delete(call));
    this.#counts.set(call, count);
    const file = recordingPath(
      this.#options.folder,
      { tenantId: call.arrival.tenantId, callId: call.id, at: call.arrivedAt },
      this.#options.timeZone,
      { template: this.#options.template, suffix: count > 1 ? `-${count}` : '' },
    );
    const layout = capabilities.stereoRecord ? 'stereo' : 'mixed';
    const recording = call.caller.media.record({ file, layout });
    call.note('recordingStarted', { file });
    const completed = recording.finished.then((result) => this.#completed(call, result, capabilities.audio));
    call.finish(completed);
    this.#shelve(call, file, completed);
    return {
      pause: () => recording.pause(),
      resume: () => recording.resume(),
      stop: () => void recording.stop(),
    };
  }

  /** Tells the shelf of the file, and again when it is complete and the call has its record. */
  #shelve(call: Call, file: string, completed: Promise<boolean>): void {
    const { shelf } = this.#options;
    if (!shelf) return;
    shelf.begin(file);
    const settle = (complete: boolean) => {
      shelf.end(file);
      if (complete) shelf.keep({ callId: call.id, startedAt: call.arrivedAt, file });
    };
    call.events.once('ended', () => void completed.then(settle));
  }

  /** Leaves the facts of a recording that is over; true when the file is complete. */
  async #completed(call: Call, result: RecordingResult, onDisk: boolean): Promise<boolean> {
    const { file, durationMs, bytes, error } = result;
    if (result.reason === 'failed') {
      const message = error?.message ?? 'unknown';
      call.log.error({ err: error, file }, 'recording failed');
      call.note('recordingFailed', { file, error: message });
      return false;
    }
    const digest = onDisk ? await sha256Of(file).catch(() => undefined) : undefined;
    call.note('recordingEnded', { file, durationMs, bytes, sha256: digest });
    return digest !== undefined;
  }
}
