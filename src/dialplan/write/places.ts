/** Where in a dialplan file a node was written, kept beside the tree so that the tree stays plain data. */
import { fileURLToPath } from 'node:url';
import type { Place } from '../../shared/errors.ts';

/** A registered symbol: places survive when integrator and engine load this file twice. */
const PLACE = Symbol.for('pbx400.dialplan.place');

interface Frame {
  stack?: string;
}

/**
 * Notes the line that called `builder` on `node`. Costs about a microsecond: one frame is captured and turned
 * into text only when somebody asks.
 */
export function rememberPlace<Node extends object>(node: Node, builder: (...args: never[]) => unknown): Node {
  const frame: Frame = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(frame, builder);
  Error.stackTraceLimit = limit;
  Object.defineProperty(node, PLACE, { value: frame, enumerable: false });
  return node;
}

/** Whether the place of a node is known; cheaper than asking for it. */
export function hasPlace(node: object): boolean {
  return PLACE in node;
}

/** The place of a node; undefined when it does not come from a TypeScript builder. */
export function placeOf(node: object): Place | undefined {
  const frame = (node as { [PLACE]?: Frame })[PLACE];
  return frame?.stack === undefined ? undefined : placeOfStack(frame.stack);
}

const FRAME = /\(?((?:file:\/\/)?\/[^\s()]*?)(?:\?[^:\s]*)?:(\d+):(\d+)\)?$/;

/** The first place within a stack that `within` accepts. */
export function placeOfStack(
  stack: string,
  within: (file: string) => boolean = () => true,
): Place | undefined {
  for (const line of stack.split('\n')) {
    const found = FRAME.exec(line.trim());
    if (!found) continue;
    const file = found[1]!.startsWith('file:') ? fileURLToPath(found[1]!) : found[1]!;
    if (within(file)) return { file, line: Number(found[2]), column: Number(found[3]) };
  }
  return undefined;
}
