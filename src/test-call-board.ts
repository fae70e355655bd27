/** Calls by which hotlines are tried, for the API. */
import type { Dialplans } from './dialplan/dialplans.ts';
import type { TestCallBoard, TestCallRequest } from './http/routes/test-calls.ts';
import type { Pbx } from './pbx.ts';
import type { HotlineVersions } from './provisioning/version/hotline-versions.ts';
import type { RoutedHotline } from './routing/hotlines.ts';
import type { Clock } from './shared/clock.ts';
import { PbxError } from './shared/errors.ts';
import type { AuditEntry } from './store/store.ts';

export interface TestCallBoardParts {
  readonly pbx: Pick<Pbx, 'testCall' | 'acd'>;
  readonly hotlines: Pick<Dialplans, 'route' | 'trial' | 'mistakesAt'>;
  readonly versions: Pick<HotlineVersions, 'proved'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Throws while no new calls are taken. */
  readonly mayBegin: () => void;
  /** To the audit trail. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
}

export function testCallBoard({
  pbx,
  hotlines,
  versions,
  clock,
  mayBegin,
  tell,
}: TestCallBoardParts): TestCallBoard {
  const hotlineOf = async ({ tenant, hotline, version }: TestCallRequest): Promise<RoutedHotline> => {
    const running = hotlines.route(hotline);
    const isOwn = running?.tenant === tenant;
    if (version !== undefined) {
      const name = { tenant, hotline: isOwn ? running.number : hotline };
      const proved = await versions.proved(name, version === 'draft' ? undefined : version);
      return hotlines.trial(proved.entity.value, proved.version);
    }
    if (isOwn) return running;
    throw new PbxError('not-found', `no hotline takes calls at ${hotline}`);
  };
  const extensionOf = ({ tenant, extension, agent }: TestCallRequest): string => {
    if (extension !== undefined) return extension;
    const seat = agent === undefined ? undefined : pbx.acd.seatOf(tenant, agent);
    if (seat?.kind === 'extension') return seat.number;
    throw new PbxError('not-found', `${agent} sits at no extension: name one`);
  };
  return {
    begin: async (request) => {
      mayBegin();
      const { tenant, hotline: called, version, by, address } = request;
      const extension = extensionOf(request);
      const hotline = await hotlineOf(request);
      const { caller = extension } = request;
      const { id } = pbx.testCall({ tenant, extension, caller, called, by }, hotline);
      const details = { hotline: called, version, extension, callId: id, address };
      await tell({ tenantId: tenant, at: clock.now(), action: 'test-call', by, details });
      return { id, extension };
    },
  };
}
