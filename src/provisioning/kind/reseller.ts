import Type from 'typebox';
import { reference, title, unique } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Who looks after several companies (代理商): his people see them, and no others. */
export const reseller = defineKind({
  name: 'reseller',
  plural: 'resellers',
  title: { en: 'reseller', zh: '代理商' },
  key: 'name',
  isShared: true,
  example: { name: 'north', title: '北方代理', companies: [] },
  schema: Type.Object({
    title: title(),
    /** A company has one reseller, or none. */
    companies: Type.Array(unique('company', reference('tenant')), { default: [] }),
  }),
});

export type Reseller = EntityOf<typeof reseller>;
