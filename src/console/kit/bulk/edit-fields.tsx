/** Fields that rows have in common, to be changed alike. */
import { useMemo } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { FormProvider } from '../entity/context.ts';
import { Field, FieldInput } from '../entity/field-input.tsx';
import { type Form, useWords } from '../entity/kinds.ts';
import type { FieldNode } from '../entity/tree.ts';
import { valueText } from '../entity/value-text.ts';
import { entityWords } from '../entity/words.ts';

export interface InputOf {
  readonly id: string;
  readonly value: unknown;
  readonly change: (value: unknown) => void;
}

export interface EditField {
  /** As the API names it: `forward.busy`. */
  readonly path: string;
  readonly label: string;
  /** Things may be added to it, and taken from it. */
  readonly isList: boolean;
  /** What stands there at first. */
  readonly first: unknown;
  readonly input: (of: InputOf) => React.ReactNode;
  readonly text: (value: unknown) => string;
}

const PARTS = { Field, FieldInput };
const NO_FAULTS = new Map<string, never>();

/** Those of a kind; not its key, and no secrets. */
export function useEditFields(form: Form | undefined): readonly EditField[] {
  const speak = useWords();
  const say = useSay(entityWords);
  return useMemo(() => {
    if (!form) return [];
    const context = {
      ...{ isReadOnly: false, faults: NO_FAULTS, isMade: true, parts: PARTS, ownKey: '' },
      keyLabel: say(`key_${form.kind.key}`),
    };
    const fieldOf = (node: FieldNode, above: string): readonly EditField[] => {
      const { field } = node;
      if (field.isSecret || (above === '' && node.name === form.kind.key)) return [];
      const own = above === '' ? speak(field.label) : `${above} · ${speak(field.label)}`;
      if (field.type === 'group' && node.fields.length > 0)
        return node.fields.flatMap((each) => fieldOf(each, own));
      if (hasSecret(node)) return [];
      return [
        {
          path: field.path,
          label: own,
          isList: field.type === 'list',
          first: field.default ?? (field.type === 'list' ? [] : field.type === 'flag' ? false : null),
          input: ({ id, value, change }) => (
            <FormProvider value={context}>
              <FieldInput
                id={id}
                node={node}
                pointer={`/${field.path}`}
                value={value ?? undefined}
                change={(next) => change(next ?? null)}
              />
            </FormProvider>
          ),
          text: (value) => valueText(node, value, say, speak),
        },
      ];
    };
    return form.fields.flatMap((node) => fieldOf(node, ''));
  }, [form, say, speak]);
}

const hasSecret = ({ field, fields, each }: FieldNode): boolean =>
  field.isSecret || fields.some(hasSecret) || (each !== undefined && hasSecret(each));
