import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import StarFilled from '@ant-design/icons/es/icons/StarFilled';
import StarOutlined from '@ant-design/icons/es/icons/StarOutlined';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { ask } from '../api/ask.ts';
import type { Items } from '../api/live-data.ts';
import { useMay, useSession } from '../api/session.tsx';
import type { ViewRow } from '../api/types.ts';
import { useLanguage, useSay } from '../i18n/language.tsx';
import { ProblemText } from './states.tsx';
import type { Views } from './use-views.ts';
import { viewWords } from './view-words.ts';

const COMPANY = '*';
const PRIVATE = '';

interface RoleTitle {
  readonly name: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly home: string;
}

/** Roles that a view may be for, by what people call them. */
function useRoles(): readonly (readonly [name: string, title: string])[] {
  const { company, me } = useSession();
  const { language } = useLanguage();
  const mayRead = useMay('role:read');
  const { data } = useQuery({
    queryKey: ['roles', company],
    enabled: mayRead,
    staleTime: 60_000,
    queryFn: ({ signal }) => ask<Items<RoleTitle>>('/roles', { query: { limit: 200 }, signal }),
  });
  if (!data) return (me.user?.roles ?? []).map((name) => [name, name]);
  return data.items
    .filter(({ home }) => home === 'company')
    .map(({ name, title }) => [name, language === 'en' ? title.en : title.zh]);
}

interface DialogProps {
  readonly views: Views;
  readonly close: () => void;
}

/** What is in sight under a name, or one that there is with another name or for others. */
export function ViewForm({ views, close, of }: DialogProps & { readonly of?: ViewRow }) {
  const say = useSay(viewWords);
  const { message } = App.useApp();
  const mayShare = useMay('view:share');
  const roles = useRoles();
  const [name, setName] = useState(of?.name ?? '');
  const [sharing, setSharing] = useState(of?.sharedWith ?? PRIVATE);
  const [isFirst, setFirst] = useState(of?.isFirst ?? false);
  const save = useMutation({
    mutationFn: async () => {
      const said = { name: name.trim(), ...(mayShare && { sharedWith: sharing || null }) };
      const { page, filters, columns } = views;
      const saved = of
        ? await ask<ViewRow>(pathOf(of), { method: 'PATCH', body: said, revision: of.revision })
        : await ask<ViewRow>('/views', { method: 'POST', body: { page, filters, columns, ...said } });
      if (isFirst !== saved.isFirst) await begin(saved, isFirst);
      return saved;
    },
    onSuccess: async (saved) => {
      await views.renew();
      if (!of) views.choose(saved);
      message.success(say('saved'));
      close();
    },
  });
  const others = of && !of.isOwn;
  return (
    <Modal
      open
      width={420}
      title={say(of ? 'editTitle' : 'saveAs')}
      okText={say('save')}
      cancelText={say('cancel')}
      okButtonProps={{ disabled: name.trim() === '', loading: save.isPending }}
      onOk={() => save.mutate()}
      onCancel={close}
    >
      <div className="view-form">
        <label htmlFor="view-name">
          <span className="faint small">{say('name')}</span>
          <Input
            id="view-name"
            autoFocus
            maxLength={60}
            placeholder={say('nameHint')}
            value={name}
            onChange={({ target }) => setName(target.value)}
            onPressEnter={() => name.trim() !== '' && save.mutate()}
          />
        </label>
        {mayShare && (
          // biome-ignore lint/a11y/noLabelWithoutControl: antd's select is one
          <label>
            <span className="faint small">{say('sharing')}</span>
            <Select
              className="view-sharing"
              aria-label={say('sharing')}
              value={sharing}
              onChange={setSharing}
              options={[
                ...(others ? [] : [{ value: PRIVATE, label: say('private') }]),
                { value: COMPANY, label: say('company') },
                ...roles.map(([value, role]) => ({ value, label: say('role', { role }) })),
              ]}
            />
          </label>
        )}
        <Checkbox checked={isFirst} onChange={({ target }) => setFirst(target.checked)}>
          {say('first')}
        </Checkbox>
        {save.isError && <Alert type="error" showIcon title={<ProblemText error={save.error} />} />}
      </div>
    </Modal>
  );
}

/** All views of a list: begin with one, change, delete. */
export function ViewsDialog({ views, close }: DialogProps) {
  const say = useSay(viewWords);
  const { message, modal } = App.useApp();
  const roles = new Map(useRoles());
  const [edited, setEdited] = useState<ViewRow>();
  const failed = (error: unknown) => message.error(<ProblemText error={error} />);
  const first = useMutation({
    mutationFn: (view: ViewRow) => begin(view, !view.isFirst),
    onError: failed,
    onSettled: views.renew,
  });
  const remove = useMutation({
    mutationFn: (view: ViewRow) => ask(pathOf(view), { method: 'DELETE', revision: view.revision }),
    onSuccess: (_, { id }) => {
      if (views.view?.id === id) views.choose(undefined);
      message.success(say('deleted'));
    },
    onError: failed,
    onSettled: views.renew,
  });
  const askToRemove = (view: ViewRow) =>
    modal.confirm({
      title: say('deleteAsk', { name: view.name }),
      content: say(view.sharedWith === null ? 'deleteOwn' : 'deleteShared'),
      okText: say('delete'),
      okButtonProps: { danger: true },
      cancelText: say('keep'),
      onOk: () => remove.mutateAsync(view).catch(() => undefined),
    });
  const withWhom = ({ sharedWith }: ViewRow) => {
    if (sharedWith === null) return say('private');
    if (sharedWith === COMPANY) return say('company');
    return say('role', { role: roles.get(sharedWith) ?? sharedWith });
  };
  return (
    <Modal open width={560} title={say('manageTitle')} footer={null} onCancel={close}>
      {views.all.length === 0 && <p className="faint">{say('none')}</p>}
      <ul className="views-all">
        {views.all.map((view) => {
          const { id, name, owner, isOwn, isFirst, mayChange } = view;
          return (
            <li key={id}>
              <Button
                type="text"
                icon={isFirst ? <StarFilled /> : <StarOutlined />}
                aria-pressed={isFirst}
                aria-label={say(isFirst ? 'firstNo' : 'makeFirst', { name })}
                title={say(isFirst ? 'firstNo' : 'makeFirst', { name })}
                onClick={() => first.mutate(view)}
              />
              <span className="views-one">
                <b>{name}</b> {isFirst && <span className="small">{say('isFirst')}</span>}
                <span className="faint small">
                  {withWhom(view)}
                  {!isOwn && ` · ${say('by', { owner })}`}
                </span>
              </span>
              {mayChange && (
                <>
                  <Button
                    type="text"
                    icon={<EditOutlined />}
                    aria-label={say('editOf', { name })}
                    title={say('edit')}
                    onClick={() => setEdited(view)}
                  />
                  <Button
                    type="text"
                    danger
                    icon={<DeleteOutlined />}
                    aria-label={say('deleteOf', { name })}
                    title={say('delete')}
                    onClick={() => askToRemove(view)}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
      {edited && <ViewForm views={views} of={edited} close={() => setEdited(undefined)} />}
    </Modal>
  );
}

const pathOf = ({ id }: ViewRow) => `/views/${encodeURIComponent(id)}`;

/** Begins with a view from now on, or no more. */
const begin = (view: ViewRow, isFirst: boolean) =>
  ask(`${pathOf(view)}/first`, { method: isFirst ? 'PUT' : 'DELETE' });
