import type { FlowCall } from '../dialplan/run/flow-call.ts';

/** The hotlines as the engine needs them: who answers for a number. */
export interface Hotlines {
  /** The flow of a 400 number; undefined: the number is not ours. Synchronous and fast. */
  route(called: string): RoutedHotline | undefined;
}

export interface RoutedHotline {
  /** Company that the number belongs to: its queues and boxes serve the call, whose ever trunk it came in on. */
  readonly tenant?: string | undefined;
  run(call: FlowCall): Promise<void>;
}
