import { NAME } from '../../config/fields.ts';
import type { AgentOrderFunction } from '../../provisioning/kind/queue.ts';
import { rememberPlace } from './places.ts';

/** A function that orders the agents of queues by `custom`, under the name that they give as `order`. */
export interface AgentOrder {
  readonly type: 'agentOrder';
  readonly name: string;
  /** Left out: the first company. */
  readonly tenant?: string;
  readonly order: AgentOrderFunction;
}

declare module './builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Orders agents for the queues that name it: a default export of a file in `dialplans/`, beside hotlines or alone. */
    agentOrder(name: string, order: AgentOrderFunction, options?: { readonly tenant?: string }): AgentOrder;
  }
}

export function buildAgentOrder(
  name: string,
  order: AgentOrderFunction,
  options: { readonly tenant?: string } = {},
): AgentOrder {
  if (typeof name !== 'string' || !new RegExp(NAME).test(name))
    throw new TypeError(`agentOrder() needs a name of letters, digits, - _ and ., not '${name}'`);
  if (typeof order !== 'function') throw new TypeError(`agentOrder('${name}') needs a function`);
  return rememberPlace({ type: 'agentOrder', name, order, ...options }, buildAgentOrder);
}

export function isAgentOrder(value: unknown): value is AgentOrder {
  return typeof value === 'object' && value !== null && (value as AgentOrder).type === 'agentOrder';
}
