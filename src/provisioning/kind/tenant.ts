import Type from 'typebox';
import { title, unique } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

const hostName = Type.String({ pattern: '^[A-Za-z0-9.-]{1,253}$', hint: 'a host name' });

/** A company (租户): every other entity belongs to one. */
export const tenant = defineKind({
  name: 'tenant',
  plural: 'tenants',
  title: { en: 'company', zh: '租户' },
  key: 'id',
  schema: Type.Object({
    name: title(),
    /** SIP domain of its phones; `<id>.<domain of the server>` by default. */
    domain: Type.Optional(unique('SIP domain', hostName)),
    /** Numbers that always pass beside 110, 119, 120 and 122. */
    emergency: Type.Optional(Type.Array(Type.String({ pattern: '^\\d{2,15}$', hint: 'digits' }))),
  }),
});

export type Tenant = EntityOf<typeof tenant>;
