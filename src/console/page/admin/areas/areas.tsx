import UploadOutlined from '@ant-design/icons/es/icons/UploadOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Progress } from 'antd';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { AreaOfNumber, JobRow, SegmentTableRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { isOver, useJob } from '../../../kit/bulk/use-job.ts';
import { count, dateOf, percent, phoneNumber } from '../../../kit/format.ts';
import { useTitle } from '../../../kit/moment.tsx';
import { Failed, Loading, ProblemText } from '../../../kit/states.tsx';
import { areaWords } from './words.ts';
import '../../../kit/details.css';
import './areas.css';

const SEGMENTS = ['segment-table'] as const;
const DAY_MS = 86_400_000;
/** A table of this age is told to be old. */
const OLD_DAYS = 180;
/** A new table is loaded beside the one that serves, and seen when it is swapped in. */
const LOOK_MS = 3000;

interface Proved {
  readonly version: string;
  readonly rows: number;
  readonly changed: number;
  readonly coverage: number;
  readonly none: readonly string[];
}

/** The segment table (号段表) of all companies: how much it knows, what it says of a number, and a new one imported. */
export default function Areas() {
  const say = useSay(areaWords);
  useTitle(say('title'));
  const table = useQuery({
    queryKey: SEGMENTS,
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => ask<SegmentTableRow>('/segment-table', { signal, ofAll: true }),
  });
  const mayImport = useMay('segments:update');
  return (
    <div className="page">
      <div className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint">{say('text')}</span>
        <span className="grow" />
        {mayImport && <ImportTable />}
      </div>
      {mayImport && <p className="faint small shared-hint">{say('hint')}</p>}
      {table.isPending && <Loading lines={10} />}
      {table.isError && <Failed error={table.error} retry={() => void table.refetch()} />}
      {table.data && (
        <>
          <Facts table={table.data} />
          <LookUp version={table.data.version} />
          <Coverage prefixes={table.data.prefixes} />
        </>
      )}
    </div>
  );
}

