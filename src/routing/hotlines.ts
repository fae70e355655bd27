import type { FlowCall } from '../dialplan/run/flow-call.ts';
import type { AgentOrderFunction } from '../provisioning/kind/queue.ts';

/** The hotlines as the engine needs them: who answers for a number. */
export interface Hotlines {
  /** The flow of a 400 number; undefined: the number is not ours. Synchronous and fast. */
  route(called: string): RoutedHotline | undefined;
  /** What turns a switch of a company over, by the code that one of its phones dialled; undefined: it has no such code. */
  switchCode(code: string, tenant: string): Pick<RoutedHotline, 'run'> | undefined;
  /** A company's function that orders agents; undefined: it has none of that name. */
  agentOrder?(tenant: string, name: string): AgentOrderFunction | undefined;
  /** Work number of the agent whom the table of a list has for a caller (专属坐席); undefined: it has none. */
  listOwner?(tenant: string, list: string, caller: string): string | undefined;
  /** Where a company's calendar stands now, and why; undefined: it has none of that name. */
  period(calendar: string, tenant: string): { readonly period: string; readonly why: string } | undefined;
}

export interface RoutedHotline {
  /** Company that the number belongs to: its queues and boxes serve the call, whose ever trunk it came in on. */
  readonly tenant?: string | undefined;
  run(call: FlowCall): Promise<void>;
}
