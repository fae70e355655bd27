import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import { useCallback, useMemo } from 'react';
import { useLiveAgents, useLiveCallers, useLiveQueues } from '../../api/live.ts';
import { inGroups } from '../../api/live-data.ts';
import type { AgentRow, QueueRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { AgentBoard } from './agent-board.tsx';
import { AgentDrawer } from './agent-drawer.tsx';
import { CallerDrawer } from './caller-drawer.tsx';
import { CallersBoard } from './callers-board.tsx';
import { LimitsForm } from './limits-form.tsx';
import { QueueStrip } from './queue-strip.tsx';
import { SupervisionBar, useSupervision } from './supervision.tsx';
import { useLiveView } from './view.ts';
import { liveWords } from './words.ts';
import './live.css';

const NOBODY: readonly AgentRow[] = [];
const NO_QUEUES: readonly QueueRow[] = [];

/** The same function as long as no queue is called otherwise: figures change four times a second. */
function useTitles(queues: readonly QueueRow[]): (queue: string) => string {
  const text = JSON.stringify(queues.map(({ name, title }) => [name, title || name]));
  const titles = useMemo(() => new Map(JSON.parse(text) as readonly [string, string][]), [text]);
  return useCallback((name) => titles.get(name) ?? name, [titles]);
}

/** The supervisor's seat (班长席): queues, who waits and why, agents. */
export default function Live() {
  const say = useSay(liveWords);
  useTitle(say('title'));
  const view = useLiveView();
  const { queue, params, set } = view;
  const queues = useLiveQueues();
  const agents = useLiveAgents();
  const callers = useLiveCallers();
  const titleOf = useTitles(queues.data?.items ?? NO_QUEUES);
  const states = useMemo(() => {
    const byState: Record<string, number> = {};
    for (const { state } of agents.data?.items ?? []) byState[state] = (byState[state] ?? 0) + 1;
    return inGroups(byState);
  }, [agents.data]);
  const waiting = useMemo(
    () => (callers.data?.items ?? []).filter((row) => queue === undefined || row.queue === queue),
    [callers.data, queue],
  );
  const supervision = useSupervision(agents.data?.items ?? NOBODY);
  const opened = params.get('agent') ?? undefined;
  const caller = params.get('caller') ?? undefined;
  const choose = useCallback((name: string | undefined) => set({ queue: name }), [set]);
  const failed = [queues, agents, callers].find(({ isError }) => isError);
  const retry = () => {
    for (const each of [queues, agents, callers]) if (each.isError) void each.refetch();
  };
  if (failed && !queues.data) return <Failed error={failed.error} retry={retry} />;
  if (queues.isPending || agents.isPending || callers.isPending) return <Loading lines={12} />;
  if (queues.data?.items.length === 0)
    return (
      <div className="page">
        <h1>{say('title')}</h1>
        <div className="card">
          <Empty icon={<CustomerServiceOutlined />} title={say('noQueues')}>
            {say('noQueuesText')}
          </Empty>
        </div>
      </div>
    );
  return (
    <div className="page live">
      <div className="page-head">
        <h1>{say('title')}</h1>
        {queue !== undefined && <span className="faint">{titleOf(queue)}</span>}
        <span className="grow" />
        <LimitsForm />
      </div>
      <SupervisionBar supervision={supervision} />
      <QueueStrip queues={queues.data?.items ?? NO_QUEUES} agents={states} chosen={queue} choose={choose} />
      <div className="live-halves">
        <CallersBoard waiting={waiting} view={view} titleOf={titleOf} />
        <AgentBoard agents={agents.data?.items ?? NOBODY} view={view} titleOf={titleOf} />
      </div>
      {opened !== undefined && (
        <AgentDrawer
          id={opened}
          agents={agents.data?.items ?? NOBODY}
          queues={queues.data?.items ?? NO_QUEUES}
          supervision={supervision}
          close={() => {
            set({ agent: undefined });
            // Back to where it was opened from.
            document.querySelector<HTMLElement>(`[data-agent="${CSS.escape(opened)}"]`)?.focus();
          }}
        />
      )}
      {caller !== undefined && (
        <CallerDrawer
          id={caller}
          callers={callers.data?.items ?? []}
          queues={queues.data?.items ?? NO_QUEUES}
          close={() => set({ caller: undefined })}
        />
      )}
    </div>
  );
}
