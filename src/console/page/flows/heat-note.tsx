import FireOutlined from '@ant-design/icons/es/icons/FireOutlined';
import { Button } from 'antd';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../../kit/format.ts';
import { ProblemText } from '../../kit/states.tsx';
import type { Heat } from './use-heat.ts';
import { flowWords } from './words.ts';

/** Turns the numbers of calls on and off. */
export function HeatButton({ heat }: { readonly heat: Heat }) {
  const say = useSay(flowWords);
  return (
    <Button
      icon={<FireOutlined />}
      type={heat.isOn ? 'primary' : 'default'}
      ghost={heat.isOn}
      aria-pressed={heat.isOn}
      title={say('heatTitle')}
      loading={heat.isOn && heat.isFetching && !heat.found}
      onClick={() => heat.turn(!heat.isOn)}
    >
      {say('heat')}
    </Button>
  );
}

/** Of which calls the numbers are. */
export function HeatNote({ heat: { found, overlay, error, refetch } }: { readonly heat: Heat }) {
  const say = useSay(flowWords);
  if (error)
    return (
      <span className="flow-others is-error small" role="alert">
        <ProblemText error={error} />
        <Button size="small" onClick={refetch}>
          {say('retry')}
        </Button>
      </span>
    );
  if (!found || !overlay) return null;
  const n = count(found.calls);
  const more = overlay.now.unfit + found.others;
  return (
    <span className="flow-others faint small" role="status">
      {say(found.calls === 0 ? 'heatNone' : found.isCut ? 'heatCut' : 'heatOf', { n })}
      {more > 0 && ` ${say('heatUnfit', { n: count(more) })}`}
    </span>
  );
}
