import validators from '@fastify/ajv-compiler';
import serializers from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Controller = NonNullable<FastifyServerOptions['schemaController']>;
type Factories = Required<NonNullable<Controller['compilersFactory']>>;

/** Whether data fit; `errors` of the last that did not. */
type Validate = ((data: unknown) => unknown) & { errors?: unknown };
type Serialize = (data: unknown) => string;
type Build<Made> = (schemas: unknown, options: unknown) => (route: unknown) => Made;

const buildValidators = validators() as unknown as Build<Validate>;
const buildSerializers = serializers() as unknown as Build<Serialize>;

const lazyValidators: Build<Validate> = (schemas, options) => {
  const compile = buildValidators(schemas, options);
  return (route) => {
    let made: Validate | undefined;
    const validate: Validate = (data) => {
      made ??= compile(route);
      const result = made(data);
      validate.errors = made.errors;
      return result;
    };
    return validate;
  };
};

const lazySerializers: Build<Serialize> = (schemas, options) => {
  const compile = buildSerializers(schemas, options);
  return (route) => {
    let made: Serialize | undefined;
    return (data) => {
      made ??= compile(route);
      return made(data);
    };
  };
};

/** Has a bit of all that schemas of routes have. */
const SAMPLE = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 9, pattern: '^a' },
    limit: { type: 'integer', minimum: 1, default: 3 },
    sort: { anyOf: [{ const: 'name' }, { type: 'null' }] },
    items: { type: 'array', items: { enum: ['one'] } },
  },
};

/**
 * Loads and runs the compilers: the first schema of a process takes them longest, which a call that comes with the first
 * request would wait for.
 */
export function warmCompilers(): void {
  const route = { schema: SAMPLE, method: 'GET', url: '/', httpPart: 'body', httpStatus: '200' };
  buildValidators({}, { customOptions: {} })(route)({ name: 'a' });
  buildSerializers({}, {})(route)({ name: 'a' });
}

/**
 * Fastify's own compilers of schemas, asked at a route's first request: those of hundreds of routes at once would hold up each start by most of
 * a second, and after a crash callers wait for it. `walls.test.ts` asks every route.
 */
export const lazySchemas: Controller = {
  compilersFactory: {
    buildValidator: lazyValidators as unknown as Factories['buildValidator'],
    buildSerializer: lazySerializers as unknown as Factories['buildSerializer'],
  },
};
