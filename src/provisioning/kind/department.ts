import Type from 'typebox';
import { reference, title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** A part of the company (部门) in the tree of its organisation: rights may reach no further than it, or than it and those below. */
export const department = defineKind({
  name: 'department',
  plural: 'departments',
  title: { en: 'department', zh: '部门' },
  key: 'name',
  example: { name: 'sales', title: '销售部' },
  schema: Type.Object({
    title: title(),
    /** The one that it is a part of; without one it stands right below the company. */
    parent: Type.Optional(reference('department')),
  }),
  checkAmong: ({ parent }, of, complain) => {
    const above = new Set<string>();
    for (let name = parent; name !== undefined; name = parentOf(of('department', name))) {
      if (above.has(name)) {
        complain(['parent'], `it is a part of itself, by ${[...above].join(', ')}`, 'choose another parent');
        return;
      }
      above.add(name);
    }
  },
});

const parentOf = (found: unknown): string | undefined => (found as Department | undefined)?.parent;

export type Department = EntityOf<typeof department>;
