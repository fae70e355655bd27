import Type from 'typebox';
import { duration } from '../../config/fields.ts';
import { title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';
import { language } from '../language.ts';

/** Something that agents can do, each to a level, and that callers may need (技能): a product, a language. */
export const skill = defineKind({
  name: 'skill',
  plural: 'skills',
  title: { en: 'skill', zh: '技能' },
  key: 'name',
  example: { name: 'english', title: '英语', language: 'en' },
  schema: Type.Object({
    title: title(),
    /** It is a language (语种): callers who chose it hear prompts in it, and are served by agents who have the skill. */
    language: Type.Optional(language),
    /** A caller who needs it takes whoever is free when he has waited so long; without: never. A queue or flow may say otherwise. */
    relaxAfterMs: Type.Optional(duration()),
  }),
});

export type Skill = EntityOf<typeof skill>;
