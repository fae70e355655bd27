import Type from 'typebox';
import { choice, DIGITS, text } from '../../config/fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/**
 * A caller who was reported as a nuisance (骚扰), by his number in the form of records. Proposed until a supervisor has decided; when he
 * is confirmed all hotlines of the company turn him away as their blacklists do.
 */
export const nuisance = defineKind({
  name: 'nuisance',
  plural: 'nuisances',
  title: { en: 'nuisance caller', zh: '骚扰号码' },
  key: 'number',
  keyPattern: '^\\+?\\d{3,20}$',
  keyHint: 'a telephone number',
  example: { number: '13800138000', state: 'confirmed', reason: '骚扰' },
  schema: Type.Object({
    state: choice(['proposed', 'confirmed'], 'proposed'),
    /** Last day on which it counts; without: for good. */
    until: Type.Optional(
      Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', hint: 'a date such as 2026-08-01' }),
    ),
    /** Why, in the agent's words. */
    reason: Type.Optional(text()),
    /** Work number (工号) of who reported him. */
    by: Type.Optional(Type.String({ pattern: DIGITS, hint: '2 to 15 digits' })),
    /** The call that he was reported in. */
    callId: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', hint: 'the id of a call' })),
  }),
});

export type Nuisance = EntityOf<typeof nuisance>;

/** Whether it counts on a day, proposed or confirmed. `date`: `2026-08-01`. */
export function isOpen({ until }: Pick<Nuisance, 'until'>, date: string): boolean {
  return until === undefined || date <= until;
}
