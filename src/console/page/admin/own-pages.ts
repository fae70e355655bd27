/** Pages of administration that are no kind of `GET /kinds`. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { MeRow, Permission } from '../../api/types.ts';
import { adminWords } from './words.ts';

interface OwnPage {
  /** Below `/admin`. */
  readonly path: string;
  readonly group: 'company' | 'access' | 'system' | 'lists';
  readonly word: keyof (typeof adminWords)['texts']['en'];
  readonly needs: Permission;
  /** It is of the whole installation. */
  readonly isOfAll?: boolean;
  readonly View: LazyExoticComponent<ComponentType>;
}

const OWN_PAGES: readonly OwnPage[] = [
  {
    path: '/public-holidays',
    group: 'lists',
    word: 'publicHolidays',
    needs: 'calendar:read',
    View: lazy(() => import('./public-holidays/public-holidays.tsx')),
  },
  {
    path: '/areas',
    group: 'lists',
    word: 'areas',
    needs: 'segments:read',
    isOfAll: true,
    View: lazy(() => import('./areas/areas.tsx')),
  },
  {
    path: '/users',
    group: 'access',
    word: 'users',
    needs: 'user:read',
    View: lazy(() => import('./users/users.tsx')),
  },
  {
    path: '/departments',
    group: 'company',
    word: 'organisation',
    needs: 'department:read',
    View: lazy(() => import('./organisation/organisation.tsx')),
  },
  {
    path: '/roles',
    group: 'access',
    word: 'roles',
    needs: 'role:read',
    View: lazy(() => import('./roles/roles.tsx')),
  },
  {
    path: '/api-keys',
    group: 'access',
    word: 'apiKeys',
    needs: 'api-key:read',
    View: lazy(() => import('./api-keys/api-keys.tsx')),
  },
  {
    path: '/webhooks',
    group: 'access',
    word: 'webhooks',
    needs: 'webhook:read',
    View: lazy(() => import('./webhooks/webhooks.tsx')),
  },
  {
    path: '/audit',
    group: 'access',
    word: 'audit',
    needs: 'audit:read',
    View: lazy(() => import('./audit/audit.tsx')),
  },
  {
    path: '/changes',
    group: 'system',
    word: 'changes',
    needs: 'change:read',
    View: lazy(() => import('./changes/changes.tsx')),
  },
  {
    path: '/jobs',
    group: 'system',
    word: 'jobs',
    needs: 'job:read',
    View: lazy(() => import('./jobs/jobs.tsx')),
  },
  {
    path: '/nodes',
    group: 'system',
    word: 'nodes',
    needs: 'node:read',
    isOfAll: true,
    View: lazy(() => import('./nodes/nodes.tsx')),
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
