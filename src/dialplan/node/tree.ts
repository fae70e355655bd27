/**
 * The one tree of a hotline, as plain data. The TypeScript builders make it, the database and the web console
 * hold it as JSON, the runner walks it, `check` proves it and `graph` draws it. Only `script` nodes and function
 * flows hold code, and therefore come from TypeScript alone.
 *
 * A flow is a node or a list of nodes that are taken one after the other. A node either settles the call (the
 * caller was served, left a message, was handed over, hung up) or lets it go on to the next node; when nothing is
 * left, the hotline's `otherwise` decides.
 */

/** Kinds of nodes by their type. Each file of this folder adds its own. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Nodes {}

export type NodeType = keyof Nodes;
export type FlowNode = Nodes[NodeType];
export type Flow = FlowNode | readonly FlowNode[];

/** A flow as the list of its nodes. */
export function nodesOf(flow: Flow): readonly FlowNode[] {
  return Array.isArray(flow) ? flow : [flow as FlowNode];
}
