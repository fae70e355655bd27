import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import ExperimentOutlined from '@ant-design/icons/es/icons/ExperimentOutlined';
import HistoryOutlined from '@ant-design/icons/es/icons/HistoryOutlined';
import type { ReactNode } from 'react';
import type { VersionRow } from './flow-queries.ts';

export const STATE_ICONS: Readonly<Record<VersionRow['state'], ReactNode>> = {
  draft: <EditOutlined />,
  checked: <EditOutlined />,
  canary: <ExperimentOutlined />,
  published: <CheckCircleOutlined />,
  retired: <HistoryOutlined />,
};
