/** Pages of administration that are no kind of `GET /kinds`. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { MeRow, Permission } from '../../api/types.ts';
import type { GroupName } from './groups.ts';
import { adminWords } from './words.ts';

interface OwnPage {
  /** Below `/admin`. */
  readonly path: string;
  readonly group: GroupName;
  readonly word: keyof (typeof adminWords)['texts']['en'];
  readonly needs: Permission;
  /** It is of the whole installation. */
  readonly isOfAll?: boolean;
  readonly View: LazyExoticComponent<ComponentType>;
}

const OWN_PAGES: readonly OwnPage[] = [
  {
    path: '/users',
    group: 'access',
    word: 'users',
    needs: 'user:read',
    View: lazy(() => import('./users/users.tsx')),
  },
];

/** Reaches that are narrower than a company: none of these pages is for part of it. */
const NARROW: readonly string[] = ['own', 'group', 'subtree'];

/** Those that somebody may see, with their titles. */
export function ownPages({ rights }: MeRow) {
  const may = ({ needs, isOfAll }: OwnPage) =>
    rights.some(
      ({ permission, reach }) =>
        permission === needs && (isOfAll ? reach === 'all' : !NARROW.includes(reach)),
    );
  const { en, 'zh-CN': zh } = adminWords.texts;
  return OWN_PAGES.filter(may).map(({ word, ...page }) => ({
    ...page,
    title: { en: en[word], zh: zh[word] },
  }));
}
