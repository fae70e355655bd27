import AppstoreOutlined from '@ant-design/icons/es/icons/AppstoreOutlined';
import BarsOutlined from '@ant-design/icons/es/icons/BarsOutlined';
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import TeamOutlined from '@ant-design/icons/es/icons/TeamOutlined';
import { Button, Input, Select } from 'antd';
import { memo, useCallback, useMemo, useState } from 'react';
import { useLiveAgents } from '../../api/live.ts';
import { groupOf } from '../../api/live-data.ts';
import type { AgentRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count, duration } from '../../kit/format.ts';
import { Empty } from '../../kit/states.tsx';
import { type Column, VirtualTable } from '../../kit/virtual-table.tsx';
import { AgentState, AgentTimer } from './agent-facts.tsx';
import { AgentGrid, type AgentViewProps } from './agent-grid.tsx';
import { CountedChoice } from './counted-choice.tsx';
import { type HeldRow, useHeld } from './held.ts';
import type { LiveView } from './view.ts';
import { liveWords } from './words.ts';

const GROUPS = ['signedIn', 'ready', 'onCall', 'wrapUp', 'away', 'unreachable', 'signedOut'] as const;
export type Group = (typeof GROUPS)[number];
const SORTS = ['number', 'longest', 'state'] as const;

const isIn = (group: Group, { state }: AgentRow) =>
  group === 'signedIn' ? state !== 'signed-out' : groupOf(state) === group;

function figuresOf(agents: readonly AgentRow[]): Readonly<Record<Group, string>> {
  const counts = new Map<Group, number>();
  const add = (group: Group) => counts.set(group, (counts.get(group) ?? 0) + 1);
  for (const { state } of agents) {
    add(groupOf(state));
    if (state !== 'signed-out') add('signedIn');
  }
  const figures = GROUPS.map((group) => [group, count(counts.get(group) ?? 0)] as const);
  return Object.fromEntries(figures) as Record<Group, string>;
}

const RANKS: Readonly<Record<string, number>> = { ready: 0, onCall: 1, wrapUp: 2, away: 3, unreachable: 4 };
const rankOf = ({ state }: AgentRow) => RANKS[groupOf(state)] ?? 5;
const byNumber = (a: AgentRow, b: AgentRow) =>
  a.agent.length - b.agent.length || (a.agent < b.agent ? -1 : a.agent > b.agent ? 1 : 0);
const bySince = (a: AgentRow, b: AgentRow) =>
  a.since < b.since ? -1 : a.since > b.since ? 1 : byNumber(a, b);
const ORDERS: Readonly<Record<(typeof SORTS)[number], (a: AgentRow, b: AgentRow) => number>> = {
  number: byNumber,
  longest: bySince,
  state: (a, b) => rankOf(a) - rankOf(b) || bySince(a, b),
};

const NOBODY: readonly AgentRow[] = [];
const keyOf = ({ agent }: AgentRow) => agent;

export interface AgentBoardProps {
  readonly view: LiveView;
  readonly titleOf: (queue: string) => string;
}

/** Agents as they are now (坐席), as tiles or as a table. */
export const AgentBoard = memo(function AgentBoard({ view, titleOf }: AgentBoardProps) {
  const say = useSay(liveWords);
  const { queue, params, set } = view;
  const agents = useLiveAgents().data?.items ?? NOBODY;
  const [isHeld, setHeld] = useState(false);
  const group = GROUPS.find((each) => each === params.get('group')) ?? 'signedIn';
  const sort = SORTS.find((each) => each === params.get('sort')) ?? 'number';
  const text = params.get('find') ?? '';
  const isTable = params.get('view') === 'table';
  const here = useMemo(
    () => (queue === undefined ? agents : agents.filter(({ queues }) => queues.includes(queue))),
    [agents, queue],
  );
  const figures = useMemo(() => figuresOf(here), [here]);
  const rows = useMemo(() => {
    const sought = text.trim().toLowerCase();
    const isSought = ({ agent, name }: AgentRow) =>
      sought === '' || agent.includes(sought) || name.toLowerCase().includes(sought);
    return here.filter((row) => isIn(group, row) && isSought(row)).toSorted(ORDERS[sort]);
  }, [here, group, sort, text]);
  const held = useHeld(rows, keyOf, isHeld);
  const options = useMemo(() => GROUPS.map((value) => ({ value, text: say(value) })), [say]);
  const choose = useCallback(
    (value: Group) => set({ group: value === 'signedIn' ? undefined : value }),
    [set],
  );
  const open = useCallback((agent: string) => set({ agent, caller: undefined }), [set]);
  const shared = {
    agents: held.rows,
    open,
    opened: params.get('agent') ?? undefined,
    held: setHeld,
    titleOf,
  };
  return (
    <section className="card board" aria-label={say('agents')}>
      <Toolbar find={text} sort={sort} isTable={isTable} set={set} />
      <div className="board-groups">
        <CountedChoice
          label={say('group')}
          value={group}
          options={options}
          figures={figures}
          choose={choose}
        />
      </div>
      {held.rows.length === 0 ? (
        <Empty
          icon={<TeamOutlined />}
          title={say(agents.length === 0 ? 'noAgents' : 'noneSuch')}
          {...(agents.length > 0 && {
            act: (
              <Button onClick={() => set({ group: undefined, find: undefined, queue: undefined })}>
                {say('showAll')}
              </Button>
            ),
          })}
        />
      ) : isTable ? (
        <AgentTable {...shared} />
      ) : (
        <AgentGrid {...shared} />
      )}
    </section>
  );
});

