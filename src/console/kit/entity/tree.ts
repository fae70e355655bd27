/** Fields of a kind as a tree. Pure. */
import type { FieldRow } from '../../api/types.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A field with what stands in it. */
export interface FieldNode {
  readonly field: FieldRow;
  /** Within what holds it. */
  readonly name: string;
  /** Of a group. */
  readonly fields: readonly FieldNode[];
  /** Each item of a list, or the value of each key of a map. */
  readonly each: FieldNode | undefined;
}

/** The tree of what stands one behind the other. */
export function treeOf(rows: readonly FieldRow[]): readonly FieldNode[] {
  const roots: FieldNode[] = [];
  const known = new Map<string, { fields: FieldNode[]; each: FieldNode | undefined }>();
  for (const field of rows) {
    // What a list holds comes first: the list may stand in a group.
    const parts = /^(?:(.*)(\[\])|(.*)\.([^.]+))$/.exec(field.path);
    const above = parts?.[1] ?? parts?.[3];
    const name = parts?.[2] ?? parts?.[4] ?? field.path;
    const node: FieldNode & { fields: FieldNode[] } = { field, name, fields: [], each: undefined };
    known.set(field.path, node);
    const holder = above === undefined ? undefined : known.get(above);
    if (!holder) roots.push(node);
    else if (name === '*' || name === '[]') holder.each = node;
    else holder.fields.push(node);
  }
  return roots;
}

/** What stands in a new one, or in a group that is opened. */
export function defaultsOf(nodes: readonly FieldNode[]): Fields {
  return Object.fromEntries(
    nodes.flatMap(({ field, name, fields }) => {
      if (field.default === null) return [];
      const value =
        field.type === 'group' ? { ...defaultsOf(fields), ...(field.default as object) } : field.default;
      return [[name, value]];
    }),
  );
}
