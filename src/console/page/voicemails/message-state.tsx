import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import ReadOutlined from '@ant-design/icons/es/icons/ReadOutlined';
import SaveOutlined from '@ant-design/icons/es/icons/SaveOutlined';
import type { VoicemailRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import { voicemailWords } from './words.ts';

const LOOKS = {
  new: { tone: 'blue', icon: <MailOutlined /> },
  heard: { tone: 'grey', icon: <ReadOutlined /> },
  saved: { tone: 'violet', icon: <SaveOutlined /> },
  deleted: { tone: 'red', icon: <DeleteOutlined /> },
} as const;

/** New, heard, kept, deleted. */
export function MessageState({ state }: Pick<VoicemailRow, 'state'>) {
  const say = useSay(voicemailWords);
  return <Pill {...LOOKS[state]}>{say(state)}</Pill>;
}

/** Whether what it asks for was seen to. */
export function MessageDone({ doneAt }: Pick<VoicemailRow, 'doneAt'>) {
  const say = useSay(voicemailWords);
  return doneAt === null ? (
    <Pill tone="amber" icon={<ClockCircleOutlined />}>
      {say('doneNo')}
    </Pill>
  ) : (
    <Pill tone="green" icon={<CheckCircleOutlined />}>
      {say('doneYes')}
    </Pill>
  );
}
