import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import KeyOutlined from '@ant-design/icons/es/icons/KeyOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import StopOutlined from '@ant-design/icons/es/icons/StopOutlined';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useMay } from '../../../api/session.tsx';
import type { ApiKeyRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import type { ListColumn } from '../../../kit/list-column.ts';
import { ListPage } from '../../../kit/list-page.tsx';
import { Moment } from '../../../kit/moment.tsx';
import { Pill } from '../../../kit/status-pill.tsx';
import { useList } from '../../../kit/use-list.ts';
import { ApiKeyDrawer } from './api-key-drawer.tsx';
import { NewApiKey } from './new-api-key.tsx';
import { apiKeysWords } from './words.ts';

export const API_KEYS = ['api-keys'] as const;
const NO_FILTERS: readonly string[] = [];
const ALL = {};
const SOON_MS = 30 * 86_400_000;
const keyOf = ({ id }: ApiKeyRow): string => id;

const LOOKS = {
  good: { tone: 'green', icon: <CheckCircleOutlined /> },
  soon: { tone: 'amber', icon: <ClockCircleOutlined /> },
  over: { tone: 'grey', icon: <StopOutlined /> },
} as const;

/** Whether it opens anything still. */
function KeyState({ endsAt }: Pick<ApiKeyRow, 'endsAt'>) {
  const say = useSay(apiKeysWords);
  const left = endsAt === null ? Number.POSITIVE_INFINITY : Date.parse(endsAt) - Date.now();
  const state = left <= 0 ? 'over' : left < SOON_MS ? 'soon' : 'good';
  return <Pill {...LOOKS[state]}>{say(state)}</Pill>;
}

/** Ways in of other systems (API 密钥). */
export default function ApiKeys() {
  const say = useSay(apiKeysWords);
  const mayAdd = useMay('api-key:create');
  const [isAdding, setAdding] = useState(false);
  const list = useList<ApiKeyRow>({ key: [...API_KEYS, 'list'], path: '/api-keys', filter: ALL, keyOf });
  const columns = useColumns();
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {say('add')}
    </Button>
  );
  return (
    <>
      <ListPage
        path="/admin/api-keys"
        title={say('title')}
        list={list}
        columns={columns}
        filterNames={NO_FILTERS}
        acts={mayAdd && add}
        empty={{
          icon: <KeyOutlined />,
          title: say('emptyTitle'),
          text: say('emptyText'),
          ...(mayAdd && { act: add }),
          filtered: say('emptyText'),
        }}
        drawer={({ close }) => <ApiKeyDrawer list={list} close={close} />}
      />
      {isAdding && <NewApiKey close={() => setAdding(false)} />}
    </>
  );
}

function useColumns(): readonly ListColumn<ApiKeyRow>[] {
  const say = useSay(apiKeysWords);
  return useMemo(() => {
    const faint = (text: string) => <span className="faint">{text}</span>;
    return [
      {
        key: 'name',
        title: say('name'),
        width: 'minmax(120px, 1.6fr)',
        narrow: 'minmax(88px, 1fr)',
        cell: ({ name }) => name,
      },
      { key: 'prefix', title: say('prefix'), width: '136px', cell: ({ prefix }) => <code>{prefix}…</code> },
      {
        key: 'state',
        title: say('state'),
        width: '136px',
        narrow: '136px',
        cell: (key) => <KeyState {...key} />,
      },
      {
        key: 'ends',
        title: say('ends'),
        width: '132px',
        cell: ({ endsAt }) => (endsAt === null ? faint(say('never')) : <Moment at={endsAt} isShort />),
      },
      {
        key: 'used',
        title: say('used'),
        width: '132px',
        narrow: '96px',
        cell: ({ usedAt }) => (usedAt === null ? faint(say('unused')) : <Moment at={usedAt} isShort />),
      },
      {
        key: 'addresses',
        title: say('addresses'),
        width: 'minmax(120px, 1fr)',
        cell: ({ addresses }) => (addresses.length > 0 ? addresses.join(' ') : faint(say('anywhere'))),
      },
      { key: 'by', title: say('by'), width: 'minmax(96px, 1fr)', cell: ({ createdBy }) => createdBy },
    ];
  }, [say]);
}
