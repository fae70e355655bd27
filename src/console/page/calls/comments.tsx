import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Popconfirm } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ask } from '../../api/ask.ts';
import { CALL } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { CallRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { clock } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { Failed, ProblemText } from '../../kit/states.tsx';
import { callWords } from './drawer-words.ts';

export interface Comment {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly atMs: number | null;
  readonly text: string;
}

const pathOf = (id: string) => `/calls/${encodeURIComponent(id)}/notes`;

/** Comments on a call that is over (批注). */
export const useComments = ({ id, state }: Pick<CallRow, 'id' | 'state'>) =>
  useQuery({
    queryKey: [...CALL, id, 'notes'],
    queryFn: ({ signal }) => ask<{ readonly items: readonly Comment[] }>(pathOf(id), { signal }),
    enabled: state === 'ended',
  });

export interface CommentsProps {
  readonly call: CallRow;
  /** The moment that one is to be written at, ms; undefined: none. */
  readonly at: number | undefined;
  readonly clearAt: () => void;
  /** Goes to a moment of the recording. */
  readonly seek: (ms: number) => void;
}

/** What was said of a call, and of moments of its recording; who may adds to it. */
export function Comments({ call, at, clearAt, seek }: CommentsProps) {
  const say = useSay(callWords);
  const { me } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayNote = useMay('call:note');
  const comments = useComments(call);
  const fresh = () => client.invalidateQueries({ queryKey: [...CALL, call.id] });
  const remove = useMutation({
    mutationFn: (id: string) => ask(`${pathOf(call.id)}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: fresh,
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  return (
    <>
      {comments.isError && <Failed error={comments.error} retry={() => void comments.refetch()} />}
      {comments.data?.items.length === 0 && !mayNote && <p className="faint">{say('noComments')}</p>}
      <ul className="comments">
        {comments.data?.items.map(({ id, at: writtenAt, by, atMs, text }) => (
          <li key={id}>
            <p className="faint small">
              {atMs !== null && (
                <Button
                  size="small"
                  type="link"
                  aria-label={say('playAt', { at: clock(atMs) })}
                  onClick={() => seek(atMs)}
                >
                  {clock(atMs)}
                </Button>
              )}{' '}
              {by} · <Moment at={writtenAt} />
              {by === me.principal && mayNote && (
                <Popconfirm
                  title={say('takeBackAsk')}
                  okText={say('takeBack')}
                  cancelText={say('keep')}
                  onConfirm={() => remove.mutate(id)}
                >
                  <Button size="small" type="link">
                    {say('takeBack')}
                  </Button>
                </Popconfirm>
              )}
            </p>
            <p className="comment-text">{text || <span className="faint">{say('erased')}</span>}</p>
          </li>
        ))}
      </ul>
      {mayNote && <NewComment call={call} at={at} clearAt={clearAt} saved={fresh} />}
    </>
  );
}

interface NewProps extends Pick<CommentsProps, 'call' | 'at' | 'clearAt'> {
  readonly saved: () => Promise<void>;
}

function NewComment({ call, at, clearAt, saved }: NewProps) {
  const say = useSay(callWords);
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const add = useMutation({
    mutationFn: () =>
      ask(pathOf(call.id), {
        method: 'POST',
        body: { text: text.trim(), ...(at !== undefined && { atMs: at }) },
      }),
    onSuccess: async () => {
      setText('');
      clearAt();
      await saved();
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  useEffect(() => {
    if (at !== undefined) box.current?.querySelector('textarea')?.focus();
  }, [at]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) add.mutate();
  };
  const label = at === undefined ? say('comment') : say('commentAt', { at: clock(at) });
  return (
    <form onSubmit={submit}>
      <div className="comment-new" ref={box}>
        <Input.TextArea
          aria-label={label}
          placeholder={label}
          rows={2}
          maxLength={2000}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
          }}
        />
        <Button htmlType="submit" disabled={!text.trim()} loading={add.isPending}>
          {say('addComment')}
        </Button>
      </div>
      {at !== undefined && (
        <p className="faint small">
          {label}{' '}
          <Button size="small" type="link" onClick={clearAt}>
            {say('wholeCall')}
          </Button>
        </p>
      )}
    </form>
  );
}
