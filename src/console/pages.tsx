/** The pages that there are: a new one is a line here and in `shared/console-paths.ts`. */
import BugOutlined from '@ant-design/icons/es/icons/BugOutlined';
import ControlOutlined from '@ant-design/icons/es/icons/ControlOutlined';
import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import DashboardOutlined from '@ant-design/icons/es/icons/DashboardOutlined';
import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import FundProjectionScreenOutlined from '@ant-design/icons/es/icons/FundProjectionScreenOutlined';
import HistoryOutlined from '@ant-design/icons/es/icons/HistoryOutlined';
import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import OrderedListOutlined from '@ant-design/icons/es/icons/OrderedListOutlined';
import PartitionOutlined from '@ant-design/icons/es/icons/PartitionOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import SettingOutlined from '@ant-design/icons/es/icons/SettingOutlined';
import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode } from 'react';
import type { ConsolePath } from '../shared/console-paths.ts';
import type { Permission } from './api/types.ts';
import { UnheardCount } from './page/voicemails/unheard-count.tsx';

/** Its name is the shell's word for its key. */
export type PageKey =
  | 'desk'
  | 'live'
  | 'calls'
  | 'missed-calls'
  | 'voicemails'
  | 'exports'
  | 'wallboards'
  | 'fault-reports'
  | 'admin'
  | 'flows'
  | 'settings'
  | 'setup';

export interface Page {
  readonly key: PageKey;
  readonly path: ConsolePath;
  readonly icon: ReactNode;
  /** Whoever has none of these is not shown it; left out: everybody is. */
  readonly needs?: readonly Permission[];
  /** Only for who is an agent. */
  readonly isForAgents?: boolean;
  /** Not in the menu: reached elsewhere. */
  readonly isAside?: boolean;
  /** Beside its name in the menu: how much of it waits. */
  readonly Count?: ComponentType;
  readonly View: LazyExoticComponent<ComponentType>;
}

/** In the order of the menu; the first that somebody may see is where he begins. */
export const PAGES: readonly Page[] = [
  {
    key: 'desk',
    path: '/desk',
    icon: <CustomerServiceOutlined />,
    needs: ['desk:update'],
    isForAgents: true,
    View: lazy(() => import('./page/desk/desk.tsx')),
  },
  {
    key: 'live',
    path: '/live',
    icon: <DashboardOutlined />,
    needs: ['supervise:create', 'supervise:update'],
    View: lazy(() => import('./page/live/live.tsx')),
  },
  {
    key: 'calls',
    path: '/calls',
    icon: <HistoryOutlined />,
    needs: ['call:read'],
    View: lazy(() => import('./page/calls/calls.tsx')),
  },
  {
    key: 'missed-calls',
    path: '/missed-calls',
    icon: <PhoneOutlined />,
    needs: ['call:read'],
    View: lazy(() => import('./page/missed-calls/missed-calls.tsx')),
  },
  {
    key: 'voicemails',
    path: '/voicemails',
    icon: <MailOutlined />,
    needs: ['voicemail:read'],
    Count: UnheardCount,
    View: lazy(() => import('./page/voicemails/voicemails.tsx')),
  },
  {
    key: 'exports',
    path: '/exports',
    icon: <DownloadOutlined />,
    needs: ['export:create'],
    View: lazy(() => import('./page/exports/exports.tsx')),
  },
  {
    key: 'wallboards',
    path: '/wallboards',
    icon: <FundProjectionScreenOutlined />,
    needs: ['wallboard:read'],
    View: lazy(() => import('./page/wallboards/wallboards.tsx')),
  },
  {
    key: 'fault-reports',
    path: '/fault-reports',
    icon: <BugOutlined />,
    needs: ['fault:read'],
    View: lazy(() => import('./page/fault-reports/fault-reports.tsx')),
  },
  {
    key: 'admin',
    path: '/admin',
    icon: <ControlOutlined />,
    needs: [
      'extension:read',
      'calendar:read',
      'list:read',
      'user:read',
      'role:read',
      'api-key:read',
      'webhook:read',
      'audit:read',
      'node:read',
    ],
    View: lazy(() => import('./page/admin/admin.tsx')),
  },
  {
    key: 'flows',
    path: '/flows',
    icon: <PartitionOutlined />,
    needs: ['hotline:read'],
    View: lazy(() => import('./page/flows/flows.tsx')),
  },
  {
    key: 'settings',
    path: '/settings',
    icon: <SettingOutlined />,
    isAside: true,
    View: lazy(() => import('./page/settings/settings.tsx')),
  },
  {
    key: 'setup',
    path: '/setup',
    icon: <OrderedListOutlined />,
    needs: ['hotline:create', 'tenant:create'],
    isAside: true,
    View: lazy(() => import('./page/setup/setup.tsx')),
  },
];
