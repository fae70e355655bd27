import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Modal, Radio } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { JOBS } from '../../api/live-data.ts';
import { useMay } from '../../api/session.tsx';
import type { CallFilterQuery, JobRow } from '../../api/types.ts';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { count } from '../../kit/format.ts';
import { ProblemText } from '../../kit/states.tsx';
import { exportsWords } from './words.ts';
import './exports.css';

const TABLES = ['xlsx', 'csv', 'json'] as const;
/** Recordings, for who may hear them. */
const ZIP = 'zip';

interface DialogProps {
  readonly filter: CallFilterQuery;
  /** How many calls they are. */
  readonly calls: number;
  readonly close: () => void;
  /** Told of the job that has begun: it is waited for by who stays. */
  readonly begun: (job: string) => void;
}

/** Has the calls of a filter made into a table. */
export function ExportDialog({ filter, calls, close, begun }: DialogProps) {
  const say = useSay(exportsWords);
  const { language } = useLanguage();
  const { message } = App.useApp();
  const client = useQueryClient();
  const mayListen = useMay('recording:read');
  const [format, setFormat] = useState<(typeof TABLES)[number] | typeof ZIP>('xlsx');
  const begin = useMutation({
    mutationFn: () =>
      ask<{ readonly job: JobRow }>('/exports', {
        method: 'POST',
        body: {
          kind: format === ZIP ? 'recording' : 'call',
          format,
          filter: typed(filter),
          language: language === 'en' ? 'en' : 'zh',
        },
      }),
    onSuccess: ({ job }) => {
      message.success(say('begun'));
      begun(job.id);
      void client.invalidateQueries({ queryKey: JOBS });
      close();
    },
  });
  return (
    <Modal
      open
      width={440}
      title={say('exportCalls')}
      okText={say('start')}
      cancelText={say('close')}
      okButtonProps={{ loading: begin.isPending, disabled: calls === 0 }}
      onOk={() => begin.mutate()}
      onCancel={close}
    >
      <div className="share">
        <p>{say('exportText', { n: count(calls) })}</p>
        <Radio.Group
          className="export-formats"
          aria-label={say('format')}
          value={format}
          onChange={({ target }) => setFormat(target.value)}
          options={[...TABLES, ...(mayListen ? ([ZIP] as const) : [])].map((value) => ({
            value,
            label: say(value),
          }))}
        />
        {begin.isError && <Alert type="error" showIcon title={<ProblemText error={begin.error} />} />}
      </div>
    </Modal>
  );
}

/** In the address all filters are text; a body has them as what they are. */
function typed({ recorded, flagged, ...filter }: CallFilterQuery): object {
  return {
    ...filter,
    ...(recorded !== undefined && { recorded: String(recorded) === 'true' }),
    ...(flagged !== undefined && { flagged: String(flagged) === 'true' }),
  };
}
