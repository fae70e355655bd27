import Type from 'typebox';
import { Check, Default, Errors } from 'typebox/value';
import { deepFreeze } from '../../shared/deep-freeze.ts';
import { didYouMean } from '../../shared/did-you-mean.ts';
import type { ProposedEntity } from '../change.ts';
import type { Kind } from '../kind.ts';
import { KINDS, kindOf } from '../kinds.ts';
import type { Named } from '../snapshot.ts';
import { checkValue } from './check-entities.ts';
import type { Mistake } from './mistake.ts';

const closedSchemas = new WeakMap<Kind, Type.TObject>();

/** An entity's whole schema; fields that it does not know are mistakes. */
function closedSchema(kind: Kind): Type.TObject {
  let schema = closedSchemas.get(kind);
  if (!schema) {
    const own = {
      tenant: Type.String({ minLength: 1 }),
      [kind.key]: Type.String({ pattern: kind.keyPattern }),
    };
    schema = Type.Object({ ...kind.schema.properties, ...own }, { additionalProperties: false });
    closedSchemas.set(kind, schema);
  }
  return schema;
}

function unknownField(field: string, { properties }: Type.TObject): Pick<Mistake, 'reason' | 'fix'> {
  const known = Object.keys(properties);
  const near = didYouMean(field, known) ?? known.find((each) => each.startsWith(field));
  const fix = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
  return { reason: `there is no field '${field}'`, fix };
}

/**
 * A value that came from outside, with the defaults of its schema, frozen; or what is wrong with it. Fields that are to
 * have the entity's own name must be there.
 */
export function checkBody(proposed: ProposedEntity): Named | readonly Mistake[] {
  const { kind, tenant, name } = proposed;
  const definition = kindOf(kind);
  const schema = closedSchema(definition);
  const own = { tenant, [KINDS[kind].key]: name };
  const value = deepFreeze(Default(schema, structuredClone({ ...proposed.value, ...own })));
  if (!Check(schema, value)) {
    return Errors(schema, value).flatMap((error) => {
      const path = error.instancePath.split('/').slice(1);
      // Said once of the whole, and once of each field.
      if (error.keyword === 'additionalProperties') return [];
      const unknown = error.keyword === 'boolean' ? path.at(-1) : undefined;
      const told =
        unknown === undefined ? { reason: error.message, fix: undefined } : unknownField(unknown, schema);
      return [{ kind, tenant, name, path, ...told }];
    });
  }
  const entity = { kind, tenant, name, value } as unknown as Named;
  const mistakes = checkValue(entity);
  return mistakes.length > 0 ? mistakes : entity;
}
