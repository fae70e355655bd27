import type { Asker } from '../call/arrival.ts';
import type { Destination } from '../call/destination.ts';
import type { Agent } from '../provisioning/kind/agent.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { TenantId } from '../shared/ids.ts';
import type { AgentSettings } from './core/inputs.ts';

/** Where an agent sits: at the phone of an extension, or at a number outside (远程坐席). */
export type Seat = Omit<Destination, 'trunk'>;

/** The core knows a seat by one text: an extension, or a number outside behind this. */
const OUTSIDE = 'tel:';

export function textOf({ kind, number }: Seat): string {
  return kind === 'line' ? `${OUTSIDE}${number}` : number;
}

export function seatOf(text: string): Seat {
  return text.startsWith(OUTSIDE)
    ? { kind: 'line', number: text.slice(OUTSIDE.length) }
    : { kind: 'extension', number: text };
}

/** What the core has to know of an agent. He sits at his number outside, where he has one, unless he signs in elsewhere. */
export function settingsOf({ phone, pin: _, ...agent }: Agent): AgentSettings {
  return phone === undefined ? agent : { ...agent, extension: textOf({ kind: 'line', number: phone }) };
}

/** On whose right he is called at a number outside: on his own, and at the cost of his extension. */
export function askerOf({ snapshot }: Provisioned, tenant: string, agent: string): Asker {
  const number = snapshot.get('agent', tenant, agent)?.extension ?? agent;
  return { tenant: tenant as TenantId, kind: 'extension', number, agent };
}
