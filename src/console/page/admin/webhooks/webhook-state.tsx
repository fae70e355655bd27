import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import PauseCircleOutlined from '@ant-design/icons/es/icons/PauseCircleOutlined';
import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import type { DeliveryRow, WebhookRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { Pill } from '../../../kit/status-pill.tsx';
import { webhooksWords } from './words.ts';

const LOOKS = {
  on: { tone: 'green', icon: <CheckCircleOutlined /> },
  waiting: { tone: 'amber', icon: <SyncOutlined /> },
  off: { tone: 'grey', icon: <PauseCircleOutlined /> },
  goneState: { tone: 'red', icon: <CloseCircleOutlined /> },
} as const;

/** Whether it is sent, tried again, paused, or refused for good. */
export function WebhookState({ state, attempts }: Pick<WebhookRow, 'state' | 'attempts'>) {
  const say = useSay(webhooksWords);
  const shown = state === 'gone' ? 'goneState' : state === 'on' && attempts > 0 ? 'waiting' : state;
  return <Pill {...LOOKS[shown]}>{say(shown)}</Pill>;
}

const SENT = {
  delivered: { tone: 'green', icon: <CheckCircleOutlined /> },
  wait: { tone: 'amber', icon: <SyncOutlined /> },
  failed: { tone: 'red', icon: <CloseCircleOutlined /> },
} as const;

/** What became of an event. */
export function DeliveryState({ state }: Pick<DeliveryRow, 'state'>) {
  const say = useSay(webhooksWords);
  const shown = state === 'waiting' ? 'wait' : state;
  return <Pill {...SENT[shown]}>{say(shown)}</Pill>;
}
