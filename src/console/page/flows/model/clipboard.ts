/** Nodes that are copied from one flow into another, with the parts of the hotline that they name. Pure. */
import { addAfter, type Edit } from './edit.ts';
import { same } from './merge.ts';
import { type Doc, type FlowNode, get, isNode, isRecord, put, type Steps } from './tree.ts';

const MARK = 'pbx400-flow';
/** Parts of a hotline that its nodes name. */
const PARTS = ['flows', 'calendars', 'lines'] as const;

/** What the clipboard holds, as text. */
export function copied(doc: Doc, nodes: readonly FlowNode[]): string {
  const parts: Record<string, Record<string, unknown>> = {};
  const note = (value: unknown): void => {
    for (const name of textsIn(value))
      for (const part of PARTS) {
        const held = get(doc, [part, name]);
        if (held === undefined || parts[part]?.[name] !== undefined) continue;
        parts[part] = { ...parts[part], [name]: held };
        note(held);
      }
  };
  note(nodes);
  return JSON.stringify({ [MARK]: 1, nodes, parts });
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* textsIn(each);
}

export interface Pasted extends Edit {
  /** Parts that came along, as `flows.night`. */
  readonly brought: readonly string[];
  /** Names that mean something else here: they were left as they are. */
  readonly differs: readonly string[];
}

/** Puts what was copied behind a node; undefined: the text is something else. */
export function pasted(doc: Doc, at: Steps, text: string): Pasted | undefined {
  const found = parsed(text);
  if (!found) return undefined;
  const [brought, differs]: [string[], string[]] = [[], []];
  let into = doc;
  for (const [part, named] of Object.entries(found.parts))
    for (const [name, held] of Object.entries(named as Record<string, unknown>)) {
      const here = get(into, [part, name]);
      if (here === undefined) {
        into = put(into, [part, name], held) as Doc;
        brought.push(`${part}.${name}`);
      } else if (!same(here, held)) differs.push(`${part}.${name}`);
    }
  return { ...addAfter(into, at, found.nodes), brought, differs };
}

function parsed(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || value[MARK] !== 1 || !Array.isArray(value['nodes'])) return undefined;
    const nodes = value['nodes'].filter(isNode);
    return nodes.length > 0 ? { nodes, parts: isRecord(value['parts']) ? value['parts'] : {} } : undefined;
  } catch {
    return undefined;
  }
}
