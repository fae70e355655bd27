/** The end of a wrap-up: what the call came to is said, and what follows from it put on the list. */
import { ApiError, ask } from '../../api/ask.ts';
import type { CallRow } from '../../api/types.ts';
import type { Words } from './use-draft.ts';

export interface Finish {
  readonly callId: string;
  readonly words: Words;
  /** His time for it is not over. */
  readonly isInWrapUp: boolean;
  /** The call has ended. */
  readonly isOver: boolean;
  readonly callBack?: {
    readonly dueAt: string;
    readonly text: string;
    /** Called when it is on the list: asked again, it is not made again. */
    readonly made: () => void;
  };
}

const post = (path: string, body?: object) => ask(path, { method: 'POST', ...(body && { body }) });

/** Ends the wrap-up last: whatever fails before leaves the agent in it. Rejects with ApiError. */
export async function finishWrapUp({ callId, words, isInWrapUp, isOver, callBack }: Finish): Promise<void> {
  const { note, disposition, resolved } = words;
  if (isInWrapUp && (note !== '' || disposition !== null))
    await post('/agents/me/note', {
      ...(note !== '' && { note }),
      ...(disposition !== null && { disposition }),
    });
  if (isOver) await sayOfCall(callId, isInWrapUp ? { note: '', disposition: null, resolved } : words);
  if (callBack) {
    const { dueAt, text } = callBack;
    await post('/tasks', { kind: 'call-back', callId, dueAt, text });
    callBack.made();
  }
  if (isInWrapUp) await post('/agents/me/end-wrap-up');
}

/** The record of a call is there some moments after its end. */
const WAITS_MS = [300, 700, 1500, 3000];

/** Says it of the call that has ended. What is empty stays as it is. Rejects with ApiError. */
export async function sayOfCall(callId: string, { note, disposition, resolved }: Words): Promise<void> {
  const body = {
    ...(note !== '' && { note }),
    ...(disposition !== null && { disposition }),
    ...(resolved !== null && { resolved }),
  };
  if (Object.keys(body).length === 0) return;
  const path = `/calls/${encodeURIComponent(callId)}`;
  for (const waitMs of [...WAITS_MS, undefined]) {
    try {
      const { revision } = await ask<CallRow>(path);
      await ask(path, { method: 'PATCH', body, revision });
      return;
    } catch (error) {
      const isEarly =
        error instanceof ApiError && (error.status === 404 || error.code === 'changed-meanwhile');
      if (!isEarly || waitMs === undefined) throw error;
      await new Promise((end) => setTimeout(end, waitMs));
    }
  }
}
