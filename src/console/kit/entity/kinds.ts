/** Kinds of what companies set up, as the API tells them: who they are, and their fields as a tree. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import type { KindForm, KindRow } from '../../api/types.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { type FieldNode, type Fields, treeOf } from './tree.ts';

export const ENTITIES = ['entities'] as const;
export const KINDS = ['kinds'] as const;

/** One as the API answers it: its fields flat, and `meta`. */
export interface Entity {
  readonly tenant: string;
  readonly meta: {
    readonly kind: string;
    readonly owner: 'file' | 'database';
    readonly file: string | null;
    readonly revision: number;
    readonly updatedAt: string | null;
    readonly by: string | null;
  };
  readonly [field: string]: unknown;
}

/** The kinds that who looks may read. */
export function useKinds() {
  const { company } = useSession();
  return useQuery({
    queryKey: [...KINDS, company],
    staleTime: 300_000,
    queryFn: ({ signal }) => ask<{ readonly items: readonly KindRow[] }>('/kinds', { signal }),
    select: ({ items }) => items,
  });
}

export interface Form {
  readonly kind: KindForm;
  readonly fields: readonly FieldNode[];
}

/** The fields of a kind. */
export function useForm(kind: string | undefined) {
  const query = useQuery({
    queryKey: [...KINDS, 'form', kind],
    enabled: kind !== undefined,
    staleTime: 300_000,
    queryFn: ({ signal }) => ask<KindForm>(`/kinds/${kind}`, { signal }),
  });
  const { data } = query;
  const form = useMemo<Form | undefined>(() => data && { kind: data, fields: treeOf(data.fields) }, [data]);
  return { ...query, form };
}

/** Says words of the API in the language that is spoken. */
export function useWords(): (words: { readonly en: string; readonly zh: string }) => string {
  const { language } = useLanguage();
  return (words) => (language === 'en' ? words.en : words.zh);
}

/** What one of a kind is called by, and how its path begins. */
export const keyOf = ({ key }: Pick<KindRow, 'key'>, entity: Fields): string => String(entity[key]);

export const pathTo = ({ path }: Pick<KindRow, 'path'>, key: string): string =>
  `${path}/${encodeURIComponent(key)}`;

/** Its name for people; undefined: none beside its key. */
export function titleOf(entity: Fields, key: string): string | undefined {
  const { title, name } = entity;
  const spoken = typeof title === 'object' && title !== null ? (title as { zh?: string }).zh : title;
  const found = [spoken, key === 'name' ? undefined : name].find((each) => typeof each === 'string' && each);
  return found === entity[key] ? undefined : (found as string | undefined);
}
