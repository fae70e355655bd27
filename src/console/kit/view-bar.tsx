import DownOutlined from '@ant-design/icons/es/icons/DownOutlined';
import SaveOutlined from '@ant-design/icons/es/icons/SaveOutlined';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { ApiError, ask } from '../api/ask.ts';
import type { ViewRow } from '../api/types.ts';
import { useSay } from '../i18n/language.tsx';
import { useFilters } from './filters.tsx';
import { ProblemText } from './states.tsx';
import type { Views } from './use-views.ts';
import { ViewForm, ViewsDialog } from './view-dialogs.tsx';
import { viewWords } from './view-words.ts';

/** Which view a list is in, and what is done with views. */
export function ViewBar({ views }: { readonly views: Views }) {
  const say = useSay(viewWords);
  const { message } = App.useApp();
  const { set } = useFilters();
  const [open, setOpen] = useState<'new' | 'all'>();
  const { all, view, isChanged, filters, columns, choose, renew } = views;
  const save = useMutation({
    mutationFn: ({ id, revision }: ViewRow) =>
      ask<ViewRow>(`/views/${encodeURIComponent(id)}`, {
        method: 'PATCH',
        body: { filters, columns },
        revision,
      }),
    onSuccess: async () => {
      await renew();
      set({ cols: undefined });
      message.success(say('saved'));
    },
    onError: async (error) => {
      const isOld = error instanceof ApiError && error.code === 'changed-meanwhile';
      await renew();
      message.error(isOld ? say('changedMeanwhile') : <ProblemText error={error} />);
    },
  });
  const item = (each: ViewRow) => ({ key: each.id, label: each.name, onClick: () => choose(each) });
  const group = (key: string, label: string, rows: readonly ViewRow[]) =>
    rows.length > 0 ? [{ key, type: 'group' as const, label, children: rows.map(item) }] : [];
  const items = [
    { key: 'plain', label: say('plain'), onClick: () => choose(undefined) },
    ...group(
      'own',
      say('own'),
      all.filter(({ isOwn }) => isOwn),
    ),
    ...group(
      'shared',
      say('shared'),
      all.filter(({ isOwn }) => !isOwn),
    ),
    { key: 'line', type: 'divider' as const },
    { key: 'new', label: say('saveAsMore'), onClick: () => setOpen('new') },
    ...(all.length > 0 ? [{ key: 'all', label: say('manage'), onClick: () => setOpen('all') }] : []),
  ];
  const name = view?.name ?? say('plain');
  const isUnsaved = view === undefined && Object.keys(filters).length > 0;
  return (
    <span className="views">
      <Dropdown
        trigger={['click']}
        menu={{ items, selectedKeys: [view?.id ?? 'plain'], className: 'views-menu' }}
      >
        <Button type="text" aria-label={say('viewNow', { name })}>
          <span className="views-name">{name}</span> <DownOutlined />
        </Button>
      </Dropdown>
      {isChanged && (
        <>
          <span className="views-changed small" role="status">
            {say('changed')}
          </span>
          {view?.mayChange && (
            <Button
              size="small"
              icon={<SaveOutlined />}
              loading={save.isPending}
              onClick={() => save.mutate(view)}
            >
              {say('save')}
            </Button>
          )}
        </>
      )}
      {(isChanged || isUnsaved) && (
        <Button size="small" onClick={() => setOpen('new')}>
          {say('saveAs')}
        </Button>
      )}
      {open === 'new' && <ViewForm views={views} close={() => setOpen(undefined)} />}
      {open === 'all' && <ViewsDialog views={views} close={() => setOpen(undefined)} />}
    </span>
  );
}
