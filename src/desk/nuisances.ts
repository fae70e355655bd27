import { DAY_MS } from '../calendar/zone.ts';
import type { EntityName } from '../provisioning/change.ts';
import { isOpen, type Nuisance } from '../provisioning/kind/nuisance.ts';
import type { AtDesk } from './at-desk.ts';
import type { Chief } from './chief.ts';
import { DeskError } from './desk-error.ts';

/** A proposal that nobody decides lapses after so many days. */
const PROPOSED_DAYS = 30;

type Report = Pick<Nuisance, 'number' | 'callId' | 'reason'>;

const nameOf = (tenant: string, number: string): EntityName => ({ kind: 'nuisance', tenant, name: number });

/** Proposes a caller for the blacklist (拉黑), for supervisors to decide; takes out what has lapsed. False: he is on it already. */
export async function propose(at: AtDesk, report: Report): Promise<boolean> {
  const { parts, tenant, id: by } = at;
  const known = parts.provisioning.snapshot.of('nuisance', tenant);
  const today = parts.dateOf(parts.clock.now());
  const now = known.find(({ number }) => number === report.number);
  if (now?.state === 'confirmed' && isOpen(now, today)) return false;
  const until = parts.dateOf(parts.clock.now() + PROPOSED_DAYS * DAY_MS);
  const value = { ...report, state: 'proposed', by, until };
  const lapsed = known.filter((each) => each.number !== report.number && !isOpen(each, today));
  await parts.changeCompanies({
    put: [{ ...nameOf(tenant, report.number), value }],
    removed: lapsed.map(({ number }) => nameOf(tenant, number)),
    by: `agent ${by}`,
  });
  return true;
}

/** Whom a supervisor decides about. Throws DeskError `not-found`, `forbidden`. */
export function reported(by: Chief, number: string): Nuisance {
  const { supervises } = by;
  if (!supervises?.all && !supervises?.queues.length)
    throw new DeskError('forbidden', `agent ${by.id} supervises nobody`);
  const found = by.parts.provisioning.snapshot.get('nuisance', by.tenant, number);
  if (!found) throw new DeskError('not-found', `nobody has reported ${number}`);
  return found;
}

/** He is turned away from now on; `until`: the last day, without: for good. */
export function confirm(by: Chief, found: Nuisance, until: string | undefined): Promise<unknown> {
  const { until: _, tenant, ...value } = found;
  const confirmed = { ...value, state: 'confirmed', ...(until !== undefined && { until }) };
  const put = [{ ...nameOf(tenant, found.number), value: confirmed }];
  return by.parts.changeCompanies({ put, removed: [], by: by.name });
}

/** He is not, nor any more. */
export function dismiss(by: Chief, { tenant, number }: Nuisance): Promise<unknown> {
  return by.parts.changeCompanies({ put: [], removed: [nameOf(tenant, number)], by: by.name });
}
