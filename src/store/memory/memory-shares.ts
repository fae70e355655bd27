import type { RecordingShare, ShareStore } from '../../recording/share-store.ts';
import type { Scope } from '../../shared/scope.ts';

export class MemoryShares implements ShareStore {
  readonly #shares = new Map<string, RecordingShare>();

  async add(share: RecordingShare): Promise<void> {
    this.#shares.set(share.id, share);
  }

  async withToken(tokenHash: string): Promise<RecordingShare | undefined> {
    return [...this.#shares.values()].find((share) => share.tokenHash === tokenHash);
  }

  async of(
    scope: Scope,
    { callId, no }: Pick<RecordingShare, 'callId' | 'no'>,
  ): Promise<readonly RecordingShare[]> {
    return [...this.#shares.values()]
      .filter((share) => scope.includes(share.tenantId) && share.callId === callId && share.no === no)
      .toReversed();
  }

  async revoke(scope: Scope, id: string, at: number): Promise<RecordingShare | undefined> {
    const share = this.#shares.get(id);
    if (!share || !scope.includes(share.tenantId)) return undefined;
    if (share.revokedAt !== undefined || share.endsAt <= at) return undefined;
    const revoked = { ...share, revokedAt: at };
    this.#shares.set(id, revoked);
    return revoked;
  }

  async drop(before: number): Promise<number> {
    const old = [...this.#shares.values()].filter(({ endsAt }) => endsAt < before);
    for (const { id } of old) this.#shares.delete(id);
    return old.length;
  }
}
