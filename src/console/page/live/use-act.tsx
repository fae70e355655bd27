/** Acts of a supervisor (班长席) as requests, each with its own pending state and the engine's refusal in words. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useCallback } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import { AGENTS, CALLERS, HELP } from '../../api/live-data.ts';
import { useLanguage, useSay, useSayOf } from '../../i18n/language.tsx';
import { stateWords } from '../../kit/words.ts';
import { actWords } from './act-words.ts';

export const SUPERVISION = ['supervision'] as const;

export interface Told {
  /** Path under `/supervision`. */
  readonly act: string;
  readonly body?: object;
}

/** Why an act was refused, for people. */
export function useRefusal(): (error: unknown) => string {
  const say = useSay(actWords);
  const sayState = useSayOf(stateWords);
  const { language } = useLanguage();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiError)) return String(error);
      if (error.code === 'network') return say('network');
      const { title, problem, code } = error;
      // The title is in the language that is spoken; the detail is in English.
      const detail = language === 'en' && problem?.detail !== title ? problem?.detail : undefined;
      const state = problem?.state === undefined ? '' : say('nowIs', { state: sayState(problem.state) });
      return `${detail ? `${title}: ${detail}` : title}${state} (${code})`;
    },
    [say, sayState, language],
  );
}

/** `done`: said when it went. */
export function useAct({ done, after }: { readonly done?: string; readonly after?: () => void } = {}) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const refusal = useRefusal();
  return useMutation({
    mutationFn: ({ act, body }: Told) =>
      ask(`/supervision/${act}`, { method: 'POST', ...(body && { body }) }),
    onSuccess: () => {
      if (done !== undefined) message.success(done);
      after?.();
    },
    onError: (error) => message.error(refusal(error), 6),
    // A wish, queues and whom one supervises are told by no event.
    onSettled: () => {
      for (const queryKey of [AGENTS, CALLERS, HELP, SUPERVISION])
        void client.invalidateQueries({ queryKey });
    },
  });
}
