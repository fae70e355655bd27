import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import SafetyOutlined from '@ant-design/icons/es/icons/SafetyOutlined';
import { Button, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { useMay, useSession } from '../../../api/session.tsx';
import type { RoleRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { useWords } from '../../../kit/entity/kinds.ts';
import { count } from '../../../kit/format.ts';
import type { ListColumn } from '../../../kit/list-column.ts';
import { ListPage } from '../../../kit/list-page.tsx';
import type { List } from '../../../kit/use-list.ts';
import { capital } from '../capital.ts';
import { useRoles } from '../people-data.ts';
import { NewRole } from './new-role.tsx';
import { RoleDrawer } from './role-drawer.tsx';
import type { RoleDraft } from './role-fields.tsx';
import { rolesWords } from './words.ts';

const keyOf = ({ name }: RoleRow): string => name;
const NONE: readonly RoleRow[] = [];
const BLANK: RoleDraft = { zh: '', en: '', rights: new Map() };

/** What people may do (角色): those that come with pbx400, and the company's own. */
export default function Roles() {
  const say = useSay(rolesWords);
  const navigate = useNavigate();
  const mayAdd = useMay('role:create');
  const [draft, setDraft] = useState<RoleDraft>();
  const list = useWholeList();
  const columns = useColumns();
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setDraft(BLANK)}>
      {say('add')}
    </Button>
  );
  return (
    <>
      <ListPage
        path="/admin/roles"
        title={say('title')}
        list={list}
        columns={columns}
        filterNames={[]}
        acts={mayAdd && add}
        empty={{ icon: <SafetyOutlined />, title: say('emptyTitle'), text: say('emptyText'), filtered: '' }}
        drawer={({ close }) => <RoleDrawer close={close} copy={setDraft} />}
      />
      {draft && (
        <NewRole
          draft={draft}
          close={() => setDraft(undefined)}
          made={(name) => {
            setDraft(undefined);
            void navigate(`/admin/roles/${encodeURIComponent(name)}`);
          }}
        />
      )}
    </>
  );
}

/** All roles of the company: there are few, and they are read at once. */
function useWholeList(): List<RoleRow> {
  const query = useRoles();
  const { company } = useSession();
  const all = query.data ?? NONE;
  const rows = useMemo(
    () => ({ length: all.length, at: (index: number) => all[index], from: 0, kept: all }),
    [all],
  );
  return {
    of: company ?? '',
    rows,
    keyOf,
    state: query.isError ? 'failed' : query.isPending ? 'pending' : 'ready',
    error: query.error,
    hasMore: false,
    isReadingMore: false,
    isRefreshing: query.isRefetching,
    see: () => {},
    refresh: () => void query.refetch(),
    isHeld: false,
    hold: () => {},
  };
}

function useColumns(): readonly ListColumn<RoleRow>[] {
  const say = useSay(rolesWords);
  const speak = useWords();
  return useMemo(
    () => [
      {
        key: 'name',
        title: say('name'),
        width: 'minmax(160px, 2fr)',
        narrow: 'minmax(120px, 2fr)',
        cell: ({ title }) => capital(speak(title)),
      },
      {
        key: 'kind',
        title: say('kind'),
        width: '120px',
        narrow: '80px',
        cell: ({ preset }) =>
          preset ? <span className="faint">{say('preset')}</span> : <Tag>{say('ownRole')}</Tag>,
      },
      {
        key: 'rights',
        title: say('rights'),
        width: '96px',
        narrow: '72px',
        isNumber: true,
        cell: ({ rights }) => count(rights.length),
      },
    ],
    [say, speak],
  );
}
