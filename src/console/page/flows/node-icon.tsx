import ApiOutlined from '@ant-design/icons/es/icons/ApiOutlined';
import AudioOutlined from '@ant-design/icons/es/icons/AudioOutlined';
import BranchesOutlined from '@ant-design/icons/es/icons/BranchesOutlined';
import CalendarOutlined from '@ant-design/icons/es/icons/CalendarOutlined';
import CodeOutlined from '@ant-design/icons/es/icons/CodeOutlined';
import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import EnvironmentOutlined from '@ant-design/icons/es/icons/EnvironmentOutlined';
import GlobalOutlined from '@ant-design/icons/es/icons/GlobalOutlined';
import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import NotificationOutlined from '@ant-design/icons/es/icons/NotificationOutlined';
import NumberOutlined from '@ant-design/icons/es/icons/NumberOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import RightCircleOutlined from '@ant-design/icons/es/icons/RightCircleOutlined';
import SoundOutlined from '@ant-design/icons/es/icons/SoundOutlined';
import StarOutlined from '@ant-design/icons/es/icons/StarOutlined';
import StopOutlined from '@ant-design/icons/es/icons/StopOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import TableOutlined from '@ant-design/icons/es/icons/TableOutlined';
import TeamOutlined from '@ant-design/icons/es/icons/TeamOutlined';
import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import type { ReactNode } from 'react';

const ICONS: Readonly<Record<string, ReactNode>> = {
  play: <SoundOutlined />,
  menu: <TableOutlined />,
  gather: <NumberOutlined />,
  announce: <NotificationOutlined />,
  announcements: <NotificationOutlined />,
  language: <GlobalOutlined />,
  schedule: <CalendarOutlined />,
  byArea: <EnvironmentOutlined />,
  byCaller: <UserOutlined />,
  queue: <TeamOutlined />,
  dial: <PhoneOutlined />,
  extension: <PhoneOutlined />,
  group: <TeamOutlined />,
  conference: <TeamOutlined />,
  transfer: <SwapOutlined />,
  http: <ApiOutlined />,
  set: <EditOutlined />,
  script: <CodeOutlined />,
  subflow: <RightCircleOutlined />,
  goto: <RightCircleOutlined />,
  recordMessage: <AudioOutlined />,
  voicemail: <MailOutlined />,
  callback: <AudioOutlined />,
  survey: <StarOutlined />,
  hangup: <StopOutlined />,
};

export function NodeIcon({ type }: { readonly type: string }) {
  return (
    <span className="node-icon" aria-hidden>
      {ICONS[type] ?? <BranchesOutlined />}
    </span>
  );
}
