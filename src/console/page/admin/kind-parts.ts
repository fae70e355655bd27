/** What a kind has in administration beyond its form and its list, each part in a folder of its own. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { KindRow } from '../../api/types.ts';
import type { AddProps, EntityTab } from '../../kit/entity/entity-tab.ts';

interface KindParts {
  /** Tabs of its drawer, between settings and who uses it. */
  readonly tabs?: readonly EntityTab[];
  /** Buttons above its list, before those that each list has. */
  readonly Acts?: LazyExoticComponent<ComponentType>;
  /** Makes a new one, in place of its form. */
  readonly Add?: LazyExoticComponent<ComponentType<AddProps>>;
  /** What stands over its list, below the title. */
  readonly Head?: LazyExoticComponent<ComponentType>;
}

const KIND_PARTS: Readonly<Partial<Record<KindRow['kind'], KindParts>>> = {
  announcement: { Head: lazy(() => import('./announcements/outages.tsx')) },
  calendar: {
    tabs: [
      {
        key: 'year',
        label: { en: 'Year', zh: '年历' },
        needs: 'calendar:read',
        View: lazy(() => import('./calendars/year.tsx')),
      },
    ],
  },
  list: {
    tabs: [
      {
        key: 'numbers',
        label: { en: 'Numbers', zh: '号码表' },
        needs: 'list:read',
        View: lazy(() => import('./lists/numbers.tsx')),
      },
    ],
  },
  hotline: { Acts: lazy(() => import('./hotlines/channels.tsx')) },
  extension: {
    tabs: [
      {
        key: 'phones',
        label: { en: 'Phones', zh: '话机' },
        View: lazy(() => import('./phones/phones.tsx')),
      },
    ],
  },
  trunk: {
    Add: lazy(() => import('./trunks/new-trunk.tsx')),
    tabs: [
      {
        key: 'live',
        label: { en: 'Live', zh: '实况' },
        needs: 'trunk:read',
        View: lazy(() => import('./trunks/live.tsx')),
      },
      {
        key: 'history-of-work',
        label: { en: 'OPTIONS and failures', zh: '探测与故障' },
        needs: 'trunk:read',
        View: lazy(() => import('./trunks/history.tsx')),
      },
      {
        key: 'trial',
        label: { en: 'Try rules', zh: '规则试算' },
        needs: 'trunk:read',
        View: lazy(() => import('./trunks/trial.tsx')),
      },
    ],
  },
  prompt: {
    Add: lazy(() => import('./prompts/new-prompt.tsx')),
    tabs: [
      {
        key: 'sound',
        label: { en: 'Audio', zh: '录音' },
        isFirst: true,
        View: lazy(() => import('./prompts/sound-tab.tsx')),
      },
    ],
  },
};

export const partsOf = (kind: KindRow['kind']): KindParts => KIND_PARTS[kind] ?? {};
