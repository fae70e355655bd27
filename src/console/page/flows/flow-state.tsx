import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import ExperimentOutlined from '@ant-design/icons/es/icons/ExperimentOutlined';
import type { FlowRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import { flowWords } from './words.ts';

/** What of a hotline takes calls, is tried, is edited. */
export function FlowState({ row }: { readonly row: FlowRow }) {
  const say = useSay(flowWords);
  return (
    <span className="flow-states">
      {row.takesCalls ? (
        <Pill tone="green" icon={<CheckCircleOutlined />}>
          {row.published === null ? say('live') : say('liveVersion', { version: row.published })}
        </Pill>
      ) : (
        <Pill tone="red" icon={<CloseCircleOutlined />}>
          {say('broken')}
        </Pill>
      )}
      {row.canary !== null && (
        <Pill tone="violet" icon={<ExperimentOutlined />}>
          {say('canary', { version: row.canary })}
        </Pill>
      )}
      {row.draft !== null && (
        <Pill tone="amber" icon={<EditOutlined />}>
          {say('draft', { version: row.draft })}
        </Pill>
      )}
    </span>
  );
}
