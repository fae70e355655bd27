import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import { useCallback } from 'react';
import { useLiveAgents, useLiveCallers } from '../../api/live.ts';
import { useSay } from '../../i18n/language.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { OutagePeak } from '../../kit/outage/outage-peak.tsx';
import { Empty, Failed, Loading } from '../../kit/states.tsx';
import { AgentBoard } from './agent-board.tsx';
import { AgentDrawer } from './agent-drawer.tsx';
import { CallerDrawer } from './caller-drawer.tsx';
import { CallersBoard } from './callers-board.tsx';
import { HelpList } from './help-list.tsx';
import { LimitsForm } from './limits-form.tsx';
import { QueueStrip } from './queue-strip.tsx';
import { ReasonsProvider } from './reasons.tsx';
import { SupervisionBar, useSupervision } from './supervision.tsx';
import { type QueueTitle, useQueueTitles, useTitleOf } from './titles.ts';
import { useLiveView } from './view.ts';
import { liveWords } from './words.ts';
import './live.css';

const NO_QUEUES: readonly QueueTitle[] = [];
/** For who wants to know that they are read, not what they are. */
const areThere = () => true;

/** The supervisor's seat (班长席): queues, who waits and why, agents. */
export default function Live() {
  const say = useSay(liveWords);
  useTitle(say('title'));
  const view = useLiveView();
  const { queue, params, set } = view;
  const queues = useQueueTitles();
  const agents = useLiveAgents(areThere);
  const callers = useLiveCallers(areThere);
  const titles = queues.data ?? NO_QUEUES;
  const titleOf = useTitleOf(titles);
  const supervision = useSupervision();
  const opened = params.get('agent') ?? undefined;
  const caller = params.get('caller') ?? undefined;
  const choose = useCallback((name: string | undefined) => set({ queue: name }), [set]);
  const failed = [queues, agents, callers].find(({ isError }) => isError);
  const retry = () => {
    for (const each of [queues, agents, callers]) if (each.isError) void each.refetch();
  };
  if (failed && !queues.data) return <Failed error={failed.error} retry={retry} />;
  if (queues.isPending || agents.isPending || callers.isPending) return <Loading lines={12} />;
  if (titles.length === 0)
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
    <ReasonsProvider>
      <div className="page live">
        <div className="page-head">
          <h1>{say('title')}</h1>
          {queue !== undefined && <span className="faint">{titleOf(queue)}</span>}
          <span className="grow" />
          <LimitsForm />
        </div>
        <SupervisionBar supervision={supervision} />
        <HelpList supervision={supervision} />
        <OutagePeak />
        <QueueStrip chosen={queue} choose={choose} />
        <div className="live-halves">
          <CallersBoard view={view} titleOf={titleOf} />
          <AgentBoard view={view} titleOf={titleOf} />
        </div>
        {opened !== undefined && (
          <AgentDrawer
            id={opened}
            queues={titles}
            supervision={supervision}
            close={() => {
              set({ agent: undefined });
              // Back to where it was opened from.
              document.querySelector<HTMLElement>(`[data-agent="${CSS.escape(opened)}"]`)?.focus();
            }}
          />
        )}
        {caller !== undefined && (
          <CallerDrawer id={caller} queues={titles} close={() => set({ caller: undefined })} />
        )}
      </div>
    </ReasonsProvider>
  );
}
