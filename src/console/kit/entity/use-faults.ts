/** What is wrong with a form, by field: seen before it is sent, and what the server says of it. */
import { useCallback } from 'react';
import { ApiError } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { type Faults, faultsOf } from './check-fields.ts';
import type { Fault } from './context.ts';
import { type Form, useWords } from './kinds.ts';
import type { Fields } from './tree.ts';
import { entityWords } from './words.ts';

export type Told = ReadonlyMap<string, Fault>;

export function useFaultWords() {
  const say = useSay(entityWords);
  const speak = useWords();
  const words = useCallback(
    (faults: Faults): Told =>
      new Map(
        [...faults].map(
          ([
            pointer,
            {
              fault,
              node: { field },
            },
          ]) => {
            const text = {
              required: () => say('required'),
              pattern: () => (field.hint ? say('pattern', { hint: speak(field.hint) }) : say('wrongForm')),
              least: () => say('least', { n: field.minimum ?? 0 }),
              most: () => say('most', { n: field.maximum ?? 0 }),
              tooFew: () => say('tooFew', { n: field.minItems ?? 1 }),
            }[fault]();
            return [pointer, { text }];
          },
        ),
      ),
    [say, speak],
  );
  /** Before it is sent. */
  const check = (form: Form, value: Fields, isNew: boolean): Told => {
    const told = new Map(words(faultsOf(form.fields, value, isNew)));
    const key = value[form.kind.key];
    if (isNew && !key) told.set(`/${form.kind.key}`, { text: say('required') });
    else if (isNew && !new RegExp(form.kind.keyPattern, 'u').test(String(key)))
      told.set(`/${form.kind.key}`, { text: say('pattern', { hint: speak(form.kind.keyHint) }) });
    return told;
  };
  /** By the server; undefined: it says nothing of single fields. */
  const tell = (error: unknown): Told | undefined => {
    if (!(error instanceof ApiError) || !error.problem?.errors?.length) return undefined;
    const texts: Readonly<Record<string, string>> = {
      missing: say('faultMissing'),
      'still-used': say('faultUsed'),
    };
    return new Map(
      error.problem.errors.map(({ pointer, code, detail, fix }) => [
        pointer,
        { text: texts[code] ?? say('faultInvalid'), detail: fix ? `${detail}; ${fix}` : detail },
      ]),
    );
  };
  return { check, tell };
}
