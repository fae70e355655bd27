import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import { useSay } from '../../i18n/language.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import { faultPageWords } from './words.ts';

/** Where fault reports stand among what was read. */
export const FAULTS = ['fault-reports'] as const;

export function FaultState({ isClosed }: { readonly isClosed: boolean }) {
  const say = useSay(faultPageWords);
  return isClosed ? (
    <Pill tone="grey" icon={<CheckCircleOutlined />}>
      {say('closed')}
    </Pill>
  ) : (
    <Pill tone="amber" icon={<ClockCircleOutlined />}>
      {say('open')}
    </Pill>
  );
}
