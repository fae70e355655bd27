import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { AGENTS, type Items } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { AgentRow, AuditEntryRow } from '../../api/types.ts';
import { remember, remembered } from '../../kit/remembered.ts';
import { type Check, checksOf } from './checks.ts';
import { SETUP, useSetup } from './setup-data.ts';

/** The checklist of the company that is looked at; undefined: not read yet, or nobody's to see. */
export function useChecks(): readonly Check[] | undefined {
  const { company, may, me } = useSession();
  const mayLook = company !== undefined && may('hotline:create');
  const setup = useSetup(mayLook);
  const agents = useQuery({
    queryKey: AGENTS,
    enabled: mayLook && may('agent:read'),
    queryFn: ({ signal }) => ask<Items<AgentRow>>('/live/agents', { signal }),
  });
  const runsAll = may('tenant:create');
  const seen = useQuery({
    queryKey: [...SETUP, company, 'checks'],
    enabled: mayLook,
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const items = async <Row>(path: string, query: object, isWanted: boolean, ofAll = false) =>
        isWanted ? (await ask<Items<Row>>(path, { query: { ...query }, signal, ofAll })).items : undefined;
      const [trunks, holidays, backups] = await Promise.all([
        items<{ readonly state: string }>('/live/trunks', {}, may('trunk:read')),
        items<{ readonly lastYear: number }>('/holidays', {}, runsAll && may('holidays:read'), true),
        items<AuditEntryRow>('/audit', { action: 'backup', limit: 1 }, runsAll && may('audit:read'), true),
      ]);
      return {
        trunks: trunks ?? [],
        holidaysUntil: holidays && (holidays[0]?.lastYear ?? 0),
        backedUpAt: backups && (backups[0] ? Date.parse(backups[0].at) : 0),
      };
    },
  });
  if (!setup.data || !seen.data) return undefined;
  return checksOf(setup.data, {
    ...seen.data,
    agents: agents.data?.items ?? [],
    hasSecondFactor: runsAll ? me.user?.secondFactor : undefined,
    nowMs: Date.now(),
  });
}

/** Whether somebody wants to be reminded of it; by company and person, in this browser. */
export function useReminder() {
  const { company, me } = useSession();
  const key = `checklist.${company}.${me.user?.id}`;
  const [isWanted, setWanted] = useState(() => remembered(key) !== 'away');
  return {
    isWanted,
    want: (wanted: boolean) => {
      remember(key, wanted ? undefined : 'away');
      setWanted(wanted);
    },
  };
}