function Facts({ table: { version, source, date, segments, share } }: { readonly table: SegmentTableRow }) {
  const say = useSay(areaWords);
  const { zone } = useSession();
  const days =
    date === null ? null : Math.floor((Date.parse(dateOf(Date.now(), zone)) - Date.parse(date)) / DAY_MS);
  return (
    <>
      {days !== null && days > OLD_DAYS && <Alert type="warning" showIcon title={say('old')} />}
      <dl className="card shared-card shared-facts">
        <div>
          <dt>{say('version')}</dt>
          <dd>
            {version} <span className="faint small">{source ?? say('ofPackage')}</span>
          </dd>
        </div>
        <div>
          <dt>{say('rows')}</dt>
          <dd>{count(segments)}</dd>
        </div>
        <div>
          <dt>{say('age')}</dt>
          <dd>
            {date ?? say('dash')}{' '}
            {days !== null && (
              <span className="faint small">{days > 0 ? say('days', { n: count(days) }) : say('today')}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{say('share')}</dt>
          <dd>{percent(share)}</dd>
        </div>
      </dl>
    </>
  );
}

function LookUp({ version }: { readonly version: string }) {
  const say = useSay(areaWords);
  const id = useId();
  const [text, setText] = useState('');
  const number = text.replaceAll(/[^+0-9]/g, '');
  const find = useMutation({
    mutationFn: () =>
      ask<AreaOfNumber>(`/segment-table/areas/${encodeURIComponent(number)}`, { ofAll: true }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (number !== '') find.mutate();
  };
  return (
    <section className="card shared-card" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{say('lookUp')}</h2>
      <form className="shared-find" onSubmit={submit}>
        <Input
          aria-label={say('number')}
          placeholder={say('number')}
          maxLength={40}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Button htmlType="submit" disabled={number === ''} loading={find.isPending}>
          {say('find')}
        </Button>
      </form>
      {find.isError && <Alert type="error" showIcon title={<ProblemText error={find.error} />} />}
      {find.data && <Found found={find.data} version={version} />}
    </section>
  );
}

function Found({ found, version }: { readonly found: AreaOfNumber; readonly version: string }) {
  const say = useSay(areaWords);
  const { number, form, segment, area, carrier } = found;
  const why = () => {
    if (form === 'mobile')
      return say(area ? 'whyMobile' : 'whyMobileUnknown', { segment: segment ?? '', version });
    if (form === 'fixed') return area ? say('whyFixed', { code: area.code }) : say('whyFixedUnknown');
    return say('whyNone');
  };
  const facts = [
    ['number', phoneNumber(number)],
    ['form', say(form)],
    ['area', area?.name ?? say('unknown')],
    ['code', area?.code || say('dash')],
    ['region', area?.region || say('dash')],
    ['carrier', carrier ?? say('dash')],
    ['why', why()],
  ] as const;
  return (
    <dl className="shared-found" aria-live="polite">
      {facts.map(([word, text]) => (
        <div key={word}>
          <dt>{say(word)}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Coverage({ prefixes }: { readonly prefixes: SegmentTableRow['prefixes'] }) {
  const say = useSay(areaWords);
  const id = useId();
  return (
    <section className="card shared-card" aria-labelledby={id}>
      <h2 id={id}>{say('coverage')}</h2>
      <p className="faint small">{say('coverageText')}</p>
      <ul className="coverage">
        {prefixes.map(({ prefix, known }) => (
          <li key={prefix} className={known === 0 ? 'is-none' : ''}>
            <span>{prefix}</span>
            <Progress percent={known / 100} showInfo={false} size="small" aria-label={prefix} />
            <span className="number">{percent(known / 10_000)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A new table: proved by a job, then taken. */
function ImportTable() {
  const say = useSay(areaWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const [begun, setBegun] = useState<string>();
  const [proved, setProved] = useState<{ readonly id: string } & Proved>();
  const [wrong, setWrong] = useState<string>();
  const job = useJob(begun, true);
  const check = useMutation({
    mutationFn: async (file: File) =>
      (
        await ask<{ readonly job: JobRow }>('/segment-table/imports', {
          method: 'POST',
          ofAll: true,
          query: { name: file.name.slice(0, 200) },
          file: { content: file, type: 'application/octet-stream' },
        })
      ).job.id,
    onMutate: (file) => {
      setName(file.name);
      setWrong(undefined);
    },
    onSuccess: setBegun,
    onError: (error) => void message.error(<ProblemText error={error} />),
  });
  useEffect(() => {
    if (!job || job.id !== begun || !isOver(job)) return;
    setBegun(undefined);
    if (job.state === 'done') setProved({ id: job.id, ...(job.result as Proved) });
    else setWrong(job.error === null ? say('cancelled') : say('wrong', { error: job.error }));
  }, [job, begun, say]);
  const take = useMutation({
    mutationFn: (id: string) =>
      ask<{ readonly version: string }>(`/segment-table/imports/${encodeURIComponent(id)}/run`, {
        method: 'POST',
        ofAll: true,
      }),
    onSuccess: ({ version }) => {
      setProved(undefined);
      message.success(say('done', { version }));
      void client.invalidateQueries({ queryKey: SEGMENTS });
    },
  });
  return (
    <>
      <Button
        type="primary"
        icon={<UploadOutlined />}
        loading={check.isPending || begun !== undefined}
        onClick={() => input.current?.click()}
      >
        {begun === undefined ? say('choose') : say('checking', { file: name })}
      </Button>
      <input
        ref={input}
        className="shared-file"
        type="file"
        accept=".dat,.csv,.json,.gz"
        aria-label={say('choose')}
        tabIndex={-1}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) check.mutate(file);
          target.value = '';
        }}
      />
      {wrong !== undefined && (
        <Alert
          className="shared-wrong"
          type="error"
          showIcon
          closable={{ onClose: () => setWrong(undefined) }}
          title={wrong}
        />
      )}
      {proved && (
        <Modal
          open
          title={say('confirm', { file: name })}
          okText={say('take', { version: proved.version })}
          cancelText={say('cancel')}
          okButtonProps={{ loading: take.isPending }}
          onOk={() => take.mutate(proved.id)}
          onCancel={() => setProved(undefined)}
        >
          <p>
            {say('found', {
              version: proved.version,
              rows: count(proved.rows),
              changed: count(proved.changed),
              coverage: proved.coverage,
            })}
          </p>
          {proved.none.length > 0 && <p>{say('gaps', { prefixes: proved.none.join(' ') })}</p>}
          {take.isError && <Alert type="error" showIcon title={<ProblemText error={take.error} />} />}
        </Modal>
      )}
    </>
  );
}
