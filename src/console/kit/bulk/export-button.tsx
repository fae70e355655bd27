import ExportOutlined from '@ant-design/icons/es/icons/ExportOutlined';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { useEffect, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { JOBS } from '../../api/live-data.ts';
import type { JobRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../states.tsx';
import { fileOf, isOver, useJob } from './use-job.ts';
import { bulkWords } from './words.ts';

const FORMATS = ['xlsx', 'csv', 'json'] as const;

interface ExportButtonProps {
  /** As paths and rights call it: `break-reason`. */
  readonly resource: string;
  /** Part of the name or title that the list shows. */
  readonly q: string | undefined;
}

/** Has the list made into a table, which can be imported again. */
export function ExportButton({ resource, q }: ExportButtonProps) {
  const say = useSay(bulkWords);
  const client = useQueryClient();
  const { message, notification } = App.useApp();
  const [id, setId] = useState<string>();
  const job = useJob(id);
  const begin = useMutation({
    mutationFn: (format: (typeof FORMATS)[number]) =>
      ask<{ readonly job: JobRow }>('/exports', {
        method: 'POST',
        body: { kind: resource, format, filter: q === undefined ? {} : { q } },
      }),
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
    else notification.error({ title: say('failed', { error: job.error ?? '' }), duration: 0 });
  }, [job, client, notification, say]);
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: FORMATS.map((format) => ({
          key: format,
          label: say('exportAs', { format: say(format) }),
          onClick: () => begin.mutate(format),
        })),
      }}
    >
      <Button icon={<ExportOutlined />} loading={begin.isPending || id !== undefined}>
        {say('export')}
      </Button>
    </Dropdown>
  );
}
