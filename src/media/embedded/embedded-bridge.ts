import type { MediaBridge } from '../media.ts';
import type { EmbeddedEndpoint } from './embedded-endpoint.ts';
import type { Handle } from './protocol.ts';
import type { TieLine } from './tie-line.ts';
import type { WorkerLink } from './worker-link.ts';

/** Two legs of one worker that forward to each other. */
interface Pair {
  readonly link: WorkerLink;
  readonly a: Handle;
  readonly b: Handle;
}

/** Two endpoints that hear each other: one pair of legs, or two with a tie line between their workers. */
export class EmbeddedBridge implements MediaBridge {
  readonly #ends: readonly EmbeddedEndpoint[];
  readonly #tie: TieLine | undefined;
  readonly #pairs: readonly Pair[];
  #closing: Promise<void> | undefined;

  /** @param tie from the worker of `a` to that of `b`, when they are two */
  constructor(a: EmbeddedEndpoint, b: EmbeddedEndpoint, tie: TieLine | undefined) {
    this.#ends = [a, b];
    this.#tie = tie;
    const [first, second] = [a.place, b.place];
    this.#pairs = tie
      ? [
          { link: first.link, a: first.handle, b: tie.near.handle },
          { link: second.link, a: second.handle, b: tie.far.handle },
        ]
      : [{ link: first.link, a: first.handle, b: second.handle }];
    for (const end of this.#ends) end.enter(this);
    for (const { link, ...pair } of this.#pairs) link.order({ do: 'bridge', ...pair });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const end of this.#ends) end.exit(this);
    for (const { link, ...pair } of this.#pairs) link.order({ do: 'unbridge', ...pair });
    await this.#tie?.close();
  }
}
