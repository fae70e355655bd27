import type { Clock } from '../../shared/clock.ts';
import type { HotlineName } from './hotline-versions.ts';

/** Somebody who has the flow of a hotline open. */
export interface FlowEditor {
  readonly by: string;
  /** Ms since 1970: when he opened it. */
  readonly since: number;
  /** He has changes that are not saved. */
  readonly isEditing: boolean;
}

interface Page extends FlowEditor {
  /** Told last. */
  readonly at: number;
}

/** A page that tells nothing for so long is gone: pages in the background tell once a minute. */
export const GONE_AFTER_MS = 90_000;
/** Of one flow. */
const MOST_PAGES = 100;

/** Who has which flow open (谁在编辑), as pages tell it from time to time. Of this process, and nothing that must outlive it. */
export class FlowEditors {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #flows = new Map<string, Map<string, Page>>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** A page tells that it is there. All people then, each once, who came first in front; of who asks his other pages alone. */
  seen(
    name: HotlineName,
    { page, by, isEditing }: { readonly page: string; readonly by: string; readonly isEditing: boolean },
  ): readonly FlowEditor[] {
    const at = this.#clock.now();
    const pages = this.#pagesOf(name, at);
    const key = `${by} ${page}`;
    const since = pages.get(key)?.since ?? at;
    // The newest is the last one: what is too many goes from the front.
    pages.delete(key);
    pages.set(key, { by, since, isEditing, at });
    for (const oldest of [...pages.keys()].slice(0, -MOST_PAGES)) pages.delete(oldest);
    const people = new Map<string, FlowEditor>();
    for (const [each, one] of pages) {
      if (each === key) continue;
      const known = people.get(one.by);
      people.set(one.by, {
        by: one.by,
        since: Math.min(known?.since ?? one.since, one.since),
        isEditing: one.isEditing || (known?.isEditing ?? false),
      });
    }
    return [...people.values()].sort((one, other) => one.since - other.since);
  }

  /** The page was closed. Idempotent; only who opened it closes it. */
  left(name: HotlineName, page: string, by: string): void {
    const pages = this.#pagesOf(name, this.#clock.now());
    pages.delete(`${by} ${page}`);
    if (pages.size === 0) this.#flows.delete(keyOf(name));
  }

  /** Those that are there still. */
  #pagesOf(name: HotlineName, now: number): Map<string, Page> {
    const key = keyOf(name);
    const pages = this.#flows.get(key) ?? new Map<string, Page>();
    for (const [each, { at }] of pages) if (now - at > GONE_AFTER_MS) pages.delete(each);
    this.#flows.set(key, pages);
    return pages;
  }
}

const keyOf = ({ tenant, hotline }: HotlineName) => `${tenant} ${hotline}`;
