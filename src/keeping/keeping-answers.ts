import type { ControlAnswers, ControlRequest } from '../provisioning/control/protocol.ts';
import type { AuditEntry, Store } from '../store/store.ts';

/** Adds an entry to the audit trail. */
export interface AuditRequest extends ControlRequest {
  readonly ask: 'audit';
  readonly entry: AuditEntry;
}

/** What commands that save, delete and erase ask of a running PBX, or of a store that nobody else has open. */
export function keepingAnswers({ audit }: Pick<Store, 'audit'>): ControlAnswers {
  return {
    audit: async ({ entry }: AuditRequest) => {
      await audit.append(entry);
      return {};
    },
  };
}
