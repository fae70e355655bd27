import type { TellAudit } from '../auth/audit-note.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { cleaned } from './cleaned.ts';
import type { FaultFacts, FaultHead, FaultStore } from './fault-store.ts';

/** Who acts, for the audit trail. */
export interface FaultActor {
  readonly by: string;
  readonly address?: string | undefined;
}

export interface NewFault {
  readonly agent: string | undefined;
  readonly callId: string | undefined;
  readonly text: string;
  /** As the page tells them; they are cleaned before they are kept. */
  readonly facts: FaultFacts;
}

export interface FaultReport extends FaultHead {
  readonly facts: FaultFacts;
}

export interface FaultReportsParts {
  readonly store: FaultStore;
  readonly tell: TellAudit;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
  /** Kept of a company: for a new one the oldest goes. Default: 200. */
  readonly most?: number;
}

/** Then they go, closed or not. */
const KEPT_MS = 90 * 24 * 3_600_000;
const MOST = 200;
/** Of one who reports, in an hour. */
const MOST_AN_HOUR = 10;
const HOUR_MS = 3_600_000;
/** Of one report, as JSON. */
const MOST_CHARACTERS = 400_000;

/** Faults (故障) as agents report them, with what their page measured, for who mends them. */
export class FaultReports {
  readonly #parts: FaultReportsParts;

  constructor(parts: FaultReportsParts) {
    this.#parts = parts;
  }

  /** Throws PbxError `too-many-requests`, `too-large`. */
  async report(
    tenantId: string,
    who: FaultActor,
    { agent, callId, text, facts }: NewFault,
  ): Promise<FaultHead> {
    const { store, clock, ids, most = MOST } = this.#parts;
    const at = clock.now();
    const kept = await this.#current(tenantId);
    const lately = kept.filter((each) => each.by === who.by && each.at > at - HOUR_MS);
    if (lately.length >= MOST_AN_HOUR)
      throw new PbxError('too-many-requests', `${who.by} has reported ${MOST_AN_HOUR} faults in an hour`);
    const clean = cleaned(facts) as FaultFacts;
    if (JSON.stringify(clean).length > MOST_CHARACTERS)
      throw new PbxError('too-large', `a report holds ${MOST_CHARACTERS} characters at most`);
    const head = {
      ...{ id: ids.token(), tenantId, at, by: who.by, agent, callId },
      ...{ text: cleaned(text) as string, closed: undefined },
    };
    await store.add(head, clean);
    for (const { id } of kept.slice(most - 1)) await store.remove(tenantId, id);
    await this.#tell(head, who, 'report');
    return head;
  }

  /** Of a company, the newest first. */
  async list(tenantId: string, isClosed: boolean | undefined): Promise<readonly FaultHead[]> {
    const kept = await this.#current(tenantId);
    return isClosed === undefined ? kept : kept.filter(({ closed }) => (closed !== undefined) === isClosed);
  }

  /** Throws PbxError `not-found`. */
  async read(tenantId: string, id: string, who: FaultActor): Promise<FaultReport> {
    const head = await this.#head(tenantId, id);
    const facts = (await this.#parts.store.facts(tenantId, id)) ?? {};
    await this.#tell(head, who, 'read');
    return { ...head, facts };
  }

  /** It is mended, or none. Throws PbxError `not-found`, `wrong-state` where it is closed already. */
  async close(tenantId: string, id: string, who: FaultActor, note: string): Promise<FaultHead> {
    const head = await this.#head(tenantId, id);
    if (head.closed) throw new PbxError('wrong-state', `fault report ${id} is closed`);
    const closed = { at: this.#parts.clock.now(), by: who.by, note: cleaned(note) as string };
    const changed = { ...head, closed };
    await this.#parts.store.change(changed);
    await this.#tell(changed, who, 'close');
    return changed;
  }

  async #head(tenantId: string, id: string): Promise<FaultHead> {
    const head = (await this.#current(tenantId)).find((each) => each.id === id);
    if (!head) throw new PbxError('not-found', `there is no fault report ${id}`);
    return head;
  }

  /** The newest first; those whose time is over go. */
  async #current(tenantId: string): Promise<readonly FaultHead[]> {
    const { store, clock } = this.#parts;
    const oldest = clock.now() - KEPT_MS;
    const all = await store.heads(tenantId);
    for (const { id, at } of all) if (at < oldest) await store.remove(tenantId, id);
    return all.filter(({ at }) => at >= oldest).toSorted((one, other) => other.at - one.at);
  }

  async #tell({ tenantId, id, callId }: FaultHead, { by, address }: FaultActor, did: string): Promise<void> {
    const at = this.#parts.clock.now();
    await this.#parts.tell({
      tenantId,
      at,
      action: 'fault',
      by,
      details: { did, fault: id, callId, address },
    });
  }
}
