import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ask, type Query } from '../../../api/ask.ts';
import { sendFile } from '../../../api/send-file.ts';
import type { JobRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { cancelJob, isOver, useJob } from '../../../kit/bulk/use-job.ts';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { type Place, promptPath } from './prompt-data.ts';
import { promptWords } from './words.ts';

/** What came of it. */
interface Made {
  readonly prompt: string;
  readonly durationMs: number;
}

/** What the engine says of failures, in its own words. */
const REASONS = [
  ['nobody answered', 'why-unanswered'],
  ['nothing was kept', 'why-nothing'],
  ['nothing but silence', 'why-silence'],
  ['cannot be read as audio', 'why-unreadable'],
  ['longer than', 'why-long'],
] as const;

/** What is asked for: a body for a route of the prompt, or a file. */
export type Wish =
  | { readonly to: 'speech' | 'trim' | 'recording'; readonly body: object }
  | { readonly to: 'audio'; readonly file: Blob; readonly type: string };

export interface Making {
  readonly begin: (wish: Wish) => void;
  readonly cancel: () => void;
  readonly isBusy: boolean;
  /** Which of them is under way. */
  readonly wish: Wish | undefined;
  /** Of a file that is being sent, of 1. */
  readonly sent: number | undefined;
  readonly job: JobRow | undefined;
  /** Why nothing came of the last one. */
  readonly failure: string | undefined;
  /** Refused before it began. */
  readonly error: unknown;
}

/** Makes a prompt: begins a job, follows it, and tells when callers hear what it made. */
export function useMaking({ name, language }: Place, done?: (made: Made) => void): Making {
  const say = useSay(promptWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [id, setId] = useState<string>();
  const [sent, setSent] = useState<number>();
  const [failure, setFailure] = useState<string>();
  const sending = useRef<AbortController>(undefined);
  const job = useJob(id);
  const begin = useMutation({
    mutationFn: async (wish: Wish) => {
      const query: Query = { language };
      const path = `${promptPath(name)}/${wish.to}`;
      if (wish.to !== 'audio')
        return await ask<{ readonly job: JobRow }>(path, { method: 'POST', query, body: wish.body });
      sending.current = new AbortController();
      const { signal } = sending.current;
      setSent(0);
      const file = { content: wish.file, type: wish.type };
      return await sendFile<{ readonly job: JobRow }>(path, { file, query, signal }, setSent);
    },
    onMutate: () => setFailure(undefined),
    onSuccess: ({ job: begun }) => setId(begun.id),
    onSettled: () => {
      setSent(undefined);
      sending.current = undefined;
    },
  });
  const told = useRef(done);
  told.current = done;
  useEffect(() => {
    if (!job || !isOver(job)) return;
    setId(undefined);
    if (job.state !== 'done') {
      const why = REASONS.find(([said]) => job.error?.includes(said))?.[1];
      setFailure(
        job.state === 'failed'
          ? why
            ? say(why)
            : (job.error ?? '')
          : say(`ended-${job.state}` as 'ended-cancelled'),
      );
      return;
    }
    const made = job.result as Made;
    message.success(say('made', { name: made.prompt, s: (made.durationMs / 1000).toFixed(1) }));
    told.current?.(made);
    void client.invalidateQueries({ queryKey: ENTITIES });
  }, [job, client, message, say]);
  return {
    begin: begin.mutate,
    cancel: () => {
      sending.current?.abort(new DOMException('', 'AbortError'));
      if (id !== undefined) void cancelJob(id).catch(() => {});
    },
    isBusy: begin.isPending || id !== undefined,
    wish: begin.variables,
    sent,
    job,
    failure,
    error: begin.error instanceof DOMException ? undefined : begin.error,
  };
}
