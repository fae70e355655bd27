import { rm } from 'node:fs/promises';
import type { Call } from '../call/call.ts';
import { gather } from '../call/gather.ts';
import type { PlayItem, RecordingResult } from '../media/media.ts';
import { takeMessage } from './message.ts';

export interface ReviewedTakeRequest {
  /** Said first; the beep follows. */
  readonly intro: readonly PlayItem[];
  /** What the keys do: 1 keeps it, 2 records it again. */
  readonly keys: () => readonly PlayItem[];
  /** Said where nothing was heard. */
  readonly nothing: () => readonly PlayItem[];
  readonly file: string;
  readonly maxMs: number;
  readonly maxSilenceMs: number;
  /** Whether it is kept when nobody presses a key, or hangs up while it is played. Who hangs up while he records has said it. */
  readonly keepsUnasked: boolean;
  /** It is kept: called once, when the file is complete, before the last fact of the call. */
  readonly onKept: (result: RecordingResult, sha256: string | undefined) => void;
  /** How far it is. */
  readonly onStep?: ((step: 'recording' | 'review') => void) | undefined;
}

/** So often it is said again. */
const MAX_TAKES = 5;
/** Without a key for so long, so often, nobody is there. */
const KEY_MS = 5_000;
const MAX_SILENCES = 2;

interface Take {
  readonly result: RecordingResult;
  readonly sha256: string | undefined;
}

/**
 * Records what somebody says, plays it back, and lets him keep it or say it again. Resolves with what was kept, undefined where nothing
 * was; rejects with ClosedError when he hung up, whether or not something was kept.
 */
export async function takeReviewed(
  call: Call,
  request: ReviewedTakeRequest,
): Promise<RecordingResult | undefined> {
  let isKept = false;
  const onKept: ReviewedTakeRequest['onKept'] = (...kept) => {
    isKept = true;
    request.onKept(...kept);
  };
  try {
    return await takes(call, { ...request, onKept });
  } finally {
    // What he meant to say again and did not is nobody's. A simulated call has no file, and does not wait for a disk.
    if (!isKept && call.context.media.capabilities.audio) await rm(request.file, { force: true });
  }
}

async function takes(call: Call, request: ReviewedTakeRequest): Promise<RecordingResult | undefined> {
  let intro = request.intro;
  for (let count = 0; count < MAX_TAKES; count++) {
    request.onStep?.('recording');
    const take = await record(call, request, intro);
    if (!take) {
      intro = request.nothing();
      continue;
    }
    request.onStep?.('review');
    // The end of the call waits until it is decided whether it is kept.
    const decided = review(call, request, take);
    call.finish(decided.catch(() => {}));
    const wish = await decided;
    if (wish !== 'again') return wish === 'keep' ? take.result : undefined;
    intro = [];
  }
  return undefined;
}

async function record(
  call: Call,
  request: ReviewedTakeRequest,
  intro: readonly PlayItem[],
): Promise<Take | undefined> {
  const { file, maxMs, maxSilenceMs } = request;
  let take: Take | undefined;
  await takeMessage(call, {
    greeting: intro,
    file,
    maxMs,
    maxSilenceMs,
    onTaken: (result, sha256) => {
      take = { result, sha256 };
      if (call.outcome) request.onKept(result, sha256);
    },
  });
  return take;
}

async function review(
  call: Call,
  request: ReviewedTakeRequest,
  { result, sha256 }: Take,
): Promise<'keep' | 'again' | 'drop'> {
  const keep = () => {
    request.onKept(result, sha256);
    return 'keep' as const;
  };
  let items: readonly PlayItem[] = [{ file: result.file }, ...request.keys()];
  try {
    for (let silences = 0; silences < MAX_SILENCES; ) {
      const { digits } = await gather(call, call.caller, {
        items,
        min: 1,
        max: 1,
        timeoutMs: KEY_MS,
        interDigitMs: KEY_MS,
        terminator: undefined,
      });
      if (digits === '1' || digits === '#') return keep();
      if (digits === '2') return 'again';
      if (digits === '') silences++;
      items = request.keys();
    }
  } catch (error) {
    if (request.keepsUnasked && call.outcome) keep();
    throw error;
  }
  return request.keepsUnasked ? keep() : 'drop';
}
