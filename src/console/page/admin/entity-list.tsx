import ImportOutlined from '@ant-design/icons/es/icons/ImportOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import SettingOutlined from '@ant-design/icons/es/icons/SettingOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Suspense, useCallback, useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useMay } from '../../api/session.tsx';
import type { KindRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { ExportButton } from '../../kit/bulk/export-button.tsx';
import { ImportDialog } from '../../kit/bulk/import-dialog.tsx';
import { bulkWords } from '../../kit/bulk/words.ts';
import { EntityDrawer } from '../../kit/entity/entity-drawer.tsx';
import { FieldText } from '../../kit/entity/field-input.tsx';
import { ENTITIES, type Entity, keyOf, useForm, useWords } from '../../kit/entity/kinds.ts';
import { entityWords } from '../../kit/entity/words.ts';
import { SearchBox, useFilters } from '../../kit/filters.tsx';
import type { ListColumn } from '../../kit/list-column.ts';
import { ListPage } from '../../kit/list-page.tsx';
import { Moment } from '../../kit/moment.tsx';
import { useList } from '../../kit/use-list.ts';
import { capital } from './capital.ts';
import { COLUMNS } from './groups.ts';
import { partsOf } from './kind-parts.ts';
import { useMany } from './many.tsx';
import { manyOf } from './many-of.ts';
import { adminWords } from './words.ts';

const FILTERS = ['q'];

/** All of a kind, and one of them in a drawer. */
export function EntityList({ kind }: { readonly kind: KindRow }) {
  const say = useSay(adminWords);
  const speak = useWords();
  const navigate = useNavigate();
  const { params } = useFilters();
  const sayBulk = useSay(bulkWords);
  const client = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [isImporting, setImporting] = useState(false);
  const key = useCallback((entity: Entity) => keyOf(kind, entity), [kind]);
  const filter = { q: params.get('q') ?? undefined };
  const list = useList<Entity>({
    key: [...ENTITIES, kind.kind, 'list'],
    path: kind.path,
    filter,
    keyOf: key,
  });
  const columns = useColumns(kind);
  const { Acts, Add, Head } = partsOf(kind.kind);
  const title = speak(kind.title);
  const path = `/admin${kind.path}`;
  const mayAdd = kind.may.includes('create') && !kind.isShared;
  const mayReadJobs = useMay('job:read');
  const mayExport = useMay('export:create') && mayReadJobs && kind.isTable;
  const mayImport =
    useMay('import:create') && mayReadJobs && kind.isTable && mayAdd && kind.may.includes('update');
  const mayUndo = useMay('change:update') && kind.may.includes('delete');
  const resource = resourceOf(kind.kind);
  const changed = useCallback(() => client.invalidateQueries({ queryKey: ENTITIES }), [client]);
  const choosing = useMany({ kind, title, resource, list, filter, changed });
  const made = (name: string) => {
    setAdding(false);
    void navigate(`${path}/${encodeURIComponent(name)}`);
  };
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {say('add')}
    </Button>
  );
  return (
    <>
      <ListPage
        path={path}
        title={capital(speak(manyOf(kind)))}
        list={list}
        columns={columns}
        filterNames={FILTERS}
        filters={<SearchBox name="q" label={say('search')} />}
        {...(Head && {
          head: (
            <Suspense>
              <Head />
            </Suspense>
          ),
        })}
        acts={
          <>
            {Acts && (
              <Suspense>
                <Acts />
              </Suspense>
            )}
            {mayExport && <ExportButton resource={resource} q={params.get('q')?.trim() || undefined} />}
            {mayImport && (
              <Button icon={<ImportOutlined />} onClick={() => setImporting(true)}>
                {sayBulk('import')}
              </Button>
            )}
            {mayAdd && add}
          </>
        }
        empty={{
          icon: <SettingOutlined />,
          title: say('emptyTitle', { kind: title }),
          text: say(mayAdd ? 'emptyText' : 'emptyRead'),
          ...(mayAdd && { act: add }),
          filtered: say('filtered', { kind: title }),
        }}
        choosing={choosing.choosing}
        drawer={({ close }) => <Opened kind={kind} close={close} />}
      />
      {choosing.dialog}
      {isImporting && (
        <ImportDialog
          kind={kind.kind}
          resource={resource}
          title={title}
          mayUndo={mayUndo}
          close={() => setImporting(false)}
          changed={() => void changed()}
        />
      )}
      {isAdding &&
        (Add ? (
          <Suspense>
            <Add close={() => setAdding(false)} made={made} />
          </Suspense>
        ) : (
          <EntityDrawer kind={kind.kind} entityKey={undefined} close={() => setAdding(false)} made={made} />
        ))}
    </>
  );
}

/** As paths and rights call it. */
const resourceOf = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function Opened({ kind, close }: { readonly kind: KindRow; readonly close: () => void }) {
  const { id } = useParams();
  const { tabs } = partsOf(kind.kind);
  return <EntityDrawer key={id} kind={kind.kind} entityKey={id} close={close} {...(tabs && { tabs })} />;
}

function useColumns(kind: KindRow): readonly ListColumn<Entity>[] {
  const say = useSay(adminWords);
  const sayEntity = useSay(entityWords);
  const speak = useWords();
  const { form } = useForm(kind.kind);
  return useMemo(() => {
    const names = COLUMNS[kind.kind] ?? [];
    const shown = names.flatMap((name) => form?.fields.find((node) => node.name === name) ?? []);
    const none = <span className="faint">{say('none')}</span>;
    const isEmpty = (value: unknown) =>
      value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    return [
      {
        key: 'key',
        title: sayEntity(kind.kind === 'tenant' ? 'key_tenant' : `key_${kind.key}`),
        width: 'minmax(96px, 1fr)',
        narrow: 'minmax(96px, 1fr)',
        cell: (entity) => keyOf(kind, entity),
      },
      ...shown.map(
        (node, at): ListColumn<Entity> => ({
          key: node.name,
          title: speak(node.field.label),
          width: 'minmax(96px, 1.4fr)',
          ...(at === 0 && { narrow: 'minmax(96px, 1.4fr)' }),
          cell: (entity) =>
            isEmpty(entity[node.name]) ? none : <FieldText node={node} value={entity[node.name]} />,
        }),
      ),
      {
        key: 'owner',
        title: say('owner'),
        width: '80px',
        cell: ({ meta }) => (
          <span className="faint" {...(meta.file && { title: meta.file })}>
            {say(meta.owner)}
          </span>
        ),
      },
      {
        key: 'updated',
        title: say('updated'),
        width: '132px',
        cell: ({ meta }) => (meta.updatedAt ? <Moment at={meta.updatedAt} isShort /> : none),
      },
    ];
  }, [form, kind, say, sayEntity, speak]);
}
