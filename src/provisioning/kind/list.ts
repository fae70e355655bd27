import Type from 'typebox';
import { list as listOf, telephoneNumber } from '../../config/fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Numbers, prefixes and area codes under one name: blacklists, whitelists, VIP (名单). */
export const list = defineKind({
  name: 'list',
  plural: 'lists',
  title: { en: 'list of callers', zh: '名单' },
  key: 'name',
  schema: Type.Object({
    numbers: listOf(telephoneNumber),
    prefixes: listOf(
      Type.String({ pattern: '^\\+?\\d{1,20}$', hint: 'the beginning of a telephone number' }),
    ),
  }),
});

export type List = EntityOf<typeof list>;
