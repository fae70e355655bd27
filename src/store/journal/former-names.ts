/** What versions before called the states of agents, and what happened to them: stored events keep the words that they came with. */

const FORMER: Readonly<Record<string, string>> = {
  'logged-out': 'signed-out',
  idle: 'ready',
  // 示忙, whatever the reason: breaks were not told apart.
  paused: 'busy',
  'log-in': 'sign-in',
  'log-out': 'sign-out',
  pause: 'busy',
  resume: 'ready',
  'wrap-up-left': 'restored',
};

/** Brings an agent's event as it was stored up to date, in its place. */
export function renameAgentEvent(event: Record<string, unknown>): void {
  const { did, state } = event as { did: string; state: string };
  event['did'] = FORMER[did] ?? did;
  event['state'] = FORMER[state] ?? state;
}
