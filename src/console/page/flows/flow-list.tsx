import PartitionOutlined from '@ant-design/icons/es/icons/PartitionOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useMay } from '../../api/session.tsx';
import type { FlowRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { useFlows } from './flow-queries.ts';
import { FlowState } from './flow-state.tsx';
import { NewHotline } from './new-hotline.tsx';
import { flowWords } from './words.ts';

const keyOf = ({ number }: FlowRow): string => number;

/** All hotlines, with what of each takes calls, is tried and is edited. */
export function FlowList() {
  const say = useSay(flowWords);
  useTitle(say('title'));
  const navigate = useNavigate();
  const mayAdd = useMay('hotline:create');
  const [params, setParams] = useSearchParams();
  const [isAdding, setAdding] = useState(false);
  const flows = useFlows();
  const q = params.get('q') ?? '';
  const rows = (flows.data ?? []).filter(({ number, name }) => number.includes(q) || name.includes(q));
  const open = (number: string) => void navigate(`/flows/${encodeURIComponent(number)}`);
  const columns = useColumns();
  const add = mayAdd && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {say('add')}
    </Button>
  );
  return (
    <div className="page flow-list">
      <header className="page-head">
        <h1>{say('title')}</h1>
        {(flows.data?.length ?? 0) > 0 && (
          <>
            <Input.Search
              className="flow-search"
              aria-label={say('search')}
              placeholder={say('search')}
              allowClear
              value={q}
              onChange={({ target }) =>
                setParams(target.value === '' ? {} : { q: target.value }, { replace: true })
              }
            />
            <span className="grow" />
            {add}
          </>
        )}
      </header>
      {flows.isPending && <Loading />}
      {flows.isError && <Failed error={flows.error} retry={() => void flows.refetch()} />}
      {flows.data?.length === 0 && (
        <Empty icon={<PartitionOutlined />} title={say('emptyTitle')} act={add}>
          {say('emptyDetail')}
        </Empty>
      )}
      {flows.data && flows.data.length > 0 && rows.length === 0 && (
        <Empty icon={<PartitionOutlined />} title={say('nothing')} />
      )}
      {rows.length > 0 && (
        <div className="card flow-table">
          <VirtualTable
            label={say('title')}
            columns={columns}
            rows={rows}
            keyOf={keyOf}
            open={({ number }) => open(number)}
          />
        </div>
      )}
      {isAdding && <NewHotline close={() => setAdding(false)} made={open} />}
    </div>
  );
}

function useColumns(): readonly Column<FlowRow>[] {
  const say = useSay(flowWords);
  return useMemo(
    () => [
      {
        key: 'number',
        title: say('number'),
        width: '150px',
        cell: ({ number }) => <PhoneNumber number={number} />,
      },
      {
        key: 'name',
        title: say('name'),
        width: 'minmax(80px, 1fr)',
        cell: ({ name }) => name || <span className="faint">{say('unnamed')}</span>,
      },
      {
        key: 'state',
        title: say('state'),
        width: 'minmax(230px, 2fr)',
        cell: (row) => <FlowState row={row} />,
      },
      {
        key: 'size',
        title: say('size'),
        width: '72px',
        isNumber: true,
        cell: ({ nodes }) => (nodes === null ? '–' : nodes),
      },
      {
        key: 'source',
        title: say('source'),
        width: 'minmax(120px, 1.4fr)',
        cell: ({ file, line }) => (
          <span className="faint">
            {file === null
              ? say('fromDatabase')
              : say('fromFile', { file: `${file.split('/').at(-1)}${line === null ? '' : `:${line}`}` })}
          </span>
        ),
      },
    ],
    [say],
  );
}
