import Type from 'typebox';
import { duration, text } from '../../config/fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** What an agent takes a break for (小休原因). */
export const breakReason = defineKind({
  name: 'breakReason',
  plural: 'breakReasons',
  title: { en: 'reason of breaks', zh: '小休原因' },
  key: 'name',
  example: { name: 'lunch', title: { zh: '午餐', en: 'lunch' }, limitMs: 3_600_000 },
  schema: Type.Object({
    /** For people in either language; its name where one is not written. */
    title: Type.Object({ zh: Type.Optional(text()), en: Type.Optional(text()) }, { default: {} }),
    /** A break that lasts longer is an alarm (小休超时): the chiefs are told, it goes on. */
    limitMs: Type.Optional(duration()),
  }),
});

export type BreakReason = EntityOf<typeof breakReason>;
