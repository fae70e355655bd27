/** Calls as they run, and what is done at desks, for the API. */
import { checkDisposition } from './acd/agent-checks.ts';
import type { AgentNow } from './acd/agent-now.ts';
import type { Call } from './call/call.ts';
import { CallNotes, type CallNotesParts } from './cdr/call-notes.ts';
import type { Cdr } from './cdr/cdr.ts';
import { isWanted } from './cdr/cdr-filter.ts';
import { within } from './cdr/cdr-query.ts';
import { maskedCdr } from './cdr/masked-cdr.ts';
import { MissedCalls } from './cdr/missed-calls.ts';
import { publicRunningCall } from './cdr/public-call.ts';
import { newestFirst } from './cdr/running-calls.ts';
import type { ActingDesk } from './http/routes/acts.ts';
import type { CallBoard } from './http/routes/calls.ts';
import type { Pbx } from './pbx.ts';
import type { Provisioning } from './provisioning/provisioning.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';
import type { Scope } from './shared/scope.ts';
import type { AuditEntry, AuditStore, Store } from './store/store.ts';

export interface CallBoardParts {
  readonly pbx: Pick<Pbx, 'running' | 'calls' | 'acd' | 'originate'>;
  readonly clock: Clock;
  /** Throws while no new calls are taken. */
  readonly mayBegin: () => void;
  /** Is told who ended a call. */
  readonly audit: Pick<AuditStore, 'append'>;
  readonly logger: Logger;
}

export function callBoard({ pbx, clock, mayBegin, audit, logger }: CallBoardParts): CallBoard {
  const recordOf = (scope: Scope, callId: string): Cdr | undefined => {
    const record = pbx.running.record(callId, clock.now());
    return record && isWanted(record, within({}, scope)) ? record : undefined;
  };
  const rowOf = (scope: Scope, record: Cdr, agents: readonly AgentNow[]) =>
    publicRunningCall(
      scope.seesNumbers ? record : maskedCdr(record),
      agents
        .filter(({ callId }) => callId === record.callId)
        .map(({ agent, state }) => ({ agent, state: state as string })),
    );
  return {
    originate: (request) => {
      mayBegin();
      return pbx.originate(request);
    },
    running: (scope, limit, after) => {
      const agents = pbx.acd.agents();
      const rows: ReturnType<CallBoard['running']>[number][] = [];
      for (const call of pbx.running.list(scope.tenantId)) {
        if (rows.length === limit) break;
        if (after && newestFirst(call, after) <= 0) continue;
        const record = recordOf(scope, call.callId);
        if (record) rows.push(rowOf(scope, record, agents));
      }
      return rows;
    },
    runningCall: (scope, id) => {
      const record = recordOf(scope, id);
      return record && rowOf(scope, record, pbx.acd.agents());
    },
    hangUp: (scope, id, by) => {
      const call = pbx.calls.get(id);
      if (!call || !recordOf(scope, id)) return false;
      call.note('step', { step: 'hang up', why: `${by} ends the call` });
      call.end('normal');
      const what = { tenantId: call.arrival.tenantId, at: clock.now(), action: 'supervise', by } as const;
      audit
        .append({ ...what, details: { act: 'hang-up', callId: id } })
        .catch((err: unknown) => logger.error({ err, callId: id, by }, 'who ended a call could not be kept'));
      return true;
    },
  };
}

export function actingDesk({ desk, acd }: Pick<Pbx, 'desk' | 'acd'>): ActingDesk {
  return {
    act: (...acted) => desk.act(...acted),
    supervise: (...acted) => desk.supervise(...acted),
    supervising: (tenant, agent) => desk.supervising(tenant, agent),
    talkersIn: (tenant, callId) => desk.talkersIn(tenant, callId),
    stateOf: (tenant, agent) => acd.stateOf(tenant, agent),
  };
}

/** Missed calls, and what is done about them. */
export function missedCalls(
  store: Pick<Store, 'missedCalls' | 'audit'>,
  provisioning: Pick<Provisioning, 'snapshot'>,
  { clock }: { readonly clock: Clock },
): MissedCalls {
  return new MissedCalls({
    store: store.missedCalls,
    hasAgent: (tenant, agent) => provisioning.snapshot.get('agent', tenant, agent) !== undefined,
    tell: teller(store, 'missed-call'),
    clock,
  });
}

export interface CallsUnderWay {
  readonly running: Pick<Pbx['running'], 'record' | 'kept' | 'durable'>;
  readonly calls: { get(id: string): Pick<Call, 'note'> | undefined };
}

/** What is said of calls. */
export function callNotes(
  store: Pick<Store, 'cdrs' | 'callNotes' | 'audit'>,
  provisioning: Pick<Provisioning, 'snapshot'>,
  { clock, ids }: { readonly clock: Clock; readonly ids: IdSource },
  { running, calls }: CallsUnderWay,
): CallNotes {
  return new CallNotes({
    unstored: {
      record: (id) => running.record(id, clock.now()),
      note: async (id, fact) => {
        const call = calls.get(id);
        if (!call) return false;
        await running.durable(call.note('flagged', fact));
        return true;
      },
      kept: (id) => running.kept(id),
    },
    cdrs: store.cdrs,
    store: store.callNotes,
    checkDisposition: (tenant, queue, code) => checkDisposition({ provisioning }, tenant, queue, code),
    tell: teller(store, 'note-call'),
    clock,
    ids,
  });
}

/** To the audit trail. */
const teller =
  ({ audit }: Pick<Store, 'audit'>, action: AuditEntry['action']): CallNotesParts['tell'] =>
  (tenantId, at, { name, address }, details) =>
    audit.append({ tenantId, at, action, by: name, details: { ...details, address } });
