/** One of a kind in a drawer (详情): its form, who uses it, what it was, and its end. */
import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import NodeIndexOutlined from '@ant-design/icons/es/icons/NodeIndexOutlined';
import SettingOutlined from '@ant-design/icons/es/icons/SettingOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Tabs } from 'antd';
import { type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { openTester, useUnsaved } from '../../tester/tester-store.ts';
import { dateTime } from '../format.ts';
import { Empty, Failed, Loading, ProblemText } from '../states.tsx';
import { Conflict } from './conflict.tsx';
import { EntityForm } from './entity-form.tsx';
import type { EntityTab } from './entity-tab.ts';
import { History } from './history.tsx';
import { ENTITIES, type Entity, type Form, keyOf, pathTo, titleOf, useForm, useWords } from './kinds.ts';
import { isSame, patchOf } from './patch.ts';
import { Remove } from './remove.tsx';
import { defaultsOf, type Fields } from './tree.ts';
import { type Told, useFaultWords } from './use-faults.ts';
import { UsedBy } from './used-by.tsx';
import { entityWords } from './words.ts';
import './entity.css';

interface DrawerProps {
  readonly kind: string;
  /** Undefined: a new one. */
  readonly entityKey: string | undefined;
  readonly close: () => void;
  readonly made?: (key: string) => void;
  /** What a new one is filled in with, beside its defaults. */
  readonly preset?: Fields;
  /** Of this kind alone. */
  readonly tabs?: readonly EntityTab[];
}

const NO_TABS: readonly EntityTab[] = [];

export function EntityDrawer({ kind, entityKey, close, made, preset, tabs = NO_TABS }: DrawerProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const { company } = useSession();
  const { modal } = App.useApp();
  const { form, error: formError, refetch } = useForm(kind);
  const [isDirty, setDirty] = useState(false);
  const [tab, setTab] = useState(tabs.find(({ isFirst }) => isFirst)?.key ?? 'settings');
  const entity = useQuery({
    queryKey: [...ENTITIES, kind, entityKey, company],
    enabled: form !== undefined && entityKey !== undefined,
    queryFn: ({ signal }) => ask<Entity>(pathTo(form!.kind, entityKey!), { signal }),
  });
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isDirty]);
  // What is edited does not change under the hand: who saves is told of what others did.
  const [held, setHeld] = useState<Entity>();
  const latest = entity.data;
  if (!isDirty && latest && latest !== held) setHeld(latest);
  const leave = async () => {
    if (isDirty) {
      const isSure = await modal.confirm({
        title: say('unsaved'),
        content: say('unsavedText'),
        okText: say('discard'),
        okButtonProps: { danger: true },
        cancelText: say('keep'),
      });
      if (!isSure) return;
    }
    close();
  };
  const isGone = entity.error instanceof ApiError && entity.error.status === 404;
  const title = form && speak(form.kind.title);
  const told = held && form ? titleOf(held, form.kind.key) : undefined;
  return (
    <Drawer
      open
      size={760}
      rootClassName="entity-drawer"
      onClose={() => void leave()}
      title={
        form &&
        (entityKey === undefined ? (
          say('newOf', { kind: title ?? '' })
        ) : (
          <span className="entity-title">
            <span className="faint">{title}</span> {entityKey}
            {told && <span className="faint"> {told}</span>}
          </span>
        ))
      }
    >
      {!form && !formError && <Loading lines={8} />}
      {formError && <Failed error={formError} retry={() => void refetch()} />}
      {entityKey !== undefined && form && entity.isPending && <Loading lines={8} />}
      {isGone && (
        <Empty
          icon={<SettingOutlined />}
          title={say('goneTitle')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {entity.isError && !isGone && <Failed error={entity.error} retry={() => void entity.refetch()} />}
      {form && entityKey === undefined && (
        <Editor
          form={form}
          entity={undefined}
          preset={preset}
          tabs={NO_TABS}
          tab={tab}
          turnTo={setTab}
          dirty={setDirty}
          close={close}
          done={(one) => made?.(keyOf(form.kind, one))}
        />
      )}
      {form && held && latest && entityKey !== undefined && (
        <Editor
          key={`${entityKey} ${held.meta.revision}`}
          form={form}
          entity={held}
          tabs={tabs}
          tab={tab}
          turnTo={setTab}
          dirty={setDirty}
          close={close}
          done={() => {}}
        />
      )}
    </Drawer>
  );
}

interface EditorProps {
  readonly form: Form;
  readonly entity: Entity | undefined;
  readonly preset?: Fields | undefined;
  readonly tabs: readonly EntityTab[];
  readonly tab: string;
  readonly turnTo: (tab: string) => void;
  readonly dirty: (is: boolean) => void;
  readonly close: () => void;
  readonly done: (entity: Entity) => void;
}

const bodyOf = ({ meta: _, ...fields }: Entity): Fields => fields;

function Editor({ form, entity, preset, tabs, tab, turnTo, dirty, close, done }: EditorProps) {
  const say = useSay(entityWords);
  const speak = useWords();
  const client = useQueryClient();
  const { company, zone, may } = useSession();
  const mayTest = useMay('simulation:create');
  const { message } = App.useApp();
  const { check, tell } = useFaultWords();
  const { kind } = form;
  const [base] = useState<Fields>(() =>
    entity ? bodyOf(entity) : { ...defaultsOf(form.fields), ...preset },
  );
  const [value, setValue] = useState<Fields>(base);
  const [faults, setFaults] = useState<Told>(new Map());
  const [theirs, setTheirs] = useState<Entity>();
  const [isRemoving, setRemoving] = useState(false);
  const isNew = entity === undefined;
  const isOfFile = entity?.meta.owner === 'file';
  const mayChange = kind.may.includes(isNew ? 'create' : 'update') && !isOfFile;
  const mayRemove = !isNew && kind.may.includes('delete') && !isOfFile;
  const isChanged = !isSame(base, value) || Object.values(value).includes(null);
  const name = String(value[kind.key] ?? '');
  useUnsaved(
    useMemo(
      () =>
        isChanged && mayChange && name !== ''
          ? { kind: kind.kind, name, value: withoutNothing(value, true) }
          : undefined,
      [isChanged, mayChange, kind, name, value],
    ),
  );
  useEffect(() => {
    dirty(isChanged);
    return () => dirty(false);
  }, [dirty, isChanged]);
  const taken = useCallback(
    async (one: Entity) => {
      dirty(false);
      client.setQueryData([...ENTITIES, kind.kind, keyOf(kind, one), company], one);
      done(one);
      await client.invalidateQueries({ queryKey: [...ENTITIES, kind.kind] });
    },
    [client, company, dirty, done, kind],
  );
  const save = useMutation({
    mutationFn: ({ wish, over }: { readonly wish: Fields; readonly over: Entity | undefined }) =>
      over
        ? ask<Entity>(pathTo(kind, keyOf(kind, over)), {
            method: 'PATCH',
            body: patchOf(bodyOf(over), wish),
            revision: over.meta.revision,
          })
        : ask<Entity>(kind.path, { method: 'POST', body: wish }),
    onSuccess: async (one) => {
      setTheirs(undefined);
      message.success(
        isNew ? say('created', { kind: speak(kind.title), name: keyOf(kind, one) }) : say('saved'),
      );
      await taken(one);
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.code === 'changed-meanwhile' && entity) {
        setTheirs(await ask<Entity>(pathTo(kind, keyOf(kind, entity))));
        return;
      }
      setTheirs(undefined);
      setFaults(tell(error) ?? new Map());
    },
  });
  const submit = () => {
    const found = check(form, value, isNew);
    setFaults(found);
    if (found.size === 0) save.mutate({ wish: withoutNothing(value, isNew), over: entity });
  };
  const change = (next: Fields) => {
    setValue(next);
    if (faults.size > 0) setFaults(new Map());
    if (save.isError) save.reset();
  };
  const settings = (
    <>
      {isOfFile && (
        <Alert
          type="info"
          showIcon
          title={say('ofFile', { file: entity.meta.file ?? '' })}
          description={say('ofFileText')}
        />
      )}
      <EntityForm
        form={form}
        value={value}
        change={change}
        faults={faults}
        isReadOnly={!mayChange}
        isNew={isNew}
      />
    </>
  );
  const own = (atFirst: boolean) =>
    tabs
      .filter(({ needs, isFirst = false }) => isFirst === atFirst && !isNew && (!needs || may(needs)))
      .map(({ key, label, View }) => ({
        key,
        label: speak(label),
        children: (
          <Suspense fallback={<Loading lines={6} />}>
            <View entity={entity!} entityKey={name} value={value} change={change} mayChange={mayChange} />
          </Suspense>
        ),
      }));
  const isConflict = save.error instanceof ApiError && save.error.code === 'changed-meanwhile';
  return (
    <div className="entity-editor">
      {isNew ? (
        <div className="entity-body">{settings}</div>
      ) : (
        <Tabs
          className="entity-tabs"
          activeKey={tab}
          onChange={turnTo}
          items={[
            ...own(true),
            { key: 'settings', label: say('settings'), children: settings },
            ...own(false),
            {
              key: 'used-by',
              label: say('usedBy'),
              children: <UsedBy kind={kind} entityKey={keyOf(kind, entity)} />,
            },
            {
              key: 'history',
              label: say('history'),
              children: (
                <History
                  form={form}
                  entityKey={keyOf(kind, entity)}
                  revision={entity.meta.revision}
                  mayRestore={mayChange}
                  restored={(one) => void taken(one)}
                />
              ),
            },
          ]}
        />
      )}
      <Summary error={save.isError && !isConflict ? save.error : undefined} faults={faults} />
      <footer className="entity-foot">
        {mayRemove && (
          <Button danger type="text" icon={<DeleteOutlined />} onClick={() => setRemoving(true)}>
            {say('delete')}
          </Button>
        )}
        <span className="faint small grow">
          {isChanged && !isNew
            ? say('unsaved')
            : entity?.meta.updatedAt &&
              say('revised', {
                by: entity.meta.by ?? say('somebody'),
                time: dateTime(entity.meta.updatedAt, zone),
                n: entity.meta.revision,
              })}
        </span>
        {isChanged && mayTest && (
          <Button icon={<NodeIndexOutlined />} onClick={() => openTester()}>
            {say('tryCall')}
          </Button>
        )}
        {mayChange && (
          <Button type="primary" loading={save.isPending} disabled={!isNew && !isChanged} onClick={submit}>
            {say(isNew ? 'create' : 'save')}
          </Button>
        )}
      </footer>
      {isRemoving && entity && (
        <Remove form={form} entity={entity} close={() => setRemoving(false)} removed={close} />
      )}
      {theirs && (
        <Conflict
          form={form}
          name={keyOf(kind, theirs)}
          base={base}
          mine={value}
          theirs={theirs}
          isSaving={save.isPending}
          close={() => setTheirs(undefined)}
          decide={(wish) => save.mutate({ wish: bodyOf(wish as Entity), over: theirs })}
        />
      )}
    </div>
  );
}

/** A secret that is taken away is sent as null; a new one has none yet. */
function withoutNothing(value: Fields, isNew: boolean): Fields {
  if (!isNew) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined && each !== null));
}

/** What was refused, where no field stands for it. */
function Summary({ error, faults }: { readonly error: unknown; readonly faults: Told }): ReactNode {
  const say = useSay(entityWords);
  const general = faults.get('');
  if (!error && faults.size === 0) return null;
  const hasFields = faults.size > (general ? 1 : 0);
  return (
    <Alert
      type="error"
      showIcon
      title={hasFields && !general ? say('notTaken') : <ProblemText error={error} />}
    />
  );
}
