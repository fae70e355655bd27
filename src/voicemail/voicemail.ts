import { answer } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompt, Prompts, Speech } from '../prompt/prompt.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { type MessageRequest, takeMessage } from './message.ts';
import { takeReviewed } from './reviewed-take.ts';

export interface VoicemailParts {
  readonly provisioning: Provisioned;
  readonly promptItems: (tenant: string, prompts: readonly Prompt[], speech?: Speech) => readonly PlayItem[];
  /** Where a message of a call goes; `box` is a folder's name; `before`: so many were left in the call before. */
  readonly path: (call: Call, box: string, before: number) => string;
  /** A call in which a message was left is over. */
  readonly onLeft?: (tenant: string, box: string) => void;
}

/** How one message is taken, beside what the mailbox says. */
export interface TakeOptions {
  /** What it is about: it stands beside the message. */
  readonly subject?: string | undefined;
  /** Said in place of the greeting. */
  readonly prompt?: Prompts | undefined;
  readonly maxMs?: number | undefined;
  /** It is played to the caller, who keeps it or says it again; one who hangs up has kept it. */
  readonly review?: boolean | undefined;
}

/** Takes messages (语音留言) into mailboxes. */
export class Voicemail {
  readonly #parts: VoicemailParts;
  /** Messages of calls: a later one, or a silence, does not stand in the file of one that was kept. */
  readonly #left = new WeakMap<Call, number>();

  constructor(parts: VoicemailParts) {
    this.#parts = parts;
  }

  /** Resolves when the caller is done and still there; rejects with ClosedError when he hung up. */
  async take(
    call: Call,
    boxName: string,
    { subject, prompt, maxMs, review = false }: TakeOptions = {},
  ): Promise<{ left: boolean; durationMs: number }> {
    const box = this.#parts.provisioning.snapshot.get('mailbox', call.arrival.tenantId, boxName);
    if (!box) {
      call.note('step', { step: `mailbox ${boxName}`, why: 'there is no such mailbox any more' });
      return { left: false, durationMs: 0 };
    }
    await answer(call);
    call.segment('voicemail', box.name);
    const say = (prompts: Prompts) =>
      this.#parts.promptItems(call.arrival.tenantId, [prompts].flat(), call.speech);
    const how = {
      file: this.#fileOf(call, box.name),
      maxMs: maxMs ?? box.maxMs,
      maxSilenceMs: box.maxSilenceMs,
    };
    const greeting = say(prompt ?? box.greeting);
    const onTaken: MessageRequest['onTaken'] = ({ file, durationMs, bytes }, sha256) => {
      this.#count(call);
      call.note('voicemailLeft', { box: box.name, file, durationMs, bytes, sha256, subject });
      call.events.once('ended', () => this.#parts.onLeft?.(call.arrival.tenantId, box.name));
    };
    const message = review
      ? await takeReviewed(call, {
          ...how,
          intro: greeting,
          keys: () => say('record-keys'),
          nothing: () => say('record-nothing'),
          keepsUnasked: true,
          onKept: onTaken,
        })
      : await takeMessage(call, { ...how, greeting, onTaken });
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
      file: this.#fileOf(call, options.purpose),
      onTaken: ({ file, durationMs, bytes }, sha256) => {
        this.#count(call);
        call.note('recordingEnded', { file, durationMs, bytes, sha256 });
      },
    });
    return { recorded: message !== undefined, file: message?.file, durationMs: message?.durationMs ?? 0 };
  }

  #fileOf(call: Call, box: string): string {
    return this.#parts.path(call, box, this.#left.get(call) ?? 0);
  }

  #count(call: Call): void {
    this.#left.set(call, (this.#left.get(call) ?? 0) + 1);
  }
}
