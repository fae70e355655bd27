import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { remember, remembered } from '../kit/remembered.ts';
import { ApiError, ask, asking } from './ask.ts';
import { fetchMe, takeMe } from './me.ts';
import type { MeRow, Permission, SignedIn } from './types.ts';

export const ME = ['me'] as const;

export const useMeQuery = () =>
  useQuery({ queryKey: ME, queryFn: takeMe, staleTime: Number.POSITIVE_INFINITY });

/** All that was read, but who is signed in: somebody looks at that all the time. */
function forget(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] || queryKey.length > 1 });
}

export interface Credentials {
  readonly login: string;
  readonly password: string;
  readonly tenant?: string;
  readonly code?: string;
}

/** Signs in, and out; both forget what was read for somebody else. */
export function useSigning() {
  const client = useQueryClient();
  const signIn = useCallback(
    async (body: Credentials): Promise<void> => {
      const opened = await ask<SignedIn>('/session', { method: 'POST', body, ofAll: true });
      asking.csrf = opened.csrf;
      forget(client);
      await client.fetchQuery({ queryKey: ME, queryFn: fetchMe, staleTime: 0 });
    },
    [client],
  );
  const signOut = useCallback(async (): Promise<void> => {
    await ask('/session', { method: 'DELETE', ofAll: true }).catch((error: unknown) => {
      // Signed out elsewhere already.
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    });
    asking.csrf = undefined;
    asking.company = undefined;
    client.setQueryData(ME, null);
    forget(client);
  }, [client]);
  return { signIn, signOut };
}

/** Who sits here, and what he may do. */
export interface Session {
  readonly me: MeRow;
  /** Where times are read; IANA. */
  readonly zone: string;
  /** The company that is looked at; undefined: there is none yet. */
  readonly company: string | undefined;
  /** Those to choose from; one where there is no choice. */
  readonly companies: readonly Company[];
  readonly choose: (company: string) => void;
  readonly may: (permission: Permission) => boolean;
}

export interface Company {
  readonly name: string;
  readonly title: string;
}

interface TenantEntity {
  readonly name?: string;
  readonly tenant?: string;
  readonly title?: string;
  readonly id?: string;
}

const Context = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('outside of SessionProvider');
  return session;
}

export const useMay = (permission: Permission): boolean => useSession().may(permission);

const KEY = 'company';

/** Companies that somebody sees who belongs to none of them. */
function useCompanies(me: MeRow) {
  const seesAll = me.rights.some(({ permission, reach }) => permission === 'tenant:read' && reach === 'all');
  return useQuery({
    queryKey: ['companies'],
    enabled: seesAll,
    staleTime: 60_000,
    queryFn: () =>
      ask<{ readonly items: readonly TenantEntity[] }>('/tenants', { query: { limit: 200 }, ofAll: true }),
    select: ({ items }): readonly Company[] => items.map(companyOf),
  });
}

const companyOf = (entity: TenantEntity): Company => {
  const slug = entity.tenant ?? entity.id ?? '';
  return { name: slug, title: entity.name || slug };
};

/** What stands in for the pages while it is not known yet which companies there are. */
export function SessionProvider({ me, children }: { readonly me: MeRow; readonly children: ReactNode }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState(() => remembered(KEY));
  const all = useCompanies(me);
  const companies = useMemo<readonly Company[]>(() => {
    if (all.data) return all.data;
    return (me.companies ?? [me.tenant]).map((name) => ({ name, title: name }));
  }, [all.data, me]);
  const isAnybodys = all.data !== undefined || me.companies !== undefined;
  const known = companies.find(({ name }) => name === chosen) ?? companies[0];
  const company = isAnybodys ? known?.name : me.tenant;
  // Before anything below asks: a request without it would be of all companies.
  asking.company = isAnybodys ? company : undefined;
  const choose = useCallback(
    (name: string) => {
      remember(KEY, name);
      asking.company = name;
      setChosen(name);
      client.removeQueries({
        predicate: ({ queryKey }) => queryKey[0] !== 'me' && queryKey[0] !== 'companies',
      });
    },
    [client],
  );
  const session = useMemo<Session>(() => {
    const permissions = new Set(me.rights.map(({ permission }) => permission));
    return {
      me,
      zone: me.timeZone,
      company,
      companies,
      choose,
      may: (permission) => permissions.has(permission),
    };
  }, [me, company, companies, choose]);
  if (all.isLoading) return null;
  return <Context value={session}>{children}</Context>;
}
