/** Requests to every route of a running PBX, made of the OpenAPI document that it serves. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface WallRequest {
  /** `GET /api/v1/queues/{id}` */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** `queue:read`; undefined: about the caller himself, or nobody's. */
  readonly permission: string | undefined;
  readonly isPublic: boolean;
}

interface Operation {
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: { readonly enum?: readonly string[] };
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly security?: readonly object[];
  readonly 'x-right'?: string;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** `nameOf`: what stands in a path in place of a parameter. */
export function wallRequests(
  { paths }: OpenApi,
  nameOf: (path: string, parameter: string) => string,
): readonly WallRequest[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { parameters = [], requestBody, security = [] } = operation;
      const query = parameters
        .filter((each) => each.in === 'query' && each.required)
        .map(({ name, schema }) => `${name}=${schema.enum?.[0] ?? 0}`);
      const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(nameOf(path, name)));
      return {
        route: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: query.length > 0 ? `${filled}?${query.join('&')}` : filled,
        body: requestBody?.content['application/json']?.example,
        permission: operation['x-right']?.split(',')[0],
        isPublic: security.length === 0,
      };
    }),
  );
}

export interface WallAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly code: string | undefined;
}

/** Asks from many addresses of the loopback, so that no limit of one is what refuses. */
export class WallAsker {
  readonly #http: string;
  #asked = 0;

  constructor(http: string) {
    this.#http = http;
  }

  ask(
    { method, path, body }: Pick<WallRequest, 'method' | 'path' | 'body'>,
    headers: Readonly<Record<string, string>> = {},
    address = this.#address(),
  ): Promise<WallAnswer> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    // Also of DELETE, to which Node gives no length by itself.
    const length = String(Buffer.byteLength(json ?? ''));
    const typed = { 'content-type': 'application/json', 'content-length': length };
    const all = { ...headers, ...(json !== undefined && typed) };
    return new Promise((resolve, reject) => {
      const where = { method, headers: all, agent: false, localAddress: address };
      const asked = request(`${this.#http}${path}`, where);
      asked.on('error', (cause) => reject(new Error(`${method} ${path}: ${cause.message}`, { cause })));
      asked.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: told } = response;
          const isProblem = /problem\+json/.test(told['content-type'] ?? '');
          resolve({ status, headers: told, text, code: isProblem ? JSON.parse(text).code : undefined });
        });
      });
      asked.end(json);
    });
  }

  /** Another one after a hundred requests. */
  #address(): string {
    return `127.0.77.${1 + Math.floor(this.#asked++ / 100)}`;
  }
}
