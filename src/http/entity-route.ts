import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Check, Convert, Default, Errors } from 'typebox/value';
import { type RouteFacts, type RouteSchemas, route } from './route.ts';

/**
 * Hundreds of routes, each with schemas of its kind: they are compiled for nobody. What is sent is checked by the kind, what is answered has
 * no secret any more.
 */
export function entityRoute(facts: RouteFacts, schemas: RouteSchemas) {
  return { ...route(facts, schemas), validatorCompiler, serializerCompiler };
}

const serializerCompiler = () => (answer: unknown) => JSON.stringify(answer);

const validatorCompiler = ({
  schema,
  httpPart,
}: {
  readonly schema: unknown;
  readonly httpPart?: string;
}) => {
  if (httpPart === 'body') return () => true;
  const asked = schema as TSchema;
  return (given: unknown) => {
    const value = Default(asked, Convert(asked, structuredClone(given)));
    return Check(asked, value) ? { value } : { error: Errors(asked, value).map(asAjvSays) };
  };
};

type SchemaFault = TLocalizedValidationError;

/** Which parameter is too many. */
function asAjvSays({ keyword, instancePath, schemaPath, message, params }: SchemaFault) {
  const { additionalProperties: [additionalProperty] = [] } = params as { additionalProperties?: string[] };
  return { keyword, instancePath, schemaPath, message, params: { ...params, additionalProperty } };
}
