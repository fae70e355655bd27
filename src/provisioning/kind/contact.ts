import Type from 'typebox';
import { choice, text } from '../../config/fields.ts';
import { reference, title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Where a contact stands in the directory: the house itself, key customers, emergency, neighbouring centres. */
export const CONTACT_CATEGORIES = ['company', 'customer', 'emergency', 'centre'] as const;

/** Somebody whom agents call or transfer to (通讯录): beside agents, queues and extensions, which stand in the directory by themselves. */
export const contact = defineKind({
  name: 'contact',
  plural: 'contacts',
  title: { en: 'contact', zh: '通讯录' },
  key: 'name',
  example: { name: 'fire', title: '消防救援', number: '119', category: 'emergency' },
  schema: Type.Object({
    title: title(),
    /** Shown whole to every agent: it is the company's own book. */
    number: Type.String({
      pattern: '^\\+?\\d{2,20}$',
      hint: 'a number as the phone would dial it',
    }),
    category: choice(CONTACT_CATEGORIES, 'company'),
    department: Type.Optional(reference('department')),
    /** What agents should know before they call. */
    note: Type.Optional(text()),
  }),
});

export type Contact = EntityOf<typeof contact>;
