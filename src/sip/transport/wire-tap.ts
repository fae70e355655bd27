import type { Flow } from './transport.ts';

/** Sees messages as they come and go, for a trace. It must be quick and never throw: every message of every call waits for it. */
export interface WireTap {
  /** A message that the gate has let in. `opens`: it is an INVITE. */
  received(callId: string, text: string, flow: Flow, opens: boolean): void;
  /** A message that is handed to the network. */
  sent(message: string | Uint8Array, flow: Flow): void;
}
