/** Small parts of a call, the same in the list and in the drawer. */
import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import ExportOutlined from '@ant-design/icons/es/icons/ExportOutlined';
import FieldTimeOutlined from '@ant-design/icons/es/icons/FieldTimeOutlined';
import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import PhoneOutlined from '@ant-design/icons/es/icons/PhoneOutlined';
import RobotOutlined from '@ant-design/icons/es/icons/RobotOutlined';
import StopOutlined from '@ant-design/icons/es/icons/StopOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import type { ReactNode } from 'react';
import type { CallRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import type { ToneName } from '../../tokens.ts';
import { callsWords, outcomeWords, segmentWords } from './words.ts';

const OUTCOMES: Readonly<Record<string, { readonly tone: ToneName; readonly icon: ReactNode }>> = {
  answered: { tone: 'green', icon: <CheckCircleOutlined /> },
  abandoned: { tone: 'red', icon: <CloseCircleOutlined /> },
  unanswered: { tone: 'amber', icon: <PhoneOutlined /> },
  voicemail: { tone: 'cyan', icon: <MailOutlined /> },
  callback: { tone: 'violet', icon: <FieldTimeOutlined /> },
  overflowed_out: { tone: 'amber', icon: <ExportOutlined /> },
  transferred_out: { tone: 'blue', icon: <ExportOutlined /> },
  self_served: { tone: 'grey', icon: <RobotOutlined /> },
  ivr_lost: { tone: 'grey', icon: <RobotOutlined /> },
  blocked: { tone: 'grey', icon: <StopOutlined /> },
  busy: { tone: 'amber', icon: <WarningOutlined /> },
  failed: { tone: 'red', icon: <WarningOutlined /> },
};

/** How it ended; what it does, while it runs. */
export function Outcome({ call }: { readonly call: Pick<CallRow, 'state' | 'outcome' | 'segment'> }) {
  const say = useSay(callsWords);
  const sayOutcome = useSayOf(outcomeWords);
  const saySegment = useSayOf(segmentWords);
  if (call.state === 'running')
    return (
      <Pill tone="blue" icon={<PhoneOutlined />}>
        {say('running')}
        {call.segment && ` · ${saySegment(call.segment.kind)}`}
      </Pill>
    );
  const { outcome } = call;
  if (outcome === null) return <>{say('none')}</>;
  const look = OUTCOMES[outcome] ?? { tone: 'grey' as const, icon: <PhoneOutlined /> };
  return <Pill {...look}>{sayOutcome(outcome)}</Pill>;
}

/** Time in queues, in all. */
export const waitOf = ({ asks }: CallRow): number => asks.reduce((sum, { waitMs }) => sum + waitMs, 0);
