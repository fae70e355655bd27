import type { Reconnection } from '../call/talk-options.ts';
import type { Acd } from './acd.ts';
import { RECONNECT_MS } from './talk-with.ts';

/**
 * Agents whose phone dies in a call of their own, which they dialled or were called by, are invited again as in the talk of a queue:
 * whom they talk with hears music meanwhile. `acd`: when there is one.
 */
export function ownCallReconnection(acd: () => Acd): Reconnection {
  return {
    invitation: ({ party }, who) => {
      if (party?.kind !== 'extension' || acd().agentAt(party.tenant, party) === undefined) return undefined;
      const destination = { kind: party.kind, number: party.number };
      return { target: { ...who, destination }, limitMs: RECONNECT_MS };
    },
    onLost: (leg) => acd().legLost(leg),
    onBack: (lost) => acd().legGone(lost),
    onGone: (lost) => acd().legGone(lost),
  };
}
