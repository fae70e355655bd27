import Type from 'typebox';
import { title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** A company (租户): every other entity belongs to one. */
export const tenant = defineKind({
  name: 'tenant',
  plural: 'tenants',
  title: { en: 'company', zh: '租户' },
  key: 'id',
  schema: Type.Object({ name: title() }),
});

export type Tenant = EntityOf<typeof tenant>;
