/** What pages about people share: roles and departments by their names for people. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ask, type Query } from '../../api/ask.ts';
import type { Items } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { RoleRow } from '../../api/types.ts';
import { ENTITIES, type Entity, titleOf, useWords } from '../../kit/entity/kinds.ts';
import { capital } from './capital.ts';

export const USERS = ['users'] as const;
export const ROLES = ['roles'] as const;

export const userPath = (id: string) => `/users/${encodeURIComponent(id)}`;

/** As the API gives at once. */
const PAGE = 200;

/** A whole list, page by page. */
export async function askAll<Row>(path: string, query: Query, signal: AbortSignal): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = await ask<Items<Row>>(path, { query: { ...query, limit: PAGE, after }, signal });
    rows.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}

/** The roles that people of the company may have, presets first. */
export function useRoles() {
  const { company } = useSession();
  const may = useMay('role:read');
  return useQuery({
    queryKey: [...ROLES, 'all', company],
    enabled: may,
    staleTime: 30_000,
    queryFn: ({ signal }) => askAll<RoleRow>('/roles', {}, signal),
    select: (roles) => roles.filter(({ home }) => home === 'company'),
  });
}

/** What a role is called; one that may not be read is called as it is named. */
export function useRoleTitle(): (name: string) => string {
  const speak = useWords();
  const { data } = useRoles();
  return useCallback(
    (name) => {
      const role = data?.find((each) => each.name === name);
      return role ? capital(speak(role.title)) : name;
    },
    [data, speak],
  );
}

export function useDepartments() {
  const { company } = useSession();
  const may = useMay('department:read');
  return useQuery({
    queryKey: [...ENTITIES, 'department', 'all', company],
    enabled: may,
    staleTime: 30_000,
    queryFn: ({ signal }) => askAll<Entity>('/departments', {}, signal),
  });
}

/** What a department is called. */
export function useDepartmentTitle(): (name: string) => string {
  const { data } = useDepartments();
  return useCallback(
    (name) => {
      const department = data?.find((each) => each['name'] === name);
      return (department && titleOf(department, 'name')) ?? name;
    },
    [data],
  );
}
