import { type Answer, type Args, Asker, type AskerOptions, type OperationName } from './asker.ts';
import { type BodyOf, type Collections, collection, memberOf } from './collection.ts';
import { EventStream, type StreamOptions, type WebSocketClass } from './event-stream.ts';
import { LISTS } from './operations.ts';

export interface PbxOptions extends Partial<AskerOptions> {
  /** Where a page gets its tickets for the stream that holds no key: of its own server, which asks `POST /stream-tickets`. */
  readonly ticket?: (signal: AbortSignal) => Promise<string>;
  /** Default: that of the platform; Node 20 has none and polls instead. */
  readonly WebSocket?: WebSocketClass;
}

/** The API of a PBX. */
export interface PbxClient extends Collections {
  /** Any operation: `pbx.request('POST /calls/{id}/hold', { path: { id } })`. Throws PbxError. */
  request<Name extends OperationName>(name: Name, ...args: Args<Name>): Promise<Answer<Name>>;
  /** In a page of the same origin: the session is a cookie, and goes with all that is asked from then on. */
  signIn(who: BodyOf<'POST /session'>): Promise<Answer<'POST /session'>>;
  signOut(): Promise<void>;
  /** Events as they happen: each once, in order, over lost connections. It begins when it is iterated. */
  stream(options?: StreamOptions): EventStream;
}

interface Page {
  readonly location?: { readonly origin: string };
}

/** Talks to a PBX with an API key, or as who is signed in in a page of its own. Nothing is asked yet. */
export function pbxClient({ ticket, WebSocket, ...options }: PbxOptions): PbxClient {
  const asker = new Asker({ ...options, url: options.url ?? '' });
  const request = <Name extends OperationName>(name: Name, ...[asked]: Args<Name>) =>
    asker.request(name, asked);
  const lists = Object.fromEntries(LISTS.map((name) => [memberOf(name), collection(asker, name)]));
  const ticketOf = async (signal: AbortSignal, tenant: string | undefined) => {
    const asked = { signal, ...(tenant !== undefined && { tenant }) };
    return (await asker.request('POST /stream-tickets', asked)).ticket;
  };
  return {
    ...(lists as unknown as Collections),
    request,
    signIn: (body) => asker.request('POST /session', { body }),
    signOut: async () => {
      await asker.request('DELETE /session');
    },
    stream: (wanted = {}) =>
      new EventStream(
        {
          asker,
          url: options.url ?? (globalThis as Page).location?.origin ?? '',
          ticket: ticket ?? ((signal) => ticketOf(signal, wanted.tenant)),
          WebSocket: WebSocket ?? (globalThis.WebSocket as WebSocketClass | undefined),
        },
        { ...(options.tenant !== undefined && { tenant: options.tenant }), ...wanted },
      ),
  };
}
