import UploadOutlined from '@ant-design/icons/es/icons/UploadOutlined';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Modal, Progress } from 'antd';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import type { JobRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../format.ts';
import { ProblemText } from '../states.tsx';
import { type Counts, PreviewRows } from './preview-rows.tsx';
import { cancelJob, fileOf, isOver, useJob } from './use-job.ts';
import { bulkWords } from './words.ts';
import './bulk.css';

interface Preview {
  readonly rows: number;
  readonly counts: Counts;
  readonly problems: readonly string[];
  readonly isRunnable: boolean;
}
interface Imported {
  readonly change: string;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

type Step = 'preview' | 'run' | 'undo';
interface Begun {
  readonly step: Step;
  readonly id: string;
}

/** A table: CSV, or XLSX by its name. */
const typeOf = (name: string) =>
  /\.xlsx$/i.test(name) ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv';

interface ImportDialogProps {
  readonly kind: string;
  /** As paths and rights call it: `break-reason`. */
  readonly resource: string;
  /** What people call them. */
  readonly title: string;
  readonly mayUndo: boolean;
  readonly close: () => void;
  /** Something was taken, or taken back. */
  readonly changed: () => void;
}

/** A table comes in (批量导入): looked through row by row, then taken as a whole, and taken back. */
export function ImportDialog({ kind, resource, title, mayUndo, close, changed }: ImportDialogProps) {
  const say = useSay(bulkWords);
  const [begun, setBegun] = useState<Begun>();
  const [preview, setPreview] = useState<{ readonly job: JobRow; readonly result: Preview }>();
  const [imported, setImported] = useState<Imported>();
  const [ended, setEnded] = useState<string>();
  const job = useJob(begun?.id);
  const [name, setName] = useState('');
  const begin = useMutation({
    mutationFn: async ({
      step,
      ...how
    }: { readonly step: Step } & Parameters<typeof ask>[1] & { readonly path: string }) => {
      const { path, ...asked } = how;
      return { step, job: (await ask<{ readonly job: JobRow }>(path, { method: 'POST', ...asked })).job };
    },
    onMutate: () => setEnded(undefined),
    onSuccess: ({ step, job: { id } }) => setBegun({ step, id }),
  });
  useEffect(() => {
    if (!job || !begun || job.id !== begun.id || !isOver(job)) return;
    setBegun(undefined);
    if (job.state !== 'done') {
      const text = job.state === 'failed' ? say('failed', { error: job.error ?? '' }) : undefined;
      setEnded(text ?? say(job.state === 'interrupted' ? 'interrupted' : 'cancelled'));
      return;
    }
    if (begun.step === 'preview') setPreview({ job, result: job.result as Preview });
    else {
      changed();
      if (begun.step === 'run') setImported(job.result as Imported);
      else {
        setImported(undefined);
        setPreview(undefined);
        setEnded(say('undone', { n: (job.result as { readonly restored: number }).restored }));
      }
    }
  }, [job, begun, changed, say]);
  const take = (file: File) => {
    setName(file.name);
    setPreview(undefined);
    setImported(undefined);
    begin.mutate({
      step: 'preview',
      path: '/imports',
      query: { kind: resource, mode: 'preview', name: file.name.slice(0, 200) },
      file: { content: file, type: typeOf(file.name) },
    });
  };
  const undo = (partial: boolean) =>
    begin.mutate({ step: 'undo', path: `/changes/${imported!.change}/undo`, body: { partial } });
  const isBusy = begun !== undefined || begin.isPending;
  const isChanged = begin.error instanceof ApiError && begin.error.code === 'changed-since';
  const toTake = preview ? preview.result.counts.create + preview.result.counts.update : 0;
  return (
    <Modal
      open
      width={760}
      title={say('title', { kind: title })}
      onCancel={() => {
        if (!isBusy) close();
      }}
      mask={{ closable: false }}
      footer={
        <>
          <Button disabled={isBusy} onClick={close}>
            {say('close')}
          </Button>
          {imported && mayUndo && (
            <Button disabled={isBusy} onClick={() => undo(isChanged)}>
              {say(isChanged ? 'undoRest' : 'undo')}
            </Button>
          )}
          {preview && !imported && (
            <Button
              type="primary"
              disabled={isBusy || !preview.result.isRunnable || toTake === 0}
              onClick={() => begin.mutate({ step: 'run', path: `/imports/${preview.job.id}/run` })}
            >
              {!preview.result.isRunnable
                ? say('mendFirst')
                : toTake === 0
                  ? say('nothing')
                  : say('run', { n: count(toTake) })}
            </Button>
          )}
        </>
      }
    >
      <div className="import">
        {!preview && !isBusy && <Choose title={title} take={take} />}
        {isBusy && (
          <Running
            text={say(begun?.step === 'run' ? 'importing' : begun?.step === 'undo' ? 'undoing' : 'checking', {
              file: name,
            })}
            job={job}
          />
        )}
        {ended !== undefined && <Alert type="info" showIcon title={ended} />}
        {begin.isError && (
          <Alert
            type="error"
            showIcon
            title={isChanged ? say('changedSince') : <ProblemText error={begin.error} />}
          />
        )}
        {imported && !isBusy && (
          <Alert
            type="success"
            showIcon
            title={say('done', {
              created: count(imported.created),
              updated: count(imported.updated),
              unchanged: count(imported.unchanged),
            })}
          />
        )}
        {preview && !imported && !isBusy && (
          <>
            {preview.result.problems.length > 0 && (
              <Alert
                type="error"
                showIcon
                title={say('problems')}
                description={preview.result.problems.map((each) => <p key={each}>{each}</p>)}
              />
            )}
            <PreviewRows kind={kind} preview={preview.job.id} counts={preview.result.counts} />
            <p className="import-acts">
              {preview.job.file && (
                <>
                  <Button size="small" href={fileOf(preview.job.id)}>
                    {say('errorFile')}
                  </Button>
                  <span className="faint small">{say('errorHint')}</span>
                </>
              )}
              <Button size="small" onClick={() => setPreview(undefined)}>
                {say('another')}
              </Button>
            </p>
          </>
        )}
      </div>
    </Modal>
  );
}

function Choose({ title, take }: { readonly title: string; readonly take: (file: File) => void }) {
  const say = useSay(bulkWords);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOverIt, setOverIt] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOverIt(false);
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same
    <div
      className={`import-drop${isOverIt ? ' is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOverIt(true);
      }}
      onDragLeave={() => setOverIt(false)}
      onDrop={drop}
    >
      <p id={id}>{say('intro')}</p>
      <Button type="primary" icon={<UploadOutlined />} onClick={() => input.current?.click()}>
        {say('choose')}
      </Button>
      <input
        ref={input}
        className="import-file"
        type="file"
        accept=".csv,.xlsx,text/csv"
        aria-label={say('choose')}
        aria-describedby={id}
        tabIndex={-1}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) take(file);
          target.value = '';
        }}
      />
      <p className="faint small">{say('template', { kind: title })}</p>
    </div>
  );
}

/** How far it is; it can be ended. */
function Running({ text, job }: { readonly text: string; readonly job: JobRow | undefined }) {
  const say = useSay(bulkWords);
  const total = job?.total ?? null;
  const done = job?.done ?? 0;
  return (
    <div className="import-running" role="status">
      <span>{text}</span>
      <Progress percent={total ? Math.round((done / total) * 100) : 0} showInfo={false} aria-label={text} />
      {total !== null && (
        <span className="faint small">{say('progress', { done: count(done), total: count(total) })}</span>
      )}
      {job && (
        <Button size="small" onClick={() => void cancelJob(job.id).catch(() => {})}>
          {say('cancel')}
        </Button>
      )}
    </div>
  );
}
