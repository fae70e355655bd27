/** Port WallboardLinkStore: links by which a screen shows a wallboard (大屏) without anybody signing in. Implemented by the store. */
import type { Scope } from '../shared/scope.ts';

/** A link. Times in ms since 1970. */
export interface WallboardLink {
  readonly id: string;
  readonly tenantId: string;
  /** Name of the wallboard. */
  readonly wallboard: string;
  /** Where the screen hangs, for people. */
  readonly title: string;
  /** Of the token in the link, which is nowhere else. */
  readonly tokenHash: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly revokedAt: number | undefined;
}

export interface WallboardLinkStore {
  /** Durable when it resolves. */
  add(link: WallboardLink): Promise<void>;
  /** A screen has no scope: the token is what it has. */
  withToken(tokenHash: string): Promise<WallboardLink | undefined>;
  /** Those of a wallboard, the newest first; revoked ones too. */
  of(scope: Scope, wallboard: string): Promise<readonly WallboardLink[]>;
  /** Ends one; undefined: there is none that is not ended. */
  revoke(scope: Scope, id: string, at: number): Promise<WallboardLink | undefined>;
  /** Forgets those of a company that were revoked before; how many. */
  drop(tenantId: string, before: number): Promise<number>;
}
