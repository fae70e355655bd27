import { isDeepStrictEqual } from 'node:util';
import type { Kind } from '../kind.ts';
import { type MarkedField, markedFields } from './marked-fields.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What stands for a secret where it is not shown. */
const HIDDEN = '(secret)';

const secretSteps = (kind: Kind): readonly (readonly string[])[] =>
  markedFields(kind)
    .filter(({ marks }) => marks.secret)
    .map(({ steps }: MarkedField) => steps.filter((step) => typeof step === 'string'));

/**
 * `value` with the secrets of `before` where it has none; where the part around a secret is gone, or it would be told somebody else,
 * so is the secret.
 */
export function keepSecrets(kind: Kind, value: Fields, before: Fields | undefined): Fields {
  if (!before || isToldElsewhere(kind, value, before)) return value;
  return secretSteps(kind).reduce((kept, steps) => keep(kept, before, steps), value);
}

/** Whether the secrets of `before` would be told somebody else than they were meant for. */
export const isToldElsewhere = (kind: Kind, value: Fields, before: Fields): boolean =>
  kind.secretsFor?.some((field) => !isDeepStrictEqual(value[field], before[field])) ?? false;

function keep(value: Fields, before: Fields, [step, ...rest]: readonly string[]): Fields {
  const old = step === undefined ? undefined : before[step];
  if (step === undefined || old === undefined) return value;
  if (rest.length === 0) return value[step] === undefined ? { ...value, [step]: old } : value;
  const part = value[step];
  return isFields(part) && isFields(old) ? { ...value, [step]: keep(part, old, rest) } : value;
}

/** `value` without its secrets. */
export function withoutSecrets(kind: Kind, value: Fields): Fields {
  return secretSteps(kind).reduce((left, steps) => replace(left, steps, () => undefined), value);
}

/** `value` with a word in place of its secrets, which differs where `before` has another one. */
export function hideSecrets(kind: Kind, value: Fields): Fields {
  return secretSteps(kind).reduce((left, steps) => replace(left, steps, () => HIDDEN), value);
}

function replace(value: Fields, [step, ...rest]: readonly string[], by: () => string | undefined): Fields {
  if (step === undefined || value[step] === undefined) return value;
  const { [step]: part, ...others } = value;
  const other = rest.length === 0 ? by() : isFields(part) ? replace(part, rest, by) : part;
  return other === undefined ? others : { ...value, [step]: other };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The texts of its secrets: to be hidden wherever else they stand. */
export function* secretsOf(kind: Kind, value: Fields): Generator<string, void> {
  for (const steps of secretSteps(kind)) {
    const at = steps.reduce<unknown>((part, step) => (isFields(part) ? part[step] : undefined), value);
    yield* textsIn(at);
  }
}

function* textsIn(value: unknown): Generator<string, void> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* textsIn(each);
}
