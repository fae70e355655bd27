import ApiOutlined from '@ant-design/icons/es/icons/ApiOutlined';
import BellOutlined from '@ant-design/icons/es/icons/BellOutlined';
import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CoffeeOutlined from '@ant-design/icons/es/icons/CoffeeOutlined';
import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import MinusCircleOutlined from '@ant-design/icons/es/icons/MinusCircleOutlined';
import PauseCircleOutlined from '@ant-design/icons/es/icons/PauseCircleOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import ReadOutlined from '@ant-design/icons/es/icons/ReadOutlined';
import SwapOutlined from '@ant-design/icons/es/icons/SwapOutlined';
import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import TeamOutlined from '@ant-design/icons/es/icons/TeamOutlined';
import type { ReactNode } from 'react';
import { useSayOf } from '../i18n/language.tsx';
import type { ToneName } from '../tokens.ts';
import { stateWords } from './words.ts';
import './status-pill.css';

export interface PillProps {
  readonly tone: ToneName;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly isPulsing?: boolean;
  readonly isHatched?: boolean;
}

/** A word in a colour, with an icon: the colour alone says nothing. */
export function Pill({ tone, icon, children, isPulsing = false, isHatched = false }: PillProps) {
  const more = `${isPulsing ? ' pill-pulsing' : ''}${isHatched ? ' pill-hatched' : ''}`;
  return (
    <span className={`pill pill-${tone}${more}`}>
      <span aria-hidden>{icon}</span>
      {children}
    </span>
  );
}

type StateLook = Omit<PillProps, 'children'>;

/** One colour and icon a state, everywhere (CONSOLE.md, "Look"). */
export const STATE_LOOKS: Readonly<Record<string, StateLook>> = {
  ready: { tone: 'green', icon: <CheckCircleOutlined /> },
  reserved: { tone: 'amber', icon: <BellOutlined /> },
  ringing: { tone: 'amber', icon: <BellOutlined />, isPulsing: true },
  dialling: { tone: 'blue', icon: <PhoneOutlined /> },
  talking: { tone: 'blue', icon: <CustomerServiceOutlined /> },
  hold: { tone: 'violet', icon: <PauseCircleOutlined /> },
  consulting: { tone: 'blue', icon: <SwapOutlined /> },
  conference: { tone: 'blue', icon: <TeamOutlined /> },
  'wrap-up': { tone: 'cyan', icon: <EditOutlined /> },
  busy: { tone: 'orange', icon: <MinusCircleOutlined /> },
  break: { tone: 'orange', icon: <CoffeeOutlined /> },
  meeting: { tone: 'orange', icon: <TeamOutlined /> },
  training: { tone: 'orange', icon: <ReadOutlined /> },
  unreachable: { tone: 'red', icon: <ApiOutlined /> },
  reconnecting: { tone: 'red', icon: <SyncOutlined />, isHatched: true },
  'signed-out': { tone: 'grey', icon: <LogoutOutlined /> },
};

/** The state of an agent (坐席状态). */
export function StatusPill({ state, reason }: { readonly state: string; readonly reason?: string | null }) {
  const sayState = useSayOf(stateWords);
  const look = STATE_LOOKS[state] ?? STATE_LOOKS['signed-out']!;
  return (
    <Pill {...look}>
      {sayState(state)}
      {reason && ` · ${reason}`}
    </Pill>
  );
}
