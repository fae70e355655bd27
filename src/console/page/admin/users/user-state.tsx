import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import StopOutlined from '@ant-design/icons/es/icons/StopOutlined';
import type { UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { Pill } from '../../../kit/status-pill.tsx';
import { usersWords } from './words.ts';

const LOOKS = {
  active: { tone: 'green', icon: <CheckCircleOutlined /> },
  first: { tone: 'amber', icon: <ClockCircleOutlined /> },
  off: { tone: 'grey', icon: <StopOutlined /> },
} as const;

/** Whether he may sign in. */
export function UserState({ active, mustChange }: Pick<UserRow, 'active' | 'mustChange'>) {
  const say = useSay(usersWords);
  const state = !active ? 'off' : mustChange ? 'first' : 'active';
  return <Pill {...LOOKS[state]}>{say(state)}</Pill>;
}
