import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** What is looked at, as the address has it. */
export interface LiveView {
  readonly params: URLSearchParams;
  /** Name of the queue that all is about; undefined: all. */
  readonly queue: string | undefined;
  /** Undefined takes one out. */
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void;
}

export function useLiveView(): LiveView {
  const [params, setParams] = useSearchParams();
  const set = useCallback<LiveView['set']>(
    (changes) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined) next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return useMemo(() => ({ params, set, queue: params.get('queue') ?? undefined }), [params, set]);
}
