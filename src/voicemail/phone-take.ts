import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import { play } from '../call/gather.ts';
import { openAtPhone } from '../call/originate.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompt, Speech } from '../prompt/prompt.ts';
import { ClosedError, PbxError } from '../shared/errors.ts';
import type { TenantId } from '../shared/ids.ts';
import { takeReviewed } from './reviewed-take.ts';

/** Whose phone records what. */
export interface PhoneTake {
  readonly tenant: string;
  readonly extension: string;
  /** What is recorded, for the record. */
  readonly what: string;
  /** Who asks, for the record. */
  readonly by: string;
  readonly file: string;
  /** Ends the call. */
  readonly signal: AbortSignal;
  readonly onStep: (step: 'recording' | 'review' | 'kept') => void;
}

export interface PhoneTakesParts {
  readonly calls: Calls;
  readonly directory: Directory;
  readonly promptItems: (tenant: string, prompts: readonly Prompt[], speech?: Speech) => readonly PlayItem[];
}

/** Prompts are half an hour at most; nobody says more than this in one go. */
const MAX_MS = 10 * 60_000;
/** Who reads a text pauses; who put the phone away is gone. */
const MAX_SILENCE_MS = 15_000;

/** Records somebody at his phone, which is rung (打电话给我录音). */
export class PhoneTakes {
  readonly #parts: PhoneTakesParts;

  constructor(parts: PhoneTakesParts) {
    this.#parts = parts;
  }

  /** Throws PbxError `not-found` when the tenant has no such extension. */
  prove(tenant: string, extension: string): void {
    if (this.#parts.directory.find(extension, tenant).kind !== 'extension')
      throw new PbxError('not-found', `${tenant} has no extension ${extension}`);
  }

  /**
   * Rings the phone; who answers says it after a beep, ends with `#`, hears it and keeps it by 1. Resolves when the file is complete and
   * the call is over. Throws PbxError `not-found`; `call-ended`: nobody answered, or nothing was kept; the signal's reason.
   */
  async take(request: PhoneTake): Promise<void> {
    const { tenant, extension, what, by, signal } = request;
    this.prove(tenant, extension);
    signal.throwIfAborted();
    const tenantId = tenant as TenantId;
    const call = this.#parts.calls.originate({
      tenantId,
      party: { tenant: tenantId, kind: 'extension', number: extension },
      origin: { api: by },
      direction: 'internal',
      caller: extension,
      callerName: undefined,
      called: extension,
      sent: { from: extension, to: extension, identity: undefined },
      diversions: [],
      earlyMedia: true,
      media: {},
    });
    call.note('step', { step: 'recording by phone', why: `${by} has ${extension} record ${what}` });
    const stop = () => call.end('normal');
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#run(call, request);
    } finally {
      signal.removeEventListener('abort', stop);
      call.end('normal');
    }
  }

  async #run(call: Call, { tenant, extension, file, signal, onStep }: PhoneTake): Promise<void> {
    const { directory, promptItems } = this.#parts;
    const items = (prompt: string) => promptItems(tenant, [prompt], call.speech);
    let isKept = false;
    const over = new Promise<void>((resolve) => call.events.once('ended', () => resolve()));
    try {
      if (!(await openAtPhone(call, directory, extension)))
        throw new PbxError('call-ended', `nobody answered at ${extension}`);
      await takeReviewed(call, {
        intro: items('record-intro'),
        keys: () => items('record-keys'),
        nothing: () => items('record-nothing'),
        file,
        maxMs: MAX_MS,
        maxSilenceMs: MAX_SILENCE_MS,
        keepsUnasked: false,
        onKept: () => {
          isKept = true;
        },
        onStep,
      });
      if (isKept) {
        onStep('kept');
        await play(call, call.caller, items('voicemail-kept'));
      }
    } catch (error) {
      if (!(error instanceof ClosedError && call.outcome)) throw error;
    }
    call.end('normal');
    await over;
    signal.throwIfAborted();
    if (!isKept) throw new PbxError('call-ended', `nothing was kept at ${extension}: 1 keeps it`);
  }
}
