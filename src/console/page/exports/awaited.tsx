import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import { ask, pathOf } from '../../api/ask.ts';
import { JOBS } from '../../api/live-data.ts';
import type { JobRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { exportsWords } from './words.ts';

/** Where a job that nobody hears of is looked at again. */
const LOOK_MS = 2000;

export const isOver = ({ state }: JobRow): boolean => state !== 'waiting' && state !== 'running';

export const jobFile = (id: string): string => pathOf(`/jobs/${encodeURIComponent(id)}/file`);

/** Waits for a job that one has begun, and tells when its file is ready, as long as the page is open. */
export function useAwaited(): (id: string) => void {
  const say = useSay(exportsWords);
  const client = useQueryClient();
  const { notification } = App.useApp();
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  const tell = useRef((_: JobRow) => {});
  tell.current = ({ id, state, error, file }) => {
    void client.invalidateQueries({ queryKey: JOBS });
    if (state === 'done' && file)
      notification.success({
        title: say('ready', { file: file.name }),
        duration: 0,
        actions: (
          <Button type="primary" size="small" href={jobFile(id)}>
            {say('download')}
          </Button>
        ),
      });
    else if (state === 'failed' || state === 'interrupted')
      notification.error({ title: say('readyNot', { error: error ?? say(state) }), duration: 0 });
  };
  useEffect(() => {
    const own = timers.current;
    return () => {
      for (const timer of own) clearTimeout(timer);
      own.clear();
    };
  }, []);
  return useCallback((id: string) => {
    const own = timers.current;
    const look = () => {
      const timer = setTimeout(async () => {
        own.delete(timer);
        // Where it cannot be read now, it can be later.
        const job = await ask<JobRow>(`/jobs/${encodeURIComponent(id)}`).catch(() => undefined);
        if (job && isOver(job)) tell.current(job);
        else look();
      }, LOOK_MS);
      own.add(timer);
    };
    look();
  }, []);
}
