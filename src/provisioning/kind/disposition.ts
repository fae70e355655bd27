import Type, { type TSchema } from 'typebox';
import { text } from '../../config/fields.ts';
import { type Complain, defineKind, type EntityOf } from '../kind.ts';

const code = () =>
  Type.String({ pattern: '^[A-Za-z0-9_.-]{1,32}$', hint: 'a code of up to 32 letters, digits, - _ and .' });

const leaf = () => Type.Object({ code: code(), title: text() });

const branch = <Below extends TSchema>(below: Below) =>
  Type.Object({ code: code(), title: text(), children: Type.Array(below, { default: [] }) });

/** One choice of a tree, with those below it. */
export interface DispositionEntry {
  readonly code: string;
  readonly title: string;
  readonly children?: readonly DispositionEntry[];
}

/** What became of a talk (话后小结): a tree of three levels that the agent chooses an entry of in his wrap-up. */
export const disposition = defineKind({
  name: 'disposition',
  plural: 'dispositions',
  title: { en: 'tree of dispositions', zh: '话后小结' },
  key: 'name',
  example: { name: 'sales', entries: [{ code: 'deal', title: '成交' }] },
  schema: Type.Object({
    /** Its codes are what reports count: each stands once in the tree. */
    entries: Type.Array(branch(branch(leaf())), { minItems: 1 }),
  }),
  check: ({ entries }, complain) => checkCodes(entries, complain),
});

export type Disposition = EntityOf<typeof disposition>;

/** Whether a code stands anywhere in the tree. */
export function hasDisposition(entries: readonly DispositionEntry[], code: string): boolean {
  return entries.some((entry) => entry.code === code || hasDisposition(entry.children ?? [], code));
}

function checkCodes(
  entries: readonly DispositionEntry[],
  complain: Complain,
  path: readonly (string | number)[] = ['entries'],
  known = new Set<string>(),
): void {
  entries.forEach(({ code, children = [] }, index) => {
    const at = [...path, index];
    if (known.has(code))
      complain([...at, 'code'], `the tree has the code '${code}' twice`, 'give each a code of its own');
    known.add(code);
    checkCodes(children, complain, [...at, 'children'], known);
  });
}
