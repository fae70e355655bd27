import type { Scope } from '../../shared/scope.ts';
import type { WallboardLink, WallboardLinkStore } from '../../wallboard/link-store.ts';

export class MemoryWallboardLinks implements WallboardLinkStore {
  readonly #links = new Map<string, WallboardLink>();

  async add(link: WallboardLink): Promise<void> {
    this.#links.set(link.id, link);
  }

  async withToken(tokenHash: string): Promise<WallboardLink | undefined> {
    return [...this.#links.values()].find((link) => link.tokenHash === tokenHash);
  }

  async of(scope: Scope, wallboard: string): Promise<readonly WallboardLink[]> {
    return [...this.#links.values()]
      .filter((link) => scope.includes(link.tenantId) && link.wallboard === wallboard)
      .toReversed();
  }

  async revoke(scope: Scope, id: string, at: number): Promise<WallboardLink | undefined> {
    const link = this.#links.get(id);
    if (!link || !scope.includes(link.tenantId) || link.revokedAt !== undefined) return undefined;
    const revoked = { ...link, revokedAt: at };
    this.#links.set(id, revoked);
    return revoked;
  }

  async drop(tenantId: string, before: number): Promise<number> {
    const isOld = ({ tenantId: of, revokedAt = before }: WallboardLink) =>
      of === tenantId && revokedAt < before;
    const old = [...this.#links.values()].filter(isOld);
    for (const { id } of old) this.#links.delete(id);
    return old.length;
  }
}
