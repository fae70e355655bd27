import type { FlowCall } from './flow-call.ts';

/** What a `script` node runs. The string it returns chooses the branch; none goes on with the next node. */
export type ScriptFunction = (call: ScriptCall) => Promise<string | undefined> | string | undefined;
/** A whole flow as a function. */
export type FlowFunction = (call: ScriptCall) => Promise<void>;

/** The verbs that a function has: those of the live call, and values kept on it. */
export interface ScriptCall extends FlowCall {
  /** Keeps a value on the call, for `byVariable` and for the record. */
  set(name: string, value: string): void;
}
