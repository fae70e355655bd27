import type { MediaRecording } from './media.ts';

/** The recording of an endpoint that is closed: there is nothing to write. */
export function endedRecording(file: string): MediaRecording {
  const finished = Promise.resolve({ file, durationMs: 0, bytes: 0, reason: 'closed' } as const);
  return { finished, pause: () => {}, resume: () => {}, stop: () => finished };
}
