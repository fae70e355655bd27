/** Reads what a company has set up. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { AuditEntryRow, FlowRow, Permission, UserRow } from '../../api/types.ts';
import type {
  AgentEntity,
  CalendarEntity,
  MailboxEntity,
  QueueEntity,
  Setup,
  TenantEntity,
  TrunkEntity,
} from './steps.ts';

export const SETUP = ['setup'] as const;

const NOTHING: Setup = {
  company: undefined,
  trunks: [],
  extensions: [],
  agents: [],
  queues: [],
  calendars: [],
  mailboxes: [],
  flows: [],
  users: [],
  tested: undefined,
};

/** `isOn`: it is looked at. */
export function useSetup(isOn = true) {
  const { company, may } = useSession();
  return useQuery({
    queryKey: [...SETUP, company],
    enabled: isOn,
    staleTime: 0,
    queryFn: async ({ signal }): Promise<Setup> => {
      if (company === undefined) return NOTHING;
      const all = async <Row>(
        path: string,
        right: Permission,
        query: object = {},
      ): Promise<readonly Row[]> =>
        may(right) ? (await ask<Items<Row>>(path, { query: { limit: 200, ...query }, signal })).items : [];
      const [tenants, trunks, extensions, agents, queues, calendars, mailboxes, flows, users, tests] =
        await Promise.all([
          may('tenant:read')
            ? ask<TenantEntity>(`/tenants/${encodeURIComponent(company)}`, { signal })
            : undefined,
          all<TrunkEntity>('/trunks', 'trunk:read'),
          all<Setup['extensions'][number]>('/extensions', 'extension:read'),
          all<AgentEntity>('/agents', 'agent:read'),
          all<QueueEntity>('/queues', 'queue:read'),
          all<CalendarEntity>('/calendars', 'calendar:read'),
          all<MailboxEntity>('/mailboxes', 'mailbox:read'),
          may('hotline:read') ? ask<Items<FlowRow>>('/flows', { signal }) : { items: [] },
          all<UserRow>('/users', 'user:read'),
          all<AuditEntryRow>('/audit', 'audit:read', { action: 'test-call', limit: 1 }),
        ]);
      return {
        ...{ company: tenants, trunks, extensions, agents, queues, calendars, mailboxes, users },
        flows: flows.items,
        tested: tests[0],
      };
    },
  });
}

/** Reads it anew, with all lists that show what was set up; resolves when it is read. */
export function useRenew(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: SETUP });
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] !== SETUP[0] && queryKey[0] !== 'me',
    });
  };
}
