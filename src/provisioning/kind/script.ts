import Type from 'typebox';
import { text } from '../../config/fields.ts';
import { title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** A brace that belongs to no placeholder. */
const LOOSE_BRACE = /[{}]/;
const PLACEHOLDER = /\{[\p{L}\p{N}_.-]{1,64}\}/gu;

/** What an agent says (话术): shown to him while he talks with a caller of the queues that name it. */
export const script = defineKind({
  name: 'script',
  plural: 'scripts',
  title: { en: 'script', zh: '话术' },
  key: 'name',
  example: { name: 'welcome', title: '欢迎', text: '您好,{caller}' },
  schema: Type.Object({
    title: title(),
    /** `{name}` stands for what is known of the call then, such as `{caller}`, `{queue}` and `{agent}`. */
    text: text(),
  }),
  check: (value, complain) => {
    const loose = LOOSE_BRACE.exec(value.text.replace(PLACEHOLDER, ''))?.[0];
    if (loose === undefined) return;
    complain(['text'], `'${loose}' begins or ends no placeholder`, 'write placeholders as {caller}');
  },
});

export type Script = EntityOf<typeof script>;
