import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import MoreOutlined from '@ant-design/icons/es/icons/MoreOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import UndoOutlined from '@ant-design/icons/es/icons/UndoOutlined';
import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import UserSwitchOutlined from '@ant-design/icons/es/icons/UserSwitchOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown, Modal, Select } from 'antd';
import { useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import { AGENTS, type Items, MISSED_CALLS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { AgentRow, MissedCallRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { ProblemText } from '../../kit/states.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import { missedWords } from './words.ts';
import './missed-calls.css';

/** How far it is; how it was done. */
export function MissedState({ row }: { readonly row: MissedCallRow }) {
  const say = useSay(missedWords);
  const sayOf = useSayOf(missedWords);
  switch (row.state) {
    case 'open':
      return (
        <Pill tone="red" icon={<ClockCircleOutlined />}>
          {say('open')}
        </Pill>
      );
    case 'assigned':
      return (
        <Pill tone="amber" icon={<UserOutlined />}>
          {say('assigned')}
        </Pill>
      );
    case 'done':
      return (
        <Pill tone="green" icon={<CheckCircleOutlined />}>
          {row.done ? sayOf(`done-${row.done.how}`) : say('done')}
        </Pill>
      );
  }
}

/** What one has changed oneself since the page was opened, by call: its row stays for a while where it is pointed at. */
export const CHANGED = ['changed-missed-calls'] as const;
export type Changed = Readonly<Record<string, MissedCallRow>>;

interface Change {
  readonly assignee?: string | null;
  readonly done?: boolean;
  readonly how?: 'no-need';
}

/** Changes one, and writes what came of it into the lists that show it. */
function useChange({ callId, revision }: MissedCallRow) {
  const say = useSay(missedWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ now = revision, ...body }: Change & { readonly now?: number }) =>
      ask<MissedCallRow>(`/missed-calls/${encodeURIComponent(callId)}`, {
        method: 'PATCH',
        body,
        revision: now,
      }),
    onSuccess: (row) => {
      client.setQueryData<Changed>(CHANGED, (before) => ({ ...before, [row.callId]: row }));
      return client.invalidateQueries({ queryKey: MISSED_CALLS });
    },
    onError: (error) => {
      const isOld = error instanceof ApiError && error.code === 'changed-meanwhile';
      message.error(isOld ? say('changed') : <ProblemText error={error} />);
      return client.invalidateQueries({ queryKey: MISSED_CALLS });
    },
  });
}

interface ActsProps {
  readonly row: MissedCallRow;
  readonly isNarrow: boolean;
}

/** Call back, tick off, assign: as far as one may. */
export function MissedActs({ row, isNarrow }: ActsProps) {
  const say = useSay(missedWords);
  const { me } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [isAssigning, setAssigning] = useState(false);
  const change = useChange(row);
  const mayNote = useMay('call:note');
  const mayDial = useMay('desk:update') && Boolean(me.user?.agent);
  const number = phoneNumber(row.caller);
  const own = me.user?.agent ?? undefined;
  const isDone = row.state === 'done';
  const call = useMutation({
    mutationFn: () => ask(`/missed-calls/${encodeURIComponent(row.callId)}/call`, { method: 'POST' }),
    onSuccess: () => {
      message.success(say('calling', { number }));
      return client.invalidateQueries({ queryKey: MISSED_CALLS });
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  const finish = async () => {
    const done = await change.mutateAsync({ done: true }).catch(() => undefined);
    if (!done) return;
    const undo = (
      <Button
        type="link"
        size="small"
        onClick={() => {
          message.destroy();
          change.mutate({ done: false, now: done.revision });
        }}
      >
        {say('undo')}
      </Button>
    );
    message.success({
      content: (
        <>
          {say('finished')} {undo}
        </>
      ),
      duration: 6,
    });
  };
  const assign = async (assignee: string | null) => {
    const changed = await change.mutateAsync({ assignee }).catch(() => undefined);
    if (!changed) return;
    setAssigning(false);
    message.success(assignee === null ? say('unassigned') : say('assignedTo', { agent: assignee }));
  };
  const isTicked = row.done !== null && row.done.by !== null;
  const items = [
    !isDone && {
      key: 'finish',
      icon: <CheckOutlined />,
      label: say('finish'),
      onClick: () => void finish(),
    },
    !isDone &&
      own !== undefined &&
      row.assignee !== own && {
        key: 'take',
        icon: <UserOutlined />,
        label: say('take'),
        onClick: () => void assign(own),
      },
    !isDone && {
      key: 'assign',
      icon: <UserSwitchOutlined />,
      label: say('assign'),
      onClick: () => setAssigning(true),
    },
    isDone &&
      isTicked && {
        key: 'reopen',
        icon: <UndoOutlined />,
        label: say('reopen'),
        onClick: () => change.mutate({ done: false }),
      },
  ].filter((item) => item !== false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is done in here does not open the row around it
    <span
      className="missed-acts"
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {mayDial && !isDone && row.caller !== '' && (
        <Button
          size="small"
          type="primary"
          icon={<PhoneOutlined />}
          loading={call.isPending}
          aria-label={say('callBackOf', { number })}
          onClick={() => call.mutate()}
        >
          {!isNarrow && say('callBack')}
        </Button>
      )}
      {mayNote && !isDone && !isNarrow && (
        <Button
          size="small"
          icon={<CheckOutlined />}
          loading={change.isPending}
          aria-label={say('finishOf', { number })}
          title={say('finish')}
          onClick={() => void finish()}
        />
      )}
      {mayNote && items.length > 0 && (
        <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
          <Button
            size="small"
            type="text"
            icon={<MoreOutlined />}
            aria-label={say('moreOf', { number })}
            title={say('more')}
          />
        </Dropdown>
      )}
      {isAssigning && (
        <Assign
          row={row}
          isBusy={change.isPending}
          choose={(agent) => void assign(agent)}
          close={() => setAssigning(false)}
        />
      )}
    </span>
  );
}

interface AssignProps {
  readonly row: MissedCallRow;
  readonly isBusy: boolean;
  readonly choose: (agent: string | null) => void;
  readonly close: () => void;
}

const NOBODY = '';

function Assign({ row, isBusy, choose, close }: AssignProps) {
  const say = useSay(missedWords);
  const [agent, setAgent] = useState(row.assignee ?? undefined);
  const agents = useQuery({
    queryKey: AGENTS,
    queryFn: ({ signal }) => ask<Items<AgentRow>>('/live/agents', { signal }),
  });
  const options = agents.data?.items.map((each) => ({
    value: each.agent,
    label: each.name ? `${each.agent} ${each.name}` : each.agent,
  }));
  return (
    <Modal
      open
      width={400}
      title={say('assignOf', { number: phoneNumber(row.caller) })}
      okText={say('assign')}
      okButtonProps={{ disabled: agent === undefined || agent === (row.assignee ?? NOBODY), loading: isBusy }}
      onOk={() => choose(agent === NOBODY || agent === undefined ? null : agent)}
      onCancel={close}
    >
      <Select
        className="missed-assign"
        autoFocus
        aria-label={say('assignTo')}
        placeholder={say('assignTo')}
        loading={agents.isPending}
        showSearch={{ optionFilterProp: 'label' }}
        value={agent}
        onChange={setAgent}
        options={[...(row.assignee ? [{ value: NOBODY, label: say('nobody') }] : []), ...(options ?? [])]}
      />
      {agents.isError && <ProblemText error={agents.error} />}
    </Modal>
  );
}
