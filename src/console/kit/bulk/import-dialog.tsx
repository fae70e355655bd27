import UploadOutlined from '@ant-design/icons/es/icons/UploadOutlined';
import { Alert, Button, Modal } from 'antd';
import { type DragEvent, useId, useRef, useState } from 'react';
import type { JobRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../format.ts';
import { ProblemText } from '../states.tsx';
import { type Counts, PreviewRows } from './preview-rows.tsx';
import { Running } from './running.tsx';
import { UndoChange } from './undo-change.tsx';
import { fileOf } from './use-job.ts';
import { useSteps } from './use-steps.ts';
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
  const [preview, setPreview] = useState<{ readonly job: JobRow; readonly result: Preview }>();
  const [imported, setImported] = useState<Imported>();
  const [undone, setUndone] = useState<number>();
  const [name, setName] = useState('');
  const steps = useSteps<'preview' | 'run'>((step, job) => {
    if (step === 'preview') return setPreview({ job, result: job.result as Preview });
    changed();
    setImported(job.result as Imported);
  });
  const take = (file: File) => {
    setName(file.name);
    setPreview(undefined);
    setImported(undefined);
    setUndone(undefined);
    steps.begin('preview', '/imports', {
      query: { kind: resource, mode: 'preview', name: file.name.slice(0, 200) },
      file: { content: file, type: typeOf(file.name) },
    });
  };
  const { isBusy } = steps;
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
          {preview && !imported && (
            <Button
              type="primary"
              disabled={isBusy || !preview.result.isRunnable || toTake === 0}
              onClick={() => steps.begin('run', `/imports/${preview.job.id}/run`)}
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
            text={say(steps.step === 'run' ? 'importing' : 'checking', { file: name })}
            job={steps.job}
          />
        )}
        {undone !== undefined && <Alert type="info" showIcon title={say('undone', { n: count(undone) })} />}
        {steps.ended !== undefined && <Alert type="info" showIcon title={steps.ended} />}
        {steps.error !== null && <Alert type="error" showIcon title={<ProblemText error={steps.error} />} />}
        {imported && !isBusy && (
          <Alert
            type="success"
            showIcon
            title={say('done', {
              created: count(imported.created),
              updated: count(imported.updated),
              unchanged: count(imported.unchanged),
            })}
            {...(mayUndo && {
              description: (
                <UndoChange
                  change={imported.change}
                  word="undo"
                  undone={(n) => {
                    changed();
                    setImported(undefined);
                    setPreview(undefined);
                    setUndone(n);
                  }}
                />
              ),
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
            <PreviewRows
              kind={kind}
              rowsPath={`/imports/${preview.job.id}/rows`}
              counts={preview.result.counts}
            />
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
