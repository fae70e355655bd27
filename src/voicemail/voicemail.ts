import { answer } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import type { PlayItem } from '../media/media.ts';
import type { Speech } from '../prompt/prompt.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { takeMessage } from './message.ts';

export interface VoicemailParts {
  readonly provisioning: Provisioned;
  readonly promptItems: (tenant: string, prompts: readonly string[], speech?: Speech) => readonly PlayItem[];
  /** Where the message of a call goes; `box` is a folder's name. */
  readonly path: (call: Call, box: string) => string;
  /** A call in which a message was left is over. */
  readonly onLeft?: (tenant: string, box: string) => void;
}

/** Takes messages (语音留言) into mailboxes. */
export class Voicemail {
  readonly #parts: VoicemailParts;

  constructor(parts: VoicemailParts) {
    this.#parts = parts;
  }

  /** Resolves when the caller is done and still there; rejects with ClosedError when he hung up. */
  async take(call: Call, boxName: string): Promise<{ left: boolean; durationMs: number }> {
    const box = this.#parts.provisioning.snapshot.get('mailbox', call.arrival.tenantId, boxName);
    if (!box) {
      call.note('step', { step: `mailbox ${boxName}`, why: 'there is no such mailbox any more' });
      return { left: false, durationMs: 0 };
    }
    await answer(call);
    call.segment('voicemail', box.name);
    const message = await takeMessage(call, {
      greeting: this.#parts.promptItems(call.arrival.tenantId, [box.greeting], call.speech),
      file: this.#parts.path(call, box.name),
      maxMs: box.maxMs,
      maxSilenceMs: box.maxSilenceMs,
      onTaken: ({ file, durationMs, bytes }, sha256) => {
        call.note('voicemailLeft', { box: box.name, file, durationMs, bytes, sha256 });
        call.events.once('ended', () => this.#parts.onLeft?.(call.arrival.tenantId, box.name));
      },
    });
    return { left: message !== undefined, durationMs: message?.durationMs ?? 0 };
  }

  /** Records for a flow (a fault report, a name): like a message, without a mailbox. */
  async record(
    call: Call,
    options: { readonly purpose: string; readonly maxMs: number; readonly maxSilenceMs: number },
  ): Promise<{ recorded: boolean; file: string | undefined; durationMs: number }> {
    await answer(call);
    call.segment('voicemail', options.purpose);
    const message = await takeMessage(call, {
      ...options,
      greeting: [],
      file: this.#parts.path(call, options.purpose),
      onTaken: ({ file, durationMs, bytes }, sha256) =>
        call.note('recordingEnded', { file, durationMs, bytes, sha256 }),
    });
    return { recorded: message !== undefined, file: message?.file, durationMs: message?.durationMs ?? 0 };
  }
}
