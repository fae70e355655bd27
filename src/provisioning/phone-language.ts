import type { Snapshot } from './snapshot.ts';

/** The language in which a phone is spoken to: that of the agent who sits there, else its own; undefined: that of everybody. */
export function phoneLanguage(
  snapshot: Snapshot,
  tenant: string,
  extension: string,
  agent: string | undefined,
): string | undefined {
  const own = agent === undefined ? undefined : snapshot.get('agent', tenant, agent)?.language;
  return own ?? snapshot.get('extension', tenant, extension)?.language;
}
