import type { TellAudit } from '../auth/audit-note.ts';
import { hashOf, newToken } from '../auth/tokens.ts';
import type { Wallboard } from '../provisioning/kind/wallboard.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { type BoardLevel, levelOf } from '../shared/board-metrics.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { Scope } from '../shared/scope.ts';
import type { Figures, FigureWish } from './figures.ts';
import type { WallboardLink, WallboardLinkStore } from './link-store.ts';

/** Who asks, for the audit trail. */
export interface Asker {
  readonly by: string;
  readonly address?: string | undefined;
}

type Tile = Wallboard['tiles'][number];

/** A tile with its figure. */
export interface ShownTile extends Tile {
  /** In the metric's unit; null: not known. */
  readonly value: number | null;
  readonly level: BoardLevel;
  /** What its queues are called. */
  readonly scope: readonly string[];
}

/** A wallboard as a screen shows it. */
export interface ShownWallboard {
  readonly title: string;
  /** Ms since 1970. */
  readonly at: number;
  /** IANA name: in whose days today is counted. */
  readonly zone: string;
  readonly tiles: readonly ShownTile[];
}

export interface WallboardsParts {
  readonly provisioning: Provisioned;
  readonly links: WallboardLinkStore;
  readonly figures: Pick<Figures, 'of'>;
  readonly tell: TellAudit;
  readonly timeZone: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** Links that are revoked are listed for so long. */
const KEPT_MS = 90 * 24 * 3_600_000;
/** Screens of one wallboard. */
const MOST_LINKS = 50;

/** Wallboards (大屏) as screens see them, and the links that lead to them. */
export class Wallboards {
  readonly #parts: WallboardsParts;

  constructor(parts: WallboardsParts) {
    this.#parts = parts;
  }

  /** Figures of tiles, whatever board they are to be on. Throws PbxError `not-found` for a queue that is not the company's. */
  async figures(
    tenant: string,
    wishes: readonly FigureWish[],
  ): Promise<{ readonly at: number; readonly values: readonly (number | null)[] }> {
    const { provisioning, figures, clock } = this.#parts;
    for (const queue of wishes.flatMap(({ queues }) => queues))
      if (!provisioning.snapshot.get('queue', tenant, queue))
        throw new PbxError('not-found', `there is no queue ${queue}`);
    return { at: clock.now(), values: await figures.of(tenant, wishes) };
  }

  /** What a link leads to. Throws PbxError `not-found` for one that is revoked as for one that never was. */
  async shown(token: string): Promise<ShownWallboard> {
    const { provisioning, links, figures, clock } = this.#parts;
    const link = await links.withToken(hashOf(token));
    const board =
      link && link.revokedAt === undefined
        ? provisioning.snapshot.get('wallboard', link.tenantId, link.wallboard)
        : undefined;
    if (!link || !board) throw new PbxError('not-found', 'there is no such link, or it was revoked');
    const { tenantId } = link;
    const values = await figures.of(tenantId, board.tiles);
    const titleOf = (queue: string) => provisioning.snapshot.get('queue', tenantId, queue)?.title ?? queue;
    const tiles = board.tiles.map((tile, at) => {
      const value = values[at] ?? null;
      return { ...tile, value, level: levelOf(tile.metric, value, tile), scope: tile.queues.map(titleOf) };
    });
    return { title: board.title, at: clock.now(), zone: this.#parts.timeZone, tiles };
  }

  /** Links to a wallboard, the newest first. Throws PbxError `not-found`. */
  async linksOf(tenant: string, wallboard: string): Promise<readonly WallboardLink[]> {
    this.#require(tenant, wallboard);
    return await this.#parts.links.of(Scope.of(tenant), wallboard);
  }

  /** Makes a link; the token is told this once. Throws PbxError `not-found`, `too-many-links`. */
  async link(
    tenant: string,
    wallboard: string,
    title: string,
    who: Asker,
  ): Promise<{ readonly link: WallboardLink; readonly token: string }> {
    const { links, clock, ids } = this.#parts;
    this.#require(tenant, wallboard);
    const now = clock.now();
    await links.drop(tenant, now - KEPT_MS);
    const known = await links.of(Scope.of(tenant), wallboard);
    if (known.filter(({ revokedAt }) => revokedAt === undefined).length >= MOST_LINKS)
      throw new PbxError('too-many-links', `${wallboard} has ${MOST_LINKS} links; revoke one`);
    const token = newToken(ids);
    const link: WallboardLink = {
      id: ids.token(),
      tenantId: tenant,
      wallboard,
      title,
      tokenHash: hashOf(token),
      createdAt: now,
      createdBy: who.by,
      revokedAt: undefined,
    };
    await links.add(link);
    await this.#tell('share', link, who);
    return { link, token };
  }

  /** Ends a link: its screens are told at their next look. Throws PbxError `not-found`. */
  async revoke(tenant: string, wallboard: string, id: string, who: Asker): Promise<void> {
    const { links, clock } = this.#parts;
    const isIts = (await links.of(Scope.of(tenant), wallboard)).some((link) => link.id === id);
    const ended = isIts && (await links.revoke(Scope.of(tenant), id, clock.now()));
    if (!ended) throw new PbxError('not-found', `${wallboard} has no link ${id} that is not revoked`);
    await this.#tell('unshare', ended, who);
  }

  #require(tenant: string, wallboard: string): void {
    if (!this.#parts.provisioning.snapshot.get('wallboard', tenant, wallboard))
      throw new PbxError('not-found', `there is no wallboard ${wallboard}`);
  }

  async #tell(
    action: 'share' | 'unshare',
    { tenantId, wallboard, id, title }: WallboardLink,
    { by, address }: Asker,
  ): Promise<void> {
    const details = { wallboard, link: id, title, ...(address !== undefined && { address }) };
    await this.#parts.tell({ tenantId, at: this.#parts.clock.now(), action, by, details });
  }
}
