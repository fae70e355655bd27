import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { ask } from '../../api/ask.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { WALLBOARDS, type WallboardEntity } from './draft.ts';
import { Editor } from './editor.tsx';
import { wallboardWords } from './words.ts';
import './wallboards.css';

/** Wallboards (大屏): what stands on the screens of the hall, edited with live figures. */
export default function Wallboards() {
  const say = useSay(wallboardWords);
  useTitle(say('title'));
  const { company } = useSession();
  const may = useMay('wallboard:create');
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [isAdding, setAdding] = useState(false);
  const boards = useQuery({
    queryKey: [...WALLBOARDS, company],
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly WallboardEntity[] }>('/wallboards', { query: { limit: 200 }, signal }),
  });
  const named = decodeURIComponent(pathname.split('/')[2] ?? '');
  const items = boards.data?.items ?? [];
  const board = items.find(({ name }) => name === named) ?? items[0];
  const open = (name: string) => void navigate(`/wallboards/${encodeURIComponent(name)}`);
  const add = may && (
    <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {say('add')}
    </Button>
  );
  return (
    <div className="page boards">
      <header className="boards-head">
        <h1>{say('title')}</h1>
        {items.length > 0 && (
          <Select
            className="boards-choice"
            aria-label={say('title')}
            value={board?.name ?? null}
            onChange={open}
            options={items.map(({ name, title }) => ({ value: name, label: title }))}
          />
        )}
        {items.length > 0 && add}
      </header>
      {boards.isPending && <Loading />}
      {boards.isError && <Failed error={boards.error} retry={() => void boards.refetch()} />}
      {boards.data && !board && (
        <Empty icon={<PlusOutlined />} title={say('emptyTitle')} act={add}>
          {say('emptyDetail')}
        </Empty>
      )}
      {board && <Editor key={`${company} ${board.name}`} board={board} />}
      {isAdding && (
        <NewBoard
          close={() => setAdding(false)}
          made={(name) => {
            setAdding(false);
            open(name);
          }}
        />
      )}
    </div>
  );
}

interface NewBoardProps {
  readonly close: () => void;
  readonly made: (name: string) => void;
}

function NewBoard({ close, made }: NewBoardProps) {
  const say = useSay(wallboardWords);
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<{ name: string; title: string }>();
  const add = useMutation({
    mutationFn: (body: { readonly name: string; readonly title: string }) =>
      ask<WallboardEntity>('/wallboards', { method: 'POST', body: { ...body, tiles: [] } }),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: WALLBOARDS });
      made(name);
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  return (
    <Modal
      open
      width={420}
      title={say('add')}
      okText={say('create')}
      okButtonProps={{ loading: add.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form form={form} layout="vertical" onFinish={(fields) => add.mutate(fields)}>
        <Form.Item name="title" label={say('boardTitle')} rules={[{ required: true, whitespace: true }]}>
          <Input autoFocus maxLength={60} />
        </Form.Item>
        <Form.Item
          name="name"
          label={say('name')}
          extra={say('nameHint')}
          rules={[{ required: true, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, message: say('nameHint') }]}
        >
          <Input maxLength={64} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
