import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { JOBS } from '../../../api/live-data.ts';
import type { JobRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { fileOf, isOver, useJob } from '../../../kit/bulk/use-job.ts';
import { ProblemText } from '../../../kit/states.tsx';
import { numbersPath } from './number-data.ts';
import { listsWords } from './words.ts';

/** Has all numbers of a list made into a table. */
export function useNumberExport(list: string) {
  const say = useSay(listsWords);
  const client = useQueryClient();
  const { message, notification } = App.useApp();
  const [id, setId] = useState<string>();
  const job = useJob(id);
  const begin = useMutation({
    mutationFn: (format: 'csv' | 'xlsx') =>
      ask<{ readonly job: JobRow }>(`${numbersPath(list)}/exports`, { method: 'POST', body: { format } }),
    onSuccess: (answer) => {
      message.info(say('exporting'));
      setId(answer.job.id);
    },
    onError: (error) => void message.error(<ProblemText error={error} />),
  });
  useEffect(() => {
    if (!job || !isOver(job)) return;
    setId(undefined);
    void client.invalidateQueries({ queryKey: JOBS });
    if (job.state === 'done' && job.file)
      notification.success({
        title: say('ready', { file: job.file.name }),
        duration: 0,
        actions: (
          <Button type="primary" size="small" href={fileOf(job.id)}>
            {say('download')}
          </Button>
        ),
      });
    else notification.error({ title: say('failedLook', { error: job.error ?? '' }), duration: 0 });
  }, [job, client, notification, say]);
  return { exportAs: begin.mutate, isExporting: begin.isPending || id !== undefined };
}
