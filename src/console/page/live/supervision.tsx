import AudioOutlined from '@ant-design/icons/es/icons/AudioOutlined';
import CloseOutlined from '@ant-design/icons/es/icons/CloseOutlined';
import CommentOutlined from '@ant-design/icons/es/icons/CommentOutlined';
import CustomerServiceOutlined from '@ant-design/icons/es/icons/CustomerServiceOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { ask } from '../../api/ask.ts';
import { useLiveAgents } from '../../api/live.ts';
import type { Items } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { AgentRow, SupervisingRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { ActButton } from './act-button.tsx';
import { actWords } from './act-words.ts';
import { SUPERVISION } from './use-act.tsx';

const MODES = ['listen', 'whisper', 'barge'] as const;
const ICONS = {
  listen: <CustomerServiceOutlined />,
  whisper: <CommentOutlined />,
  barge: <AudioOutlined />,
};

/** Whom one supervises now; read anew when one's own phone does something else, or the agent whom it follows. */
export function useSupervision(): SupervisingRow | undefined {
  const may = useMay('supervise:create');
  const { me } = useSession();
  const own = me.user?.agent ?? undefined;
  const client = useQueryClient();
  const supervision = useQuery({
    queryKey: SUPERVISION,
    enabled: may && own !== undefined,
    queryFn: () => ask<SupervisingRow>('/supervision'),
  });
  const followed = supervision.data?.agent ?? undefined;
  const both = useCallback(
    ({ items }: Items<AgentRow>) =>
      items
        .filter(({ agent }) => agent === own || agent === followed)
        .map(({ state, since, callId }) => `${state} ${since} ${callId}`)
        .join(),
    [own, followed],
  );
  const phones = useLiveAgents(both).data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is for when what the phones do changes
  useEffect(() => {
    void client.invalidateQueries({ queryKey: SUPERVISION });
  }, [client, phones]);
  return supervision.data?.agent ? supervision.data : undefined;
}

interface ModesProps {
  readonly agent: string;
  readonly supervision: SupervisingRow | undefined;
}

/** Listen, whisper, barge in, and end it. One's own phone is rung for the first. */
export function Modes({ agent, supervision }: ModesProps) {
  const say = useSay(actWords);
  const mode = supervision?.agent === agent ? supervision.mode : null;
  return (
    <>
      {MODES.map((each) => (
        <ActButton
          key={each}
          act="monitor"
          body={{ agent, mode: each }}
          icon={ICONS[each]}
          isOn={mode === each}
        >
          {say(each)}
        </ActButton>
      ))}
      {mode !== null && (
        <ActButton act="leave" icon={<CloseOutlined />}>
          {say('leave')}
        </ActButton>
      )}
    </>
  );
}

/** Stands on top as long as one supervises somebody. */
export function SupervisionBar({ supervision }: { readonly supervision: SupervisingRow | undefined }) {
  const say = useSay(actWords);
  if (!supervision?.agent) return null;
  const { agent, mode, callId } = supervision;
  return (
    <section className="card supervision" aria-label={say('supervision')}>
      <CustomerServiceOutlined aria-hidden />
      <span className="strong">{say('supervising', { agent, mode: mode ? say(mode) : '' })}</span>
      <span className="faint small">{say(callId ? 'inTalk' : 'untilTalk')}</span>
      <span className="grow" />
      <Modes agent={agent} supervision={supervision} />
    </section>
  );
}
