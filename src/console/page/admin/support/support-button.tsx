import ToolOutlined from '@ant-design/icons/es/icons/ToolOutlined';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Select } from 'antd';
import { useEffect, useId, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { JOBS } from '../../../api/live-data.ts';
import { useMay } from '../../../api/session.tsx';
import type { JobRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { fileOf, isOver, useJob } from '../../../kit/bulk/use-job.ts';
import { ProblemText } from '../../../kit/states.tsx';
import { supportWords } from './words.ts';
import '../../../kit/entity/entity.css';

const HOURS = [1, 6, 24, 72] as const;
const MOST_CALLS = 20;

/** Has a support bundle (支持包) made, of the company or of all there is; it can be downloaded when it is done. */
export function SupportButton({ isWhole = false }: { readonly isWhole?: boolean }) {
  const say = useSay(supportWords);
  const client = useQueryClient();
  const { message, notification } = App.useApp();
  const mayExport = useMay('export:create');
  const mayReadLadders = useMay('ladder:read');
  const mayReadJobs = useMay('job:read');
  const [isOpen, setOpen] = useState(false);
  const [id, setId] = useState<string>();
  const job = useJob(id, isWhole);
  useEffect(() => {
    if (!job || !isOver(job)) return;
    setId(undefined);
    void client.invalidateQueries({ queryKey: JOBS });
    if (job.state === 'done' && job.file)
      notification.success({
        title: say('ready', { file: job.file.name }),
        description: say('kept'),
        duration: 0,
        actions: (
          <Button type="primary" size="small" href={fileOf(job.id)}>
            {say('download')}
          </Button>
        ),
      });
    else notification.error({ title: say('failed', { error: job.error ?? '' }), duration: 0 });
  }, [job, client, notification, say]);
  if (!mayExport || !mayReadLadders || !mayReadJobs) return null;
  return (
    <>
      <Button icon={<ToolOutlined />} loading={id !== undefined} onClick={() => setOpen(true)}>
        {say('button')}
      </Button>
      {isOpen && (
        <Wish
          isWhole={isWhole}
          close={() => setOpen(false)}
          begun={(begun) => {
            setOpen(false);
            setId(begun);
            message.info(say('making'));
          }}
        />
      )}
    </>
  );
}

interface WishProps {
  readonly isWhole: boolean;
  readonly close: () => void;
  readonly begun: (job: string) => void;
}

function Wish({ isWhole, close, begun }: WishProps) {
  const say = useSay(supportWords);
  const id = useId();
  const [text, setText] = useState('');
  const [hours, setHours] = useState<number>(6);
  const calls = text.split(/\s+/).filter((each) => each !== '');
  const make = useMutation({
    mutationFn: () =>
      ask<{ readonly job: JobRow }>('/support-bundles', {
        method: 'POST',
        ofAll: isWhole,
        body: { whole: isWhole, calls: calls.slice(0, MOST_CALLS), hours },
      }),
    onSuccess: ({ job }) => begun(job.id),
  });
  return (
    <Modal
      open
      width={560}
      title={say('title')}
      okText={say('make')}
      cancelText={say('cancel')}
      okButtonProps={{ loading: make.isPending }}
      onOk={() => make.mutate()}
      onCancel={close}
    >
      <div className="entity-form">
        <p>
          {say('text')} {say(isWhole ? 'whole' : 'company')}
        </p>
        <Alert type="info" showIcon title={say('removed')} />
        <div className="entity-field">
          <label htmlFor={`${id}-hours`}>{say('hours')}</label>
          <Select
            id={`${id}-hours`}
            value={hours}
            onChange={setHours}
            options={HOURS.map((value) => ({ value, label: say('hoursOf', { n: value }) }))}
          />
        </div>
        <div className="entity-field">
          <label htmlFor={`${id}-calls`}>{say('calls')}</label>
          <Input.TextArea
            id={`${id}-calls`}
            rows={3}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
          <span className="entity-help faint small">{say('callsHelp')}</span>
        </div>
        {make.isError && <Alert type="error" showIcon title={<ProblemText error={make.error} />} />}
      </div>
    </Modal>
  );
}
