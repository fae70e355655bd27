import UploadOutlined from '@ant-design/icons/es/icons/UploadOutlined';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Modal, Segmented } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import type { JobRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { fileOf, isOver, useJob } from '../../../kit/bulk/use-job.ts';
import { count, duration } from '../../../kit/format.ts';
import { ProblemText } from '../../../kit/states.tsx';
import { ImportProgress } from './import-progress.tsx';
import { numbersPath } from './number-data.ts';
import { listsWords } from './words.ts';
import '../../../kit/bulk/bulk.css';

const WAYS = ['Add', 'Replace', 'Remove'] as const;
type Way = (typeof WAYS)[number];

const COUNTS = ['create', 'update', 'unchanged', 'remove', 'twice', 'error'] as const;
interface Preview {
  readonly rows: number;
  readonly counts: Readonly<Record<(typeof COUNTS)[number], number>>;
}
interface Imported {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
}

/** A table: CSV, or XLSX by its name. */
const typeOf = (name: string) =>
  /\.xlsx$/i.test(name) ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv';

interface ImportProps {
  readonly list: string;
  readonly close: () => void;
  readonly changed: () => void;
}

/** A table of up to a million numbers: looked through, then taken while calls go on; one that is cancelled leaves the list as it was. */
export function ImportNumbers({ list, close, changed }: ImportProps) {
  const say = useSay(listsWords);
  const [way, setWay] = useState<Way>('Add');
  const [name, setName] = useState('');
  const [skips, setSkips] = useState(false);
  const [begun, setBegun] = useState<{ readonly id: string; readonly isRun: boolean }>();
  const [preview, setPreview] = useState<{ readonly id: string; readonly hasFile: boolean } & Preview>();
  const [done, setDone] = useState<{
    readonly result: Imported;
    readonly ms: number;
    readonly isLate: boolean;
  }>();
  const [ended, setEnded] = useState<string>();
  const job = useJob(begun?.id);
  const begin = useMutation({
    mutationFn: async ({
      isRun,
      path,
      ...how
    }: { readonly isRun: boolean; readonly path: string } & Parameters<typeof ask>[1]) => ({
      isRun,
      id: (await ask<{ readonly job: JobRow }>(path, { method: 'POST', ...how })).job.id,
    }),
    onMutate: () => setEnded(undefined),
    onSuccess: setBegun,
  });
  useEffect(() => {
    if (!job || !begun || job.id !== begun.id || !isOver(job)) return;
    const { isRun } = begun;
    setBegun(undefined);
    if (isRun) changed();
    if (job.result && (job.state === 'done' || isRun)) {
      if (!isRun) setPreview({ id: job.id, hasFile: job.file !== null, ...(job.result as Preview) });
      else
        setDone({
          result: job.result as Imported,
          ms: Date.parse(job.endedAt ?? job.startedAt) - Date.parse(job.startedAt),
          isLate: job.state !== 'done',
        });
    } else if (job.state === 'failed')
      setEnded(say(isRun ? 'failed' : 'failedLook', { error: job.error ?? '' }));
    else if (job.state === 'interrupted') setEnded(say('interrupted'));
    else setEnded(say(isRun ? 'cancelled' : 'cancelledLook'));
  }, [job, begun, changed, say]);
  const take = (file: File) => {
    setName(file.name);
    setPreview(undefined);
    setDone(undefined);
    begin.mutate({
      isRun: false,
      path: `${numbersPath(list)}/imports`,
      query: { way: way.toLowerCase(), name: file.name.slice(0, 200) },
      file: { content: file, type: typeOf(file.name) },
    });
  };
  const isBusy = begun !== undefined || begin.isPending;
  const errors = preview?.counts.error ?? 0;
  const toTake = preview ? takenBy(way, preview.counts) : 0;
  const runText = () => {
    if (errors > 0 && !skips) return say('mend');
    if (toTake === 0) return say('nothing');
    return say(way === 'Remove' ? 'runRemove' : way === 'Replace' ? 'runReplace' : 'run', {
      n: count(toTake),
    });
  };
  return (
    <Modal
      open
      width={640}
      title={say('importTitle', { list })}
      onCancel={() => {
        if (!isBusy) close();
      }}
      mask={{ closable: false }}
      footer={
        <>
          <Button disabled={isBusy} onClick={close}>
            {say('close')}
          </Button>
          {preview && !done && (
            <Button
              type="primary"
              danger={way !== 'Add'}
              disabled={isBusy || toTake === 0 || (errors > 0 && !skips)}
              onClick={() =>
                begin.mutate({
                  isRun: true,
                  path: `${numbersPath(list)}/imports/${preview.id}/run`,
                  query: { errors: skips ? 'skip' : undefined },
                })
              }
            >
              {runText()}
            </Button>
          )}
        </>
      }
    >
      <div className="import">
        {!preview && !isBusy && <Choose way={way} setWay={setWay} take={take} />}
        {isBusy && (
          <ImportProgress
            key={begun?.id}
            text={say(begun?.isRun ? 'importing' : 'checking', { file: name })}
            job={job}
            isRun={begun?.isRun ?? false}
          />
        )}
        {ended !== undefined && <Alert type="info" showIcon title={ended} />}
        {begin.isError && <Alert type="error" showIcon title={<ProblemText error={begin.error} />} />}
        {done && !isBusy && (
          <Alert
            type="success"
            showIcon
            title={say('done', {
              created: count(done.result.created),
              updated: count(done.result.updated),
              unchanged: count(done.result.unchanged),
              removed: count(done.result.removed),
            })}
            description={`${done.isLate ? `${say('late')} ` : ''}${say('took', { time: duration(done.ms) })}`}
          />
        )}
        {preview && !done && !isBusy && (
          <>
            <p className="faint">{say(`way${way}Text`)}</p>
            <dl className="list-import-counts">
              <div>
                <dt>{say('rows')}</dt>
                <dd>{count(preview.rows)}</dd>
              </div>
              {COUNTS.filter((each) => preview.counts[each] > 0).map((each) => (
                <div key={each}>
                  <dt>{say(each)}</dt>
                  <dd>{count(preview.counts[each])}</dd>
                </div>
              ))}
            </dl>
            {errors > 0 && (
              <Checkbox checked={skips} onChange={({ target }) => setSkips(target.checked)}>
                {say('skip', { n: count(errors) })}
              </Checkbox>
            )}
            <p className="import-acts">
              {preview.hasFile && (
                <>
                  <Button size="small" href={fileOf(preview.id)}>
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

/** How many rows do something. */
function takenBy(way: Way, { create, update, unchanged, remove }: Preview['counts']): number {
  if (way === 'Remove') return remove;
  return way === 'Replace' ? create + update + unchanged : create + update;
}

interface ChooseProps {
  readonly way: Way;
  readonly setWay: (way: Way) => void;
  readonly take: (file: File) => void;
}

function Choose({ way, setWay, take }: ChooseProps) {
  const say = useSay(listsWords);
  const input = useRef<HTMLInputElement>(null);
  const [isOverIt, setOverIt] = useState(false);
  return (
    <>
      <div className="list-import-way">
        <Segmented<Way>
          aria-label={say('way')}
          value={way}
          onChange={setWay}
          options={WAYS.map((value) => ({ value, label: say(`way${value}`) }))}
        />
        <span className="faint small">{say(`way${way}Text`)}</span>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same */}
      <div
        className={`import-drop${isOverIt ? ' is-over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOverIt(true);
        }}
        onDragLeave={() => setOverIt(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOverIt(false);
          const [file] = event.dataTransfer.files;
          if (file) take(file);
        }}
      >
        <p>{say('importIntro')}</p>
        <Button type="primary" icon={<UploadOutlined />} onClick={() => input.current?.click()}>
          {say('choose')}
        </Button>
        <span className="faint small">{say('drop')}</span>
        <input
          ref={input}
          className="import-file"
          type="file"
          accept=".csv,.xlsx,.txt,text/csv"
          aria-label={say('choose')}
          tabIndex={-1}
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) take(file);
            target.value = '';
          }}
        />
      </div>
    </>
  );
}
