import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTypes } from '../../../scripts/client-types.ts';
import { PUBLIC_ROUTES } from '../../../src/http/access.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { httpOn } from '../../support/http.ts';

interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly operationId: string;
  readonly security: readonly object[];
  readonly 'x-right'?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}

let app: ReturnType<typeof buildHttp>;
let operations: (readonly [route: string, operation: Operation])[];

beforeAll(async () => {
  app = httpOn(new MemoryStore());
  await app.ready();
  const document = (await app.inject('/api/v1/openapi.json')).json();
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
});
afterAll(() => app.close());

/** A line for each path. */
function textOf({ paths, ...document }: Readonly<Record<string, object>>): string {
  const lines = Object.entries(paths ?? {}).map(
    ([path, methods]) => `${JSON.stringify(path)}: ${JSON.stringify(methods)}`,
  );
  return `${JSON.stringify(document).slice(0, -1)},"paths":{\n${lines.join(',\n')}\n}}\n`;
}

/** Routes of which it does not hold. */
const wrong = (holds: (operation: Operation, route: string) => boolean) =>
  operations.filter(([route, operation]) => !holds(operation, route)).map(([route]) => route);
const examplesOf = ({ example, examples }: Media): readonly unknown[] =>
  example === undefined ? Object.values(examples ?? {}).map(({ value }) => value) : [example];
const jsonOf = (content: Readonly<Record<string, Media>> = {}) => content['application/json'];

describe('the OpenAPI document', () => {
  it('is served as OpenAPI 3.1, with a page that may run what it brings itself', async () => {
    const document = (await app.inject('/api/v1/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(15);
    const page = await app.inject('/api/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['content-security-policy']).not.toContain('https:');
  });

  it('is committed as it is served: `npm run openapi` when the change is meant', async () => {
    const document = (await app.inject('/api/v1/openapi.json')).json();
    await expect(textOf(document)).toMatchFileSnapshot('../../api/openapi.json');
  });

  it('gives `pbx400/client` its types: `npm run openapi`, too', async () => {
    const document = (await app.inject('/api/v1/openapi.json')).json();
    await expect(clientTypes(document)).toMatchFileSnapshot('../../../src/client/operations.ts');
  });

  it('says of every route what it is for, in a group, by a name of its own', () => {
    expect(wrong(({ summary, tags }) => Boolean(summary) && tags?.length === 1)).toEqual([]);
    const names = operations.map(([, { operationId }]) => operationId);
    expect(names).toEqual([...new Set(names)]);
  });

  it('says of every route who may', () => {
    expect(
      wrong(
        ({ security }, route) =>
          (security.length === 0) === PUBLIC_ROUTES.has(route.replaceAll(/\{(\w+)\}/g, ':$1')),
      ),
    ).toEqual([]);
    // Events by the rights of their topics, kinds by those to each.
    const self = /\/(me|session|roles|events|stream|stream-tickets|kinds|views)\b/;
    expect(
      wrong(
        (operation, route) =>
          Boolean(operation['x-right']) || operation.security.length === 0 || self.test(route),
      ),
    ).toEqual([]);
  });

  it('says of every route how it can be refused', () => {
    expect(
      wrong(({ responses, security }) => {
        const refusals = Object.keys(responses).filter((status) => Number(status) >= 400);
        return refusals.length > 0 && (security.length === 0 || refusals.includes('401'));
      }),
    ).toEqual([]);
  });

  it('has an answer with an example of every route, and a body with one, which fit their schemas', () => {
    expect(
      wrong(({ responses, requestBody }) => {
        const answers = Object.entries(responses).filter(([status]) => Number(status) < 300);
        const media = answers.map(([, { content }]) => jsonOf(content)).filter((each) => each !== undefined);
        const bodies = requestBody ? [jsonOf(requestBody.content)].filter((each) => each !== undefined) : [];
        return (
          answers.length > 0 &&
          [...media, ...bodies]
            .filter(({ schema = {} }) => (schema as { type?: string }).type !== 'null')
            .every((each) => {
              const examples = examplesOf(each);
              return examples.length > 0 && examples.every((one) => Value.Check(each.schema ?? {}, one));
            })
        );
      }),
    ).toEqual([]);
  });
});
