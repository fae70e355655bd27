import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { JobRow } from '../../api/types.ts';
import { cancelJob, isOver, useJob } from '../../kit/bulk/use-job.ts';
import type { Doc, RootSpot } from './model/tree.ts';
import { trafficOf, type Way } from './model/ways.ts';
import { type Overlay, overlayOf } from './overlay.ts';

/** A call of the file that a replay leaves. */
export interface ReplayedCall {
  readonly id: string | null;
  readonly at: string;
  readonly caller: string;
  readonly outcome: 'same' | 'otherwise' | 'unknown' | 'failed';
  readonly before: readonly string[] | null;
  readonly after: readonly { readonly step: string; readonly why: string }[] | null;
  readonly change: { readonly at: string; readonly before: string; readonly after: string } | null;
  readonly error: string | null;
}
export interface Replayed {
  readonly calls: number;
  readonly same: number;
  readonly otherwise: number;
  readonly unknown: number;
  readonly failed: number;
  readonly changes: readonly (NonNullable<ReplayedCall['change']> & { readonly calls: number })[];
  readonly items: readonly ReplayedCall[];
}

/** Which calls, on what. */
export interface ReplayAsked {
  readonly last: number;
  /** Undefined: the document as it is edited. */
  readonly version: number | undefined;
}

/** The last calls taken through the document as it is edited, or a version (回放). */
export function useReplay(number: string, doc: Doc, roots: readonly RootSpot[], isCode: boolean) {
  const [asked, change] = useState<ReplayAsked>({ last: 1000, version: undefined });
  /** What was replayed. */
  const [ran, setRan] = useState<{ readonly job: string; readonly doc: Doc; readonly asked: ReplayAsked }>();
  const begin = useMutation({
    mutationFn: async () => {
      const { last, version } = asked;
      const entities = [{ kind: 'hotline', name: number, value: doc }];
      const tried = version !== undefined ? { version } : isCode ? {} : { draft: { entities } };
      const { job } = await ask<{ readonly job: JobRow }>('/replays', {
        method: 'POST',
        body: { hotline: number, last, ...tried },
      });
      setRan({ job: job.id, doc, asked });
    },
  });
  const job = useJob(ran?.job);
  const isDone = job?.state === 'done';
  const { data: found, error } = useQuery({
    queryKey: ['replayed', job?.id],
    enabled: isDone,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: ({ signal }) => ask<Replayed>(`/jobs/${encodeURIComponent(job!.id)}/file`, { signal }),
  });
  /** The document is another one by now. */
  const isOld = ran !== undefined && ran.asked.version === undefined && ran.doc !== doc;
  const overlay = useMemo((): Overlay | undefined => {
    if (!found || isOld || ran?.asked.version !== undefined) return undefined;
    const known = found.items.filter(({ before, after }) => before !== null && after !== null);
    const waysOf = (of: (call: ReplayedCall) => readonly string[]): readonly Way[] =>
      known.map((call) => ({ steps: of(call), calls: 1 }));
    return overlayOf(
      trafficOf(
        roots,
        waysOf(({ after }) => after!.map(({ step }) => step)),
      ),
      trafficOf(
        roots,
        waysOf(({ before }) => before!),
      ),
    );
  }, [found, isOld, ran, roots]);
  const isRunning = begin.isPending || (ran !== undefined && (job === undefined || !isOver(job)));
  return {
    asked,
    change,
    begin: () => begin.mutate(),
    cancel: () => (job ? void cancelJob(job.id) : undefined),
    job: isRunning ? job : undefined,
    isRunning,
    /** Why there is nothing. */
    error: begin.error ?? error ?? undefined,
    failed: job !== undefined && isOver(job) && !isDone ? job : undefined,
    found: isDone ? found : undefined,
    isOld,
    overlay,
  };
}

export type Replay = ReturnType<typeof useReplay>;
