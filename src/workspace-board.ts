/** What agents have under their hands (坐席工作台), for the API. */
import { placesOf } from './numbering/area.ts';
import type { AreaTable } from './numbering/area-table.ts';
import type { Pbx } from './pbx.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Store } from './store/store.ts';
import { AgentTasks } from './workspace/agent-tasks.ts';
import { type DirectoryEntry, directoryOf, type Playable, playableOf } from './workspace/directory.ts';
import { SavedViews } from './workspace/saved-views.ts';
import { Screens } from './workspace/screens.ts';

export interface WorkspaceBoardParts {
  readonly pbx: Pick<Pbx, 'acd' | 'calls' | 'running'>;
  readonly store: Pick<Store, 'cdrs' | 'workspace' | 'views' | 'audit'>;
  readonly provisioning: Provisioned;
  /** In which period of a calendar it is now. */
  readonly period: (calendar: string, tenant: string) => { readonly period: string } | undefined;
  readonly areas: Pick<AreaTable, 'areaOf'>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export interface WorkspaceBoard {
  readonly screens: Screens;
  readonly tasks: AgentTasks;
  readonly views: SavedViews;
  readonly directory: (tenant: string) => readonly DirectoryEntry[];
  readonly playable: (tenant: string) => readonly Playable[];
}

export function workspaceBoard({
  pbx,
  store,
  provisioning,
  period,
  areas,
  clock,
  ids,
}: WorkspaceBoardParts): WorkspaceBoard {
  const { acd, calls } = pbx;
  const running = (callId: string) => pbx.running.record(callId, clock.now());
  const inHand = (tenant: string, id: string): ReadonlyMap<string, string | undefined> => {
    const now = acd.agent(tenant, id);
    const mine = new Map<string, string | undefined>(
      calls.ofAgent(tenant, id).map((call) => [call.id, undefined]),
    );
    if (now?.callId !== undefined) mine.set(now.callId, now.queue);
    return mine;
  };
  return {
    screens: new Screens({
      ...{ cdrs: store.cdrs, running, store: store.workspace, provisioning, inHand, clock },
      placesOf: (number) => placesOf(areas.areaOf(number)),
      isRunning: (callId) => calls.get(callId) !== undefined,
      drafted: ({ tenantId, agent, callId, disposition, note }) =>
        acd.draft(tenantId, agent, callId, { disposition, note: note.trim() || undefined }),
    }),
    tasks: new AgentTasks({
      ...{ store: store.workspace, cdrs: store.cdrs, running, inHand, clock, ids },
      hasAgent: (tenant, agent) => provisioning.snapshot.get('agent', tenant, agent) !== undefined,
    }),
    views: new SavedViews({ store: store.views, tell: (note) => store.audit.append(note), clock, ids }),
    playable: (tenant) => playableOf(provisioning, tenant),
    directory: (tenant) =>
      directoryOf(
        {
          provisioning,
          agents: (of) =>
            new Map(
              acd
                .agents()
                .filter((each) => each.tenant === of)
                .map(({ agent, state }) => [agent, state]),
            ),
          queues: (of) => acd.queues().filter((each) => each.tenant === of),
          period: (calendar, of) => period(calendar, of)?.period,
        },
        tenant,
      ),
  };
}
