/** The builders: each makes one node and notes the line that it was written on. */
import { KINDS } from '../node/kinds.ts';
import { buildLine } from '../node/line.ts';
import { buildAgentOrder } from './agent-order.ts';
import type { Builders, DeclaredNames } from './builder-names.ts';
import { callerBuilders } from './caller-builders.ts';
import { buildHotline } from './hotline-builder.ts';

const nodeBuilders = Object.fromEntries(Object.entries(KINDS).map(([type, { build }]) => [type, build]));
const own = { line: buildLine, hotline: buildHotline, agentOrder: buildAgentOrder };
const ALL = { ...nodeBuilders, ...callerBuilders, ...own };

/**
 * The builders with the names that the code declares: `builders({ queues: ['sales'] }).queue('sells')` is a type
 * error. Kinds that are not declared take any name; those are checked when the plan is loaded.
 */
export function builders<const D extends DeclaredNames>(_declared: D): Builders<D> {
  return ALL as unknown as Builders<D>;
}
