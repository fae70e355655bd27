import Type from 'typebox';
import { title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Something that agents can do, each to a level, and that callers may need (技能): a product, a language. */
export const skill = defineKind({
  name: 'skill',
  plural: 'skills',
  title: { en: 'skill', zh: '技能' },
  key: 'name',
  schema: Type.Object({
    title: title(),
  }),
});

export type Skill = EntityOf<typeof skill>;
