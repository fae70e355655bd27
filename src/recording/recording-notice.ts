import { earlyMedia } from '../call/answer.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { PlayItem } from '../media/media.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';

export interface RecordingNoticeParts {
  readonly provisioning: Provisioned;
  readonly promptItems: (tenant: string, prompts: readonly string[]) => readonly PlayItem[];
}

/** Tells callers that their talk will be recorded (录音告知): once a call, before anything of it is. */
export class RecordingNotice {
  readonly #parts: RecordingNoticeParts;
  readonly #told = new WeakSet<Call>();

  constructor(parts: RecordingNoticeParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when he has heard all of it, or nothing is to be said. `own`: the queue's prompt; by default the company's. Rejects with
   * ClosedError when he hangs up.
   */
  async tell(call: Call, own: string | undefined): Promise<void> {
    const { provisioning, promptItems } = this.#parts;
    const { tenantId } = call.arrival;
    const notice = own ?? provisioning.snapshot.get('tenant', tenantId, tenantId)?.recordingNotice;
    if (notice === undefined || this.#told.has(call)) return;
    this.#told.add(call);
    await earlyMedia(call);
    call.note('step', { step: 'recording notice', why: `said: ${notice}` });
    await play(call, call.caller, promptItems(tenantId, [notice]));
  }
}
