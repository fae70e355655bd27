import { rm } from 'node:fs/promises';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { PlayItem, RecordingResult } from '../media/media.ts';
import { sha256Of } from '../shared/sha256-of.ts';
import { spokenMs } from './spoken.ts';

export interface MessageRequest {
  /** Played first; the beep follows. */
  readonly greeting: readonly PlayItem[];
  readonly file: string;
  readonly maxMs: number;
  readonly maxSilenceMs: number;
  /** Leaves the message in the record: called when it is complete and long enough. */
  readonly onTaken: (result: RecordingResult, sha256: string | undefined) => void;
}

/** Shorter messages are hang-ups, not messages. */
const MIN_MESSAGE_MS = 1_000;
/** With less speech than this nobody said anything: a cough, a click of the line. */
const MIN_SPOKEN_MS = 300;

/**
 * Greeting, beep, then records what the caller says until '#', silence, the limit or the hang-up. Resolves with
 * undefined when no message was left; rejects with ClosedError when the caller hung up (his message counts).
 */
export async function takeMessage(call: Call, request: MessageRequest): Promise<RecordingResult | undefined> {
  if (!call.context.media.capabilities.record) {
    call.note('step', { step: 'message', why: 'the media engine cannot record' });
    return undefined;
  }
  await play(call, call.caller, [...request.greeting, { tone: 'beep', durationMs: 500 }]);
  const recording = call.caller.media.record({
    file: request.file,
    layout: 'received',
    maxMs: request.maxMs,
    maxSilenceMs: request.maxSilenceMs,
    stopDigits: '#',
  });
  const taken = recording.finished.then(async (result) => {
    if (result.reason === 'failed') {
      call.log.error({ err: result.error, file: result.file }, 'message could not be recorded');
      call.note('recordingFailed', { file: result.file, error: result.error?.message ?? 'unknown' });
    }
    if (!(await isMessage(call, result))) {
      call.note('step', { step: 'message', why: 'nothing was said' });
      await rm(result.file, { force: true });
      return undefined;
    }
    // Without audio on disk there is nothing to sum up: a simulated call must not wait for a real disk.
    const { audio } = call.context.media.capabilities;
    request.onTaken(result, audio ? await sha256Of(result.file).catch(() => undefined) : undefined);
    return result;
  });
  // A caller who hangs up has left his message too: the end of the call waits until it is complete.
  call.finish(taken);
  const message = await taken;
  call.caller.forgetDigits();
  call.assertOpen();
  return message;
}

/** Silence, a busy tone and an immediate hang-up are no message. One that cannot be read is kept: it may be one. */
async function isMessage(call: Call, { file, durationMs, bytes }: RecordingResult): Promise<boolean> {
  if (durationMs < MIN_MESSAGE_MS) return false;
  if (bytes === 0) return true;
  try {
    return (await spokenMs(file)) >= MIN_SPOKEN_MS;
  } catch (error) {
    call.log.warn({ err: error, file }, 'a message could not be listened to');
    return true;
  }
}