interface ToolbarProps {
  readonly find: string;
  readonly sort: (typeof SORTS)[number];
  readonly isTable: boolean;
  readonly set: LiveView['set'];
}

/** Drawn anew when something in it changes, not with each agent. */
const Toolbar = memo(function Toolbar({ find: text, sort, isTable, set }: ToolbarProps) {
  const say = useSay(liveWords);
  return (
    <div className="board-bar">
      <h2>{say('agents')}</h2>
      <span className="grow" />
      <Input
        className="board-find"
        size="small"
        allowClear
        prefix={<SearchOutlined />}
        value={text}
        placeholder={say('findAgent')}
        aria-label={say('findAgent')}
        onChange={({ target }) => set({ find: target.value || undefined })}
      />
      <Select
        size="small"
        value={sort}
        aria-label={say('sort')}
        popupMatchSelectWidth={false}
        onChange={(value) => set({ sort: value === 'number' ? undefined : value })}
        options={SORTS.map((each) => ({ value: each, label: say(`sort-${each}`) }))}
      />
      <Button
        size="small"
        icon={isTable ? <AppstoreOutlined /> : <BarsOutlined />}
        aria-label={say(isTable ? 'asTiles' : 'asTable')}
        title={say(isTable ? 'asTiles' : 'asTable')}
        onClick={() => set({ view: isTable ? undefined : 'table' })}
      />
    </div>
  );
});

function AgentTable({ agents, open, opened, held, titleOf }: AgentViewProps) {
  const say = useSay(liveWords);
  const columns = useMemo<readonly Column<HeldRow<AgentRow>>[]>(() => {
    const none = <span className="faint">{say('none')}</span>;
    return [
      {
        key: 'agent',
        title: say('agent'),
        width: 'minmax(110px, 1fr)',
        cell: ({ row }) => (
          <>
            <span className="strong">{row.agent}</span> {row.name}
          </>
        ),
      },
      {
        key: 'state',
        title: say('state'),
        width: 'minmax(150px, 1.4fr)',
        cell: ({ row }) => <AgentState agent={row} />,
      },
      {
        key: 'since',
        title: say('lasts'),
        width: '84px',
        isNumber: true,
        cell: ({ row }) => <AgentTimer agent={row} />,
      },
      {
        key: 'answered',
        title: say('answeredToday'),
        width: '64px',
        isNumber: true,
        cell: ({ row }) => count(row.today.answered),
      },
      {
        key: 'missed',
        title: say('missedToday'),
        width: '64px',
        isNumber: true,
        cell: ({ row }) => count(row.today.missed),
      },
      {
        key: 'talk',
        title: say('talkToday'),
        width: '76px',
        isNumber: true,
        cell: ({ row }) => (row.today.talkMs > 0 ? duration(row.today.talkMs) : none),
      },
      {
        key: 'queues',
        title: say('queues'),
        width: 'minmax(80px, 1fr)',
        cell: ({ row }) => (row.queues.length > 0 ? row.queues.map(titleOf).join(say('comma')) : none),
      },
    ];
  }, [say, titleOf]);
  return (
    <VirtualTable
      label={say('agents')}
      columns={columns}
      rows={agents}
      keyOf={({ row }) => row.agent}
      classOfRow={({ isGone }) => (isGone ? 'row-gone' : '')}
      open={({ row }) => open(row.agent)}
      opened={opened}
      held={held}
    />
  );
}
