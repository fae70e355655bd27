import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Radio, Space, TreeSelect } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import { CALL } from '../../api/live-data.ts';
import { useMay } from '../../api/session.tsx';
import type { CallRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { callWords } from './drawer-words.ts';

interface Entry {
  readonly code: string;
  readonly title: string;
  readonly children?: readonly Entry[];
}

const RARELY_MS = 5 * 60_000;

/** The tree of dispositions of the queue that served it; undefined: it has none, or one may not read it. */
function useTree(call: CallRow): readonly Entry[] | undefined {
  const queue = call.asks.at(-1)?.queue;
  const may = [useMay('queue:read'), useMay('disposition:read')].every(Boolean);
  return (
    useQuery({
      queryKey: ['disposition-of-queue', queue],
      enabled: may && queue !== undefined,
      staleTime: RARELY_MS,
      retry: false,
      queryFn: async ({ signal }) => {
        const asked = { signal };
        const { disposition } = await ask<{ readonly disposition?: string | null }>(
          `/queues/${encodeURIComponent(queue!)}`,
          asked,
        );
        if (!disposition) return null;
        const tree = await ask<{ readonly entries: readonly Entry[] }>(
          `/dispositions/${encodeURIComponent(disposition)}`,
          asked,
        );
        return tree.entries;
      },
    }).data ?? undefined
  );
}

/** Titles from the top of the tree down to a code. */
function titlesOf(entries: readonly Entry[], code: string): readonly string[] | undefined {
  for (const entry of entries) {
    if (entry.code === code) return [entry.title];
    const below = titlesOf(entry.children ?? [], code);
    if (below) return [entry.title, ...below];
  }
  return undefined;
}

interface TreeNode {
  readonly value: string;
  readonly title: string;
  readonly selectable: boolean;
  readonly children?: TreeNode[];
}

const nodesOf = (entries: readonly Entry[]): TreeNode[] =>
  entries.map(({ code, title, children }) => ({
    value: code,
    title,
    selectable: !children?.length,
    ...(children?.length && { children: nodesOf(children) }),
  }));

/** What the call came to (话后小结): read, and changed by who may. */
export function Noted({ call }: { readonly call: CallRow }) {
  const say = useSay(callWords);
  const mayNote = useMay('call:note') && call.state === 'ended';
  const [isEditing, setEditing] = useState(false);
  const tree = useTree(call);
  const { disposition, resolved, note } = call;
  if (isEditing) return <NoteForm call={call} tree={tree} close={() => setEditing(false)} />;
  const titles = disposition && (titlesOf(tree ?? [], disposition)?.join(' / ') ?? disposition);
  const isEmpty = disposition === null && resolved === null && note === null;
  return (
    <div className="noted">
      {isEmpty && <p className="faint">{say('notNoted')}</p>}
      {!isEmpty && (
        <dl className="call-facts">
          <div>
            <dt>{say('disposition')}</dt>
            <dd>{titles ?? say('none')}</dd>
          </div>
          <div>
            <dt>{say('resolved')}</dt>
            <dd>{resolved === null ? say('none') : say(resolved ? 'resolvedYes' : 'resolvedNo')}</dd>
          </div>
          {note !== null && (
            <div className="noted-note">
              <dt>{say('note')}</dt>
              <dd className="comment-text">{note}</dd>
            </div>
          )}
        </dl>
      )}
      {mayNote && (
        <Button size="small" icon={<EditOutlined />} onClick={() => setEditing(true)}>
          {say('editNoted')}
        </Button>
      )}
    </div>
  );
}

interface FormProps {
  readonly call: CallRow;
  readonly tree: readonly Entry[] | undefined;
  readonly close: () => void;
}

function NoteForm({ call, tree, close }: FormProps) {
  const say = useSay(callWords);
  const client = useQueryClient();
  const [disposition, setDisposition] = useState(call.disposition ?? '');
  const [resolved, setResolved] = useState(call.resolved);
  const [note, setNote] = useState(call.note ?? '');
  const path = `/calls/${encodeURIComponent(call.id)}`;
  const save = useMutation({
    mutationFn: () =>
      ask<CallRow>(path, {
        method: 'PATCH',
        revision: call.revision,
        // Only what was changed: what agents noted stays theirs.
        body: {
          ...(disposition.trim() !== (call.disposition ?? '') && { disposition: disposition.trim() || null }),
          ...(resolved !== call.resolved && { resolved }),
          ...(note.trim() !== (call.note ?? '') && { note: note.trim() || null }),
        },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...CALL, call.id] });
      close();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'changed-meanwhile')
        void client.invalidateQueries({ queryKey: [...CALL, call.id] });
    },
  });
  const isSame =
    disposition.trim() === (call.disposition ?? '') &&
    resolved === call.resolved &&
    note.trim() === (call.note ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSame) close();
    else save.mutate();
  };
  return (
    <form className="noted-form" onSubmit={submit}>
      {tree ? (
        <TreeSelect
          aria-label={say('disposition')}
          placeholder={say('disposition')}
          allowClear
          showSearch={{ treeNodeFilterProp: 'title' }}
          treeDefaultExpandAll
          value={disposition || null}
          onChange={(code: string | null) => setDisposition(code ?? '')}
          treeData={nodesOf(tree)}
        />
      ) : (
        <Input
          aria-label={say('disposition')}
          placeholder={say('disposition')}
          maxLength={64}
          value={disposition}
          onChange={({ target }) => setDisposition(target.value)}
        />
      )}
      <Radio.Group
        aria-label={say('resolved')}
        value={resolved}
        onChange={({ target }) => setResolved(target.value)}
        options={[
          { value: true, label: say('resolvedYes') },
          { value: false, label: say('resolvedNo') },
          { value: null, label: say('resolvedUnknown') },
        ]}
      />
      <Input.TextArea
        aria-label={say('note')}
        placeholder={say('note')}
        rows={4}
        maxLength={2000}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      {save.isError && <Alert type="error" showIcon title={<ProblemText error={save.error} />} />}
      <Space>
        <Button type="primary" htmlType="submit" disabled={isSame} loading={save.isPending}>
          {say('saveNoted')}
        </Button>
        <Button onClick={close}>{say('cancel')}</Button>
      </Space>
    </form>
  );
}
