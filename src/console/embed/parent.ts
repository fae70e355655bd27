/**
 * What the phone bar and the page around it say to each other, by postMessage. Only the page that frames it is heard, and only of an origin
 * that the PBX lets frame it; what callers' numbers go to is that origin.
 */
import type { CallInHand } from '../api/types.ts';

/** What the page says. */
export type FromParent =
  | { readonly type: 'pbx400.open'; readonly ticket: string }
  | {
      readonly type: 'pbx400.command';
      /** Comes back with the result. */
      readonly id: string;
      readonly command: string;
      readonly to?: string | undefined;
    };

/** What a page is told of a call in hand. */
export type CallTold = Pick<
  CallInHand,
  'callId' | 'direction' | 'number' | 'area' | 'queue' | 'hotline' | 'keys'
>;

/** What the page is told. */
export type ToParent =
  /** It listens: a ticket may be sent. */
  | { readonly type: 'pbx400.ready' }
  | { readonly type: 'pbx400.opened' }
  | { readonly type: 'pbx400.refused' }
  | {
      readonly type: 'pbx400.state';
      readonly agent: string;
      readonly state: string;
      readonly reason: string | null;
    }
  | {
      readonly type: 'pbx400.call';
      readonly event: 'call.ringing' | 'call.talking' | 'call.ended';
      readonly call: CallTold;
    }
  /** Px: of the bar alone, and with the menu or dialog that is open. */
  | { readonly type: 'pbx400.size'; readonly bar: number; readonly height: number }
  | { readonly type: 'pbx400.result'; readonly id: string; readonly ok: boolean; readonly detail?: string };

export class ParentPage {
  readonly #origins: ReadonlySet<string>;
  readonly #listeners = new Set<(message: FromParent) => void>();
  /** Of the page, known from its first word. */
  #origin: string | undefined;

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
    addEventListener('message', ({ source, origin, data }: MessageEvent) => {
      if (source !== parent || parent === self || !this.#origins.has(origin)) return;
      const message = messageIn(data);
      if (!message) return;
      this.#origin = origin;
      for (const each of this.#listeners) each(message);
    });
  }

  get isFramed(): boolean {
    return parent !== self;
  }

  on(listener: (message: FromParent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** That it listens is no secret, and said to whoever frames it. */
  ready(): void {
    if (this.isFramed) parent.postMessage({ type: 'pbx400.ready' } satisfies ToParent, '*');
  }

  tell(message: ToParent): void {
    if (this.#origin !== undefined) parent.postMessage(message, this.#origin);
  }
}

function messageIn(data: unknown): FromParent | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { type, ticket, id, command, to } = data as Record<string, unknown>;
  if (type === 'pbx400.open' && typeof ticket === 'string') return { type, ticket };
  if (type !== 'pbx400.command' || typeof id !== 'string' || typeof command !== 'string') return undefined;
  return { type, id, command, to: typeof to === 'string' ? to : undefined };
}
