/** What a company has set up, as far as the wizard and the checklist look at it, and the steps of the wizard. Pure. */
import type { AuditEntryRow, FlowRow, UserRow } from '../../api/types.ts';

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
