import { answer } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { MailboxConfig } from '../config/config.ts';
import type { PlayItem } from '../media/media.ts';

export interface VoicemailParts {
  readonly boxes: readonly MailboxConfig[];
  readonly promptItems: (prompts: readonly string[]) => readonly PlayItem[];
  /** Where the message of a call goes. */
  readonly path: (call: Call, box: string) => string;
}

/** Shorter messages are hang-ups, not messages. */
const MIN_MESSAGE_MS = 1_000;

/** Takes messages (语音留言): greeting, beep, recording until '#', silence, the limit or the hang-up. */
export class Voicemail {
  readonly #parts: VoicemailParts;
  readonly #boxes: ReadonlyMap<string, MailboxConfig>;

  constructor(parts: VoicemailParts) {
    this.#parts = parts;
    this.#boxes = new Map(parts.boxes.map((box) => [`${box.tenant}/${box.name}`, box]));
  }

  /** Resolves when the caller is done and still there; rejects with ClosedError when he hung up. */
  async take(call: Call, boxName: string): Promise<{ left: boolean; durationMs: number }> {
    const box = this.#boxes.get(`${call.arrival.tenantId}/${boxName}`);
    if (!box) throw new RangeError(`there is no mailbox "${boxName}"`);
    await answer(call);
    call.segment('voicemail', box.name);
    const { media } = call.caller;
    await play(call, call.caller, [
      ...this.#parts.promptItems([box.greeting]),
      { tone: 'beep', durationMs: 500 },
    ]);
    const recording = media.record({
      file: this.#parts.path(call, box.name),
      layout: 'received',
      maxMs: box.maxMs,
      maxSilenceMs: box.maxSilenceMs,
      stopDigits: '#',
    });
    const done = recording.finished.then(({ file, durationMs, reason, error }) => {
      const left = durationMs >= MIN_MESSAGE_MS;
      if (reason === 'failed') {
        call.log.error({ err: error, box: box.name }, 'voicemail could not be recorded');
        call.note('recordingFailed', { file, error: error?.message ?? 'unknown' });
      }
      if (left) call.note('voicemailLeft', { box: box.name, file, durationMs });
      return { left, durationMs };
    });
    // A caller who hangs up has left his message too: the end of the call waits until it is complete.
    call.finish(done);
    const outcome = await done;
    call.caller.forgetDigits();
    call.assertOpen();
    return outcome;
  }
}
