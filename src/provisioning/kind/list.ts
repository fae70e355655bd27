import Type from 'typebox';
import { list as listOf, telephoneNumber } from '../../config/fields.ts';
import { reference } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Numbers, prefixes and area codes under one name: blacklists, whitelists, VIP, whose customers they are (名单). */
export const list = defineKind({
  name: 'list',
  plural: 'lists',
  title: { en: 'list of callers', zh: '名单' },
  key: 'name',
  example: { name: 'vip', numbers: ['13800138000'] },
  schema: Type.Object({
    numbers: listOf(telephoneNumber),
    prefixes: listOf(
      Type.String({ pattern: '^\\+?\\d{1,20}$', hint: 'the beginning of a telephone number' }),
    ),
    /** The agent of each of some callers (专属坐席), for queues that name the list as `owners`. */
    owners: Type.Optional(Type.Record(telephoneNumber, reference('agent'), { keyHint: 'telephone numbers' })),
  }),
});

export type List = EntityOf<typeof list>;
