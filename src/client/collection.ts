import type { Answer, Args, Asked, Asker, OperationName, RequestOptions } from './asker.ts';
import type { LISTS, Operations } from './operations.ts';

/** Resources that are lists: `queues`, `calls`, `break-reasons` ... */
export type ListName = (typeof LISTS)[number];

/** One of a list, as the API shows it: `ItemOf<'queues'>`. */
export type ItemOf<Name extends ListName> = Answer<`GET /${Name}`>['items'][number];

/** What a list is filtered and sorted by. */
export type QueryOf<Name extends ListName> = Operations[`GET /${Name}`] extends {
  readonly query?: infer Query;
}
  ? Query
  : Readonly<Record<string, never>>;

/** What is made or changed: `BodyOf<'POST /queues'>`. */
export type BodyOf<Name extends OperationName> = Operations[Name] extends { readonly body?: infer Body }
  ? Body
  : never;

/** What stands below one of a list: `hold` of `POST /calls/{id}/hold`. */
export type BelowOf<Method extends string, Name extends ListName> = BelowIn<Method, Name, OperationName>;
type BelowIn<
  Method extends string,
  Name extends ListName,
  Every,
> = Every extends `${Method} /${Name}/{id}/${infer Below}`
  ? Below extends `${string}{${string}`
    ? never
    : Below
  : never;
type Below<Method extends string, Name extends ListName, Word extends string> = Extract<
  `${Method} /${Name}/{id}/${Word}`,
  OperationName
>;
/** All but the id, which stands before it. */
type MoreOf<Name extends OperationName> = Omit<Asked<Name>, 'path'>;
type More<Name extends OperationName> =
  object extends MoreOf<Name> ? [more?: MoreOf<Name>] : [more: MoreOf<Name>];

interface Listed<Name extends ListName> {
  /** A page; `next` is `after` of the next one. */
  list(query?: QueryOf<Name>, options?: RequestOptions): Promise<Answer<`GET /${Name}`>>;
  /** All, page by page as they are taken. */
  each(query?: QueryOf<Name>, options?: RequestOptions): AsyncGenerator<ItemOf<Name>, void, undefined>;
}

type Got<Op> = Op extends OperationName
  ? { get(id: string, options?: RequestOptions): Promise<Answer<Op>> }
  : unknown;
type Created<Op> = Op extends OperationName
  ? { create(body: BodyOf<Op>, options?: RequestOptions): Promise<Answer<Op>> }
  : unknown;
type Updated<Op> = Op extends OperationName
  ? {
      /** A merge patch: null takes a field away. Entities take the `revision` that was read. */
      update(id: string, patch: BodyOf<Op>, options?: RequestOptions): Promise<Answer<Op>>;
    }
  : unknown;
type Removed<Op> = Op extends OperationName
  ? { remove(id: string, options?: RequestOptions & MoreOf<Op>): Promise<void> }
  : unknown;
type Acting<Name extends ListName> = [BelowOf<'POST', Name>] extends [never]
  ? unknown
  : {
      /** `pbx.calls.act(id, 'transfer', { body: { to: { agent: '8002' } } })`. */
      act<Word extends BelowOf<'POST', Name>>(
        id: string,
        word: Word,
        ...more: More<Below<'POST', Name, Word>>
      ): Promise<Answer<Below<'POST', Name, Word>>>;
    };
type Read<Name extends ListName> = [BelowOf<'GET', Name>] extends [never]
  ? unknown
  : {
      /** `pbx.queues.read('sales', 'used-by')`. */
      read<Word extends BelowOf<'GET', Name>>(
        id: string,
        word: Word,
        ...more: More<Below<'GET', Name, Word>>
      ): Promise<Answer<Below<'GET', Name, Word>>>;
    };

/** A list of the API and those in it, with what its routes can do. */
export type Collection<Name extends ListName> = Listed<Name> &
  Got<`GET /${Name}/{id}`> &
  Created<`POST /${Name}`> &
  Updated<`PATCH /${Name}/{id}`> &
  Removed<`DELETE /${Name}/{id}`> &
  Acting<Name> &
  Read<Name>;

type Camel<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;
/** All lists, by name: `pbx.breakReasons`. */
export type Collections = { readonly [Name in ListName as Camel<Name>]: Collection<Name> };

/** The name of a list as a member: `breakReasons`. */
export const memberOf = (name: ListName): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The verbs of a list, whichever of them it has. */
export function collection<Name extends ListName>(asker: Asker, name: Name): Collection<Name> {
  const ask = (operation: string, asked: object) => asker.request(operation as OperationName, asked);
  const one = `/${name}/{id}`;
  const verbs = {
    list: (query: object = {}, options: RequestOptions = {}) => ask(`GET /${name}`, { ...options, query }),
    async *each(query: object = {}, options: RequestOptions = {}) {
      let after: string | null | undefined;
      do {
        const asked = after ? { ...query, after } : query;
        const page = (await verbs.list(asked, options)) as { items: readonly unknown[]; next: string | null };
        yield* page.items;
        after = page.next;
      } while (after);
    },
    get: (id: string, options: object = {}) => ask(`GET ${one}`, { ...options, path: { id } }),
    create: (body: unknown, options: object = {}) => ask(`POST /${name}`, { ...options, body }),
    update: (id: string, body: unknown, options: object = {}) =>
      ask(`PATCH ${one}`, { ...options, path: { id }, body }),
    remove: (id: string, options: object = {}) => ask(`DELETE ${one}`, { ...options, path: { id } }),
    act: (id: string, word: string, more: object = {}) =>
      ask(`POST ${one}/${word}`, { ...more, path: { id } }),
    read: (id: string, word: string, more: object = {}) =>
      ask(`GET ${one}/${word}`, { ...more, path: { id } }),
  };
  return verbs as unknown as Collection<Name>;
}

export type { Args };
