import ExportOutlined from '@ant-design/icons/es/icons/ExportOutlined';
import ImportOutlined from '@ant-design/icons/es/icons/ImportOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import { Button, Dropdown, Input, Select } from 'antd';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useMay, useSession } from '../../../api/session.tsx';
import type { ListNumberRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { dateTime } from '../../../kit/format.ts';
import type { ListColumn } from '../../../kit/list-column.ts';
import { PhoneNumber } from '../../../kit/phone-number.tsx';
import { Empty, Failed, Loading } from '../../../kit/states.tsx';
import { useList } from '../../../kit/use-list.ts';
import { VirtualTable } from '../../../kit/virtual-table.tsx';
import { useMedia } from '../../../look.tsx';
import { AddNumbers } from './add-numbers.tsx';
import { ImportNumbers } from './import-numbers.tsx';
import { LIST_NUMBERS, numbersPath } from './number-data.ts';
import { NumberDialog } from './number-dialog.tsx';
import { useNumberExport } from './use-number-export.tsx';
import { listsWords } from './words.ts';
import './lists.css';

const keyOf = ({ number }: ListNumberRow): string => number;
type How = 'q' | 'prefix';
const FORMATS = [
  ['xlsx', 'exportXlsx'],
  ['csv', 'exportCsv'],
] as const;

/** Numbers in the table of a list (号码表), by the million: found, put on it, taken off, imported and exported. */
export default function Numbers({ entityKey: list }: EntityTabProps) {
  const say = useSay(listsWords);
  const isNarrow = useMedia('(max-width: 700px)');
  const [text, setText] = useState('');
  const [how, setHow] = useState<How>('q');
  const [open, setOpen] = useState<ListNumberRow>();
  const [dialog, setDialog] = useState<'add' | 'import'>();
  const mayChange = useMay('list:update');
  const seesNumbers = useMay('number:read');
  const mayReadJobs = useMay('job:read');
  const mayImport = useMay('import:create') && mayReadJobs && mayChange && seesNumbers;
  const mayExport = useMay('export:create') && mayReadJobs;
  const { exportAs, isExporting } = useNumberExport(list);
  const wanted = useDeferredValue(text.replaceAll(/[^+0-9]/g, ''));
  const by = seesNumbers ? how : 'q';
  const filter = useMemo(() => (wanted === '' ? {} : { [by]: wanted }), [wanted, by]);
  const rows = useList<ListNumberRow>({
    key: [...LIST_NUMBERS, list],
    path: numbersPath(list),
    filter,
    keyOf,
  });
  const columns = useColumns();
  const refresh = useCallback(() => rows.refresh(), [rows.refresh]);
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setDialog('add')}>
      {say('add')}
    </Button>
  );
  const isEmpty = rows.state === 'ready' && rows.rows.length === 0;
  return (
    <div className="list-numbers">
      <div className="list-numbers-bar">
        {seesNumbers && (
          <Select<How>
            aria-label={say('how')}
            value={how}
            onChange={setHow}
            options={[
              { value: 'q', label: say('contains') },
              { value: 'prefix', label: say('begins') },
            ]}
          />
        )}
        <Input
          allowClear
          prefix={<SearchOutlined />}
          aria-label={say('search')}
          placeholder={say(seesNumbers ? 'search' : 'whole')}
          maxLength={40}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <span className="grow" />
        {mayExport && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: FORMATS.map(([key, word]) => ({ key, label: say(word), onClick: () => exportAs(key) })),
            }}
          >
            <Button icon={<ExportOutlined />} loading={isExporting}>
              {say('export')}
            </Button>
          </Dropdown>
        )}
        {mayImport && (
          <Button icon={<ImportOutlined />} onClick={() => setDialog('import')}>
            {say('import')}
          </Button>
        )}
        {mayChange && !isEmpty && add}
      </div>
      <div className="list-numbers-table">
        {rows.state === 'pending' && <Loading lines={8} />}
        {rows.state === 'failed' && <Failed error={rows.error} retry={rows.refresh} />}
        {isEmpty && wanted === '' && (
          <Empty icon={<PhoneOutlined />} title={say('emptyTitle')} {...(mayChange && { act: add })}>
            {say(mayChange ? 'emptyText' : 'emptyRead')}
          </Empty>
        )}
        {isEmpty && wanted !== '' && (
          <Empty
            icon={<SearchOutlined />}
            title={say('filtered')}
            act={<Button onClick={() => setText('')}>{say('clear')}</Button>}
          />
        )}
        {rows.state === 'ready' && !isEmpty && (
          <VirtualTable
            label={say('tab')}
            columns={
              isNarrow
                ? columns.flatMap((column) => (column.narrow ? [{ ...column, width: column.narrow }] : []))
                : columns
            }
            rows={rows.rows}
            keyOf={keyOf}
            open={setOpen}
            opened={open?.number}
            of={rows.of}
            see={rows.see}
            hasMore={rows.hasMore}
          />
        )}
      </div>
      <p className="faint small list-numbers-beside">{say('beside')}</p>
      {dialog === 'add' && (
        <AddNumbers list={list} isOne={!seesNumbers} close={() => setDialog(undefined)} added={refresh} />
      )}
      {dialog === 'import' && (
        <ImportNumbers list={list} close={() => setDialog(undefined)} changed={refresh} />
      )}
      {open && (
        <NumberDialog
          list={list}
          row={open}
          mayChange={mayChange && seesNumbers}
          close={() => setOpen(undefined)}
          changed={refresh}
        />
      )}
    </div>
  );
}

function useColumns(): readonly ListColumn<ListNumberRow>[] {
  const say = useSay(listsWords);
  const { zone } = useSession();
  return useMemo(() => {
    const none = <span className="faint">{say('none')}</span>;
    const term = (until: string | null) => {
      if (until === null) return <span className="faint">{say('forGood')}</span>;
      const isOver = Date.parse(until) <= Date.now();
      return (
        <span className={isOver ? 'faint' : undefined}>
          {dateTime(until, zone).slice(0, 16)}
          {isOver && ` ${say('lapsed')}`}
        </span>
      );
    };
    return [
      {
        key: 'number',
        title: say('number'),
        width: '140px',
        narrow: '132px',
        cell: ({ number }) => <PhoneNumber number={number} />,
      },
      { key: 'until', title: say('until'), width: '150px', cell: ({ until }) => term(until) },
      {
        key: 'reason',
        title: say('reason'),
        width: 'minmax(80px, 1fr)',
        narrow: 'minmax(80px, 1fr)',
        cell: ({ reason }) => reason ?? none,
      },
      { key: 'owner', title: say('owner'), width: '72px', cell: ({ owner }) => owner ?? none },
      { key: 'note', title: say('note'), width: 'minmax(80px, 1fr)', cell: ({ note }) => note ?? none },
    ];
  }, [say, zone]);
}
