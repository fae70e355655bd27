import type { Database, Statement } from 'better-sqlite3';
import type { Cdr } from '../../cdr/cdr.ts';
import { agentsOf, type WrapUp, withWrapUps } from '../../cdr/wrap-ups.ts';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import { notedValues, searchText } from '../cdr-row.ts';
import { readRecord, storedRecord } from '../stored-record.ts';
import { IS_WRAPPED_UP, wrappedUp } from '../wrapped-up.ts';

/** Puts wrap-ups (整理) into the records of their calls, in the transaction of who calls. */
export class SqliteWrapUps {
  readonly #wrapUps: Statement;
  readonly #record: Statement;
  readonly #setRecord: Statement;
  readonly #setNoted: Statement;
  readonly #setTarget: Statement;

  constructor(db: Database) {
    this.#wrapUps = db.prepare(
      `select agent, from_at as "from", until_at as until, state, disposition, note from agent_time
        where tenant_id = ? and agent = ? and from_at >= ? and call_id = ? and ${IS_WRAPPED_UP}
        order by from_at`,
    );
    this.#record = db.prepare('select record from cdr where call_id = ? and tenant_id = ?').pluck();
    this.#setRecord = db.prepare('update cdr set record = ? where started_at = ? and call_id = ?');
    this.#setNoted = db.prepare(
      'update cdr set record = ?, disposition = ?, noted = ?, flagged = ?, search = ? where started_at = ? and call_id = ?',
    );
    this.#setTarget = db.prepare(
      'update call_target set wrap_up_ms = ? where started_at = ? and call_id = ? and no = ?',
    );
  }

  /** After the rows of a batch: of `added` a wrap-up may have ended before the call, of other calls one of `times` does now. */
  write(added: readonly Cdr[], times: readonly AgentTime[]): void {
    const done = new Set<string>();
    for (const cdr of added) {
      this.#complete(cdr);
      done.add(cdr.callId);
    }
    for (const { tenantId, callId } of wrappedUp(times)) {
      if (done.has(callId)) continue;
      done.add(callId);
      const record = this.#record.get(callId, tenantId) as string | undefined;
      // A call that goes on gets it with its record.
      if (record !== undefined) this.#complete(readRecord(record));
    }
  }

  #complete(cdr: Cdr): void {
    const { tenantId, startedAt, callId } = cdr;
    const wrapUps = agentsOf(cdr).flatMap(
      (agent) => this.#wrapUps.all(tenantId, agent, startedAt, callId) as WrapUp[],
    );
    const changed = withWrapUps(cdr, wrapUps);
    if (!changed) return;
    const record = storedRecord(changed);
    // An index is written anew for each: most wrap-ups say nothing that one has.
    if (isSaid(changed, cdr)) {
      this.#setNoted.run(record, ...notedValues(changed), searchText(changed), startedAt, callId);
    } else this.#setRecord.run(record, startedAt, callId);
    for (const [no, { wrapUpMs }] of changed.targets.entries()) {
      if (wrapUpMs !== cdr.targets[no]!.wrapUpMs) this.#setTarget.run(wrapUpMs, startedAt, callId, no);
    }
  }
}

const isSaid = ({ targets }: Cdr, before: Cdr): boolean =>
  targets.some(({ disposition, note }, no) => {
    const was = before.targets[no]!;
    return disposition !== (was.disposition ?? null) || note !== (was.note ?? null);
  });
