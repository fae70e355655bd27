import type { ClientConnection } from './client-connection.ts';

/** Applications that have come to us and said who they are. Chosen in turn, for each tag by itself. */
export class AppRing {
  readonly #clients: ClientConnection[] = [];
  /** Place of the one whose turn it is, by tag; `''` for requests of no tag. */
  readonly #turns = new Map<string, number>();

  add(client: ClientConnection): void {
    this.#clients.push(client);
  }

  remove(client: ClientConnection): void {
    const at = this.#clients.indexOf(client);
    if (at < 0) return;
    this.#clients.splice(at, 1);
    for (const tag of client.tags) {
      if (!this.#clients.some(({ tags }) => tags.includes(tag))) this.#turns.delete(tag);
    }
  }

  /** The next one that wants the method and, when a tag is given, has it. `turn` names whose turn it is. */
  pick(method: string, tag = '', turn = tag): ClientConnection | undefined {
    const wanted = method.toLowerCase();
    const count = this.#clients.length;
    const first = this.#turns.get(turn) ?? 0;
    for (let tries = 0; tries < count; tries++) {
      const at = (first + tries) % count;
      const client = this.#clients[at]!;
      if (!client.routes.has(wanted) || (tag !== '' && !client.tags.includes(tag))) continue;
      this.#turns.set(turn, at + 1);
      return client;
    }
    return undefined;
  }
}
