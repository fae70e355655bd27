import UploadOutlined from '@ant-design/icons/es/icons/UploadOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { HolidaysTaken, PublicHolidays as Known } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { count, dateOf } from '../../../kit/format.ts';
import { useTitle } from '../../../kit/moment.tsx';
import { Failed, Loading, ProblemText } from '../../../kit/states.tsx';
import { holidayWords } from './words.ts';
import '../areas/areas.css';

/** From here on people are told that the holidays of the next year are not known. */
const REMIND_MONTH = 10;

const send = (file: File, mode: 'preview' | 'run') =>
  ask<HolidaysTaken>('/public-holidays/import', {
    method: 'POST',
    ofAll: true,
    query: { mode, name: file.name.slice(0, 200) },
    file: { content: file, type: 'application/octet-stream' },
  });

/** Public holidays (法定节假日) of all companies: which years are known, and those of the next ones imported. */
export default function PublicHolidays() {
  const say = useSay(holidayWords);
  const { zone } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayImport = useMay('holidays:update');
  const input = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<{ readonly file: File; readonly found: HolidaysTaken }>();
  useTitle(say('title'));
  const known = useQuery({
    queryKey: [...ENTITIES, 'public-holidays'],
    queryFn: ({ signal }) => ask<Known>('/public-holidays', { signal }),
  });
  const preview = useMutation({
    mutationFn: async (file: File) => ({ file, found: await send(file, 'preview') }),
    onSuccess: setAsked,
  });
  const take = useMutation({
    mutationFn: ({ file }: { readonly file: File }) => send(file, 'run'),
    onSuccess: ({ years }) => {
      setAsked(undefined);
      message.success(say('done', { years: years.join('、') }));
      void client.invalidateQueries({ queryKey: ENTITIES });
    },
  });
  const today = dateOf(Date.now(), zone);
  const thisYear = Number(today.slice(0, 4));
  const due = Number(today.slice(5, 7)) >= REMIND_MONTH ? thisYear + 1 : thisYear;
  const has = (year: string) => known.data?.years.some((each) => String(each.year) === year) ?? false;
  const replaced = asked?.found.years.filter(has) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint">{say('text')}</span>
        <span className="grow" />
        {mayImport && (
          <>
            <Button
              type="primary"
              icon={<UploadOutlined />}
              loading={preview.isPending}
              onClick={() => input.current?.click()}
            >
              {say('choose')}
            </Button>
            <input
              ref={input}
              className="shared-file"
              type="file"
              accept=".ics,.json"
              aria-label={say('choose')}
              tabIndex={-1}
              onChange={({ target }) => {
                const [file] = target.files ?? [];
                if (file) preview.mutate(file);
                target.value = '';
              }}
            />
          </>
        )}
      </div>
      {mayImport && <p className="faint small shared-hint">{say('hint')}</p>}
      {preview.isError && (
        <Alert
          type="error"
          showIcon
          title={say('wrong')}
          description={<ProblemText error={preview.error} />}
        />
      )}
      {known.isPending && <Loading lines={8} />}
      {known.isError && <Failed error={known.error} retry={() => void known.refetch()} />}
      {known.data && known.data.knownTo < due && (
        <Alert
          type="warning"
          showIcon
          title={say('missing', { year: known.data.knownTo + 1 })}
          description={`${say('missingText')}${mayImport ? '' : ` ${say('askOperator')}`}`}
        />
      )}
      {known.data && (
        <div className="card shared-card">
          <p>
            <strong>{say('known', { year: known.data.knownTo })}</strong>
            {known.data.source !== null && (
              <span className="faint">
                {' '}
                {say('importedBy', { source: known.data.source, date: known.data.date ?? '' })}
              </span>
            )}
          </p>
          <table className="shared-table">
            <thead>
              <tr>
                <th scope="col">{say('year')}</th>
                <th scope="col" className="number">
                  {say('off')}
                </th>
                <th scope="col" className="number">
                  {say('work')}
                </th>
                <th scope="col">{say('source')}</th>
              </tr>
            </thead>
            <tbody>
              {known.data.years
                .filter(({ year }) => year >= thisYear - 2)
                .reverse()
                .map(({ year, holidays, workDays, isImported }) => (
                  <tr key={year}>
                    <th scope="row">{year}</th>
                    <td className="number">{count(holidays)}</td>
                    <td className="number">{count(workDays)}</td>
                    <td>{say(isImported ? 'imported' : 'ofPackage')}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
      {asked && (
        <Modal
          open
          title={say('confirm', { file: asked.file.name })}
          okText={say('take', { years: asked.found.years.join('、') })}
          cancelText={say('cancel')}
          okButtonProps={{ loading: take.isPending }}
          onOk={() => take.mutate(asked)}
          onCancel={() => setAsked(undefined)}
        >
          <p>{say('found', { years: asked.found.years.join('、'), n: count(asked.found.days) })}</p>
          {replaced.length > 0 && <p>{say('replaces', { years: replaced.join('、') })}</p>}
          {take.isError && <Alert type="error" showIcon title={<ProblemText error={take.error} />} />}
        </Modal>
      )}
    </div>
  );
}
