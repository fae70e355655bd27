import ApartmentOutlined from '@ant-design/icons/es/icons/ApartmentOutlined';
import ImportOutlined from '@ant-design/icons/es/icons/ImportOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { NavLink, useNavigate, useParams } from 'react-router';
import { useMay, useSession } from '../../../api/session.tsx';
import { useSay } from '../../../i18n/language.tsx';
import { ExportButton } from '../../../kit/bulk/export-button.tsx';
import { ImportDialog } from '../../../kit/bulk/import-dialog.tsx';
import { bulkWords } from '../../../kit/bulk/words.ts';
import { ENTITIES, type Entity } from '../../../kit/entity/kinds.ts';
import { useTitle } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../../kit/states.tsx';
import { askAll, useDepartments } from '../people-data.ts';
import { AddDepartment } from './add-department.tsx';
import { DepartmentPanel } from './department-panel.tsx';
import { type Branch, findBranch, treeOf } from './tree.ts';
import { organisationWords } from './words.ts';
import './organisation.css';

/** The company's departments as a tree (组织架构), who is in each, and what breaks when one goes. */
export default function Organisation() {
  const say = useSay(organisationWords);
  useTitle(say('title'));
  const navigate = useNavigate();
  const { '*': rest = '' } = useParams();
  const [chosen] = rest.split('/');
  const client = useQueryClient();
  const sayBulk = useSay(bulkWords);
  const mayAdd = useMay('department:create');
  const mayChange = useMay('department:update');
  const mayReadJobs = useMay('job:read');
  const mayExport = useMay('export:create') && mayReadJobs;
  const mayImport = useMay('import:create') && mayReadJobs && mayAdd && mayChange;
  const mayDelete = useMay('department:delete');
  const mayUndo = useMay('change:update') && mayDelete;
  const [isImporting, setImporting] = useState(false);
  const [addingBelow, setAddingBelow] = useState<{ readonly parent: string | undefined }>();
  const departments = useDepartments();
  const agents = useAgents();
  const tree = useMemo(
    () => treeOf(departments.data ?? [], agents.data ?? []),
    [departments.data, agents.data],
  );
  const opened = findBranch(tree, chosen && decodeURIComponent(chosen));
  const open = (name: string | undefined) =>
    void navigate(
      name === undefined ? '/admin/departments' : `/admin/departments/${encodeURIComponent(name)}`,
    );
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAddingBelow({ parent: undefined })}>
      {say('add')}
    </Button>
  );
  const isEmpty = departments.data?.length === 0;
  return (
    <div className="page organisation-page">
      <div className="page-head">
        <h1>{say('title')}</h1>
        <span className="grow" />
        {mayExport && !isEmpty && <ExportButton resource="department" q={undefined} />}
        {mayImport && (
          <Button icon={<ImportOutlined />} onClick={() => setImporting(true)}>
            {sayBulk('import')}
          </Button>
        )}
        {mayAdd && !isEmpty && add}
      </div>
      {departments.isPending && <Loading lines={8} />}
      {departments.isError && <Failed error={departments.error} retry={() => void departments.refetch()} />}
      {isEmpty && (
        <Empty icon={<ApartmentOutlined />} title={say('emptyTitle')} {...(mayAdd && { act: add })}>
          {say(mayAdd ? 'emptyText' : 'emptyRead')}
        </Empty>
      )}
      {tree.length > 0 && (
        <div className="organisation">
          <nav className="card organisation-tree" aria-label={say('tree')}>
            <Branches branches={tree} />
          </nav>
          <div className="card organisation-panel">
            {opened ? (
              <DepartmentPanel
                key={opened.name}
                branch={opened}
                tree={tree}
                agents={agents.data ?? []}
                open={open}
                addBelow={() => setAddingBelow({ parent: opened.name })}
              />
            ) : (
              <Empty icon={<ApartmentOutlined />} title={say(chosen ? 'gone' : 'choose')}>
                {chosen && say('goneText')}
              </Empty>
            )}
          </div>
        </div>
      )}
      {isImporting && (
        <ImportDialog
          kind="department"
          resource="department"
          title={say('title')}
          mayUndo={mayUndo}
          close={() => setImporting(false)}
          changed={() => void client.invalidateQueries({ queryKey: ENTITIES })}
        />
      )}
      {addingBelow && (
        <AddDepartment
          parent={addingBelow.parent}
          close={() => setAddingBelow(undefined)}
          made={(name) => {
            setAddingBelow(undefined);
            open(name);
          }}
        />
      )}
    </div>
  );
}

function useAgents() {
  const { company } = useSession();
  const may = useMay('agent:read');
  return useQuery({
    queryKey: [...ENTITIES, 'agent', 'all', company],
    enabled: may,
    staleTime: 30_000,
    queryFn: ({ signal }) => askAll<Entity>('/agents', {}, signal),
  });
}

function Branches({ branches }: { readonly branches: readonly Branch[] }) {
  const say = useSay(organisationWords);
  return (
    <ul>
      {branches.map(({ name, title, agents, allAgents, below }) => (
        <li key={name}>
          <NavLink className="organisation-link" to={`/admin/departments/${encodeURIComponent(name)}`}>
            <span>{title}</span>
            <span className="faint number" aria-hidden>
              {allAgents}
            </span>
            <span className="visually-hidden">{say('agentsOf', { n: agents, all: allAgents })}</span>
          </NavLink>
          {below.length > 0 && <Branches branches={below} />}
        </li>
      ))}
    </ul>
  );
}
