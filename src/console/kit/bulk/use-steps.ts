import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { JobRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { isOver, useJob } from './use-job.ts';
import { bulkWords } from './words.ts';

type Asked = Parameters<typeof ask>[1];

/** Jobs that follow each other: each is begun by a request, and told when it is done. */
export function useSteps<Step extends string>(done: (step: Step, job: JobRow) => void) {
  const say = useSay(bulkWords);
  const [begun, setBegun] = useState<{ readonly step: Step; readonly id: string }>();
  const [ended, setEnded] = useState<string>();
  const job = useJob(begun?.id);
  const latest = useRef(done);
  latest.current = done;
  const begin = useMutation({
    mutationFn: async ({
      step,
      path,
      asked,
    }: {
      readonly step: Step;
      readonly path: string;
      readonly asked: Asked;
    }) => ({
      step,
      id: (await ask<{ readonly job: JobRow }>(path, { method: 'POST', ...asked })).job.id,
    }),
    onMutate: () => setEnded(undefined),
    onSuccess: setBegun,
  });
  useEffect(() => {
    if (!job || !begun || job.id !== begun.id || !isOver(job)) return;
    setBegun(undefined);
    if (job.state === 'done') latest.current(begun.step, job);
    else if (job.state === 'failed') setEnded(say('failed', { error: job.error ?? '' }));
    else setEnded(say(job.state === 'interrupted' ? 'interrupted' : 'cancelled'));
  }, [job, begun, say]);
  return {
    begin: (step: Step, path: string, asked: Asked = {}) => begin.mutate({ step, path, asked }),
    /** That runs, or failed to begin. */
    step: begun?.step ?? begin.variables?.step,
    isBusy: begun !== undefined || begin.isPending,
    job,
    /** Why one ended that was not done, in words. */
    ended,
    /** Why one did not begin; null: it did. */
    error: begin.error,
    forget: () => {
      begin.reset();
      setEnded(undefined);
    },
  };
}
