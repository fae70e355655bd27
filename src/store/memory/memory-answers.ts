import type { FormerRequest, KeptAnswer, KeptAnswers, KeyedRequest } from '../../auth/kept-answers.ts';

/** Answers to requests with a key, in memory. */
export class MemoryAnswers implements KeptAnswers {
  readonly #all = new Map<string, FormerRequest>();

  async begin(request: KeyedRequest, at: number, since: number): Promise<FormerRequest | undefined> {
    for (const [id, former] of this.#all) if (former.at < since) this.#all.delete(id);
    const former = this.#all.get(idOf(request));
    if (!former) this.#all.set(idOf(request), { fingerprint: request.fingerprint, at, answer: undefined });
    return former;
  }

  async end(request: KeyedRequest, answer: KeptAnswer): Promise<void> {
    const former = this.#all.get(idOf(request));
    if (former) this.#all.set(idOf(request), { ...former, answer });
  }

  async forget(request: KeyedRequest): Promise<void> {
    this.#all.delete(idOf(request));
  }
}

const idOf = ({ tenantId, principal, key }: KeyedRequest) => JSON.stringify([tenantId, principal, key]);
