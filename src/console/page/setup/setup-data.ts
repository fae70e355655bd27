/** What a company has set up, as far as the wizard and the checklist look at it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { AuditEntryRow, FlowRow, Permission, UserRow } from '../../api/types.ts';

interface Meta {
  readonly meta: { readonly revision: number };
}
export interface TrunkEntity extends Meta {
  readonly name: string;
  readonly addresses: readonly string[];
}
export interface AgentEntity extends Meta {
  readonly id: string;
  readonly name: string;
  readonly extension: string;
}
export interface QueueEntity extends Meta {
  readonly name: string;
  readonly title?: string;
  readonly agents: readonly string[];
  readonly recordingNotice?: string;
}
export interface CalendarEntity extends Meta {
  readonly name: string;
  readonly periods: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly holidays: 'none' | 'CN';
  readonly daysOff: readonly string[];
}
export interface MailboxEntity extends Meta {
  readonly name: string;
  readonly extensions: readonly string[];
}
export interface TenantEntity extends Meta {
  readonly id: string;
  readonly name: string;
  readonly areaCode?: string;
  readonly recordingNotice?: string;
}

export interface Setup {
  readonly company: TenantEntity | undefined;
  readonly trunks: readonly TrunkEntity[];
  readonly extensions: readonly { readonly number: string }[];
  readonly agents: readonly AgentEntity[];
  readonly queues: readonly QueueEntity[];
  readonly calendars: readonly CalendarEntity[];
  readonly mailboxes: readonly MailboxEntity[];
  readonly flows: readonly FlowRow[];
  readonly users: readonly UserRow[];
  /** The newest test call; undefined: none was made. */
  readonly tested: AuditEntryRow | undefined;
}

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

export function useSetup() {
  const { company, may } = useSession();
  return useQuery({
    queryKey: [...SETUP, company],
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

export const STEPS = ['company', 'line', 'agents', 'hours', 'mailbox', 'number', 'test'] as const;
export type Step = (typeof STEPS)[number];

/** Whether what a step sets up is there. */
export function isDone(step: Step, setup: Setup): boolean {
  switch (step) {
    case 'company':
      return setup.company !== undefined;
    case 'line':
      return setup.trunks.length > 0;
    case 'agents':
      return setup.agents.length > 0 && setup.queues.some(({ agents }) => agents.length > 0);
    case 'hours':
      return setup.calendars.length > 0;
    case 'mailbox':
      return setup.mailboxes.length > 0;
    case 'number':
      return setup.flows.some(({ takesCalls }) => takesCalls);
    case 'test':
      return setup.tested !== undefined;
  }
}

/** The first step of which something is to be done; a line is not needed to try. */
export const firstOpen = (setup: Setup): Step =>
  STEPS.find((step) => step !== 'line' && !isDone(step, setup)) ?? 'test';

/** What each step of the wizard is told. */
export interface StepProps {
  readonly setup: Setup;
  readonly open: (step: Step) => void;
  readonly next: () => void;
  /** Reads anew what is set up. */
  readonly renew: () => Promise<void>;
  readonly finish: () => void;
}
