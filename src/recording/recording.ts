import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Call } from '../call/call.ts';
import type { TalkRecorder } from '../call/talk.ts';
import type { RecordingResult } from '../media/media.ts';
import { recordingPath } from './recording-path.ts';

export interface RecordingOptions {
  /** Folder of all recordings. */
  readonly folder: string;
  /** Zone of the date in the path. */
  readonly timeZone: string;
}

/** SHA-256 of a file in hex, read as a stream; undefined when it cannot be read. */
async function sha256(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/** Records talks as stereo WAV, caller left and agent right (双声道录音). */
export class TalkRecording implements TalkRecorder {
  readonly #options: RecordingOptions;
  /** Talks recorded of each call, for the second and later ones' names. */
  readonly #counts = new WeakMap<Call, number>();

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /**
   * Starts at once. A disk that is full or a folder that cannot be written ends the recording with the fact
   * `recordingFailed`; the talk goes on.
   */
  start(call: Call): { stop(): void } {
    const { capabilities } = call.context.media;
    if (!capabilities.record) {
      call.note('recordingFailed', { file: '', error: 'the media engine cannot record' });
      return { stop: () => {} };
    }
    const count = (this.#counts.get(call) ?? 0) + 1;
    this.#counts.set(call, count);
    const file = recordingPath(
      this.#options.folder,
      { tenantId: call.arrival.tenantId, callId: call.id, at: call.arrivedAt },
      this.#options.timeZone,
      count > 1 ? `-${count}` : '',
    );
    const layout = capabilities.stereoRecord ? 'stereo' : 'mixed';
    const recording = call.caller.media.record({ file, layout });
    call.note('recordingStarted', { file });
    call.finish(recording.finished.then((result) => this.#completed(call, result, capabilities.audio)));
    return { stop: () => void recording.stop() };
  }

  async #completed(call: Call, result: RecordingResult, onDisk: boolean): Promise<void> {
    const { file, durationMs, bytes, error } = result;
    if (result.reason === 'failed') {
      const message = error?.message ?? 'unknown';
      call.log.error({ err: error, file }, 'recording failed');
      call.note('recordingFailed', { file, error: message });
      return;
    }
    const digest = onDisk ? await sha256(file) : undefined;
    call.note('recordingEnded', { file, durationMs, bytes, sha256: digest });
  }
}
