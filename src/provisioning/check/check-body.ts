import Type from 'typebox';
import { Check, Default, Errors } from 'typebox/value';
import { deepFreeze } from '../../shared/deep-freeze.ts';
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
    return Errors(schema, value).map(({ instancePath, message }) => {
      const path = instancePath.split('/').slice(1);
      return { kind, tenant, name, path, reason: message, fix: undefined };
    });
  }
  const entity = { kind, tenant, name, value } as unknown as Named;
  const mistakes = checkValue(entity);
  return mistakes.length > 0 ? mistakes : entity;
}
