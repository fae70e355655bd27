import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { type Items, VOICEMAILS } from '../../api/live-data.ts';
import { useSession } from '../../api/session.tsx';
import type { VoicemailRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { voicemailWords } from './words.ts';

const MOST = 99;

/** How many messages nobody has heard, in the menu. */
export function UnheardCount() {
  const say = useSay(voicemailWords);
  const { company } = useSession();
  const { data } = useQuery({
    queryKey: [...VOICEMAILS, 'unheard', company],
    queryFn: ({ signal }) =>
      ask<Items<VoicemailRow>>('/voicemails', { query: { state: 'new', limit: MOST }, signal }),
  });
  const n = data?.items.length ?? 0;
  if (n === 0) return null;
  const isMore = data?.next !== null;
  return (
    <span className="menu-count">
      <span aria-hidden>{isMore ? `${MOST}+` : n}</span>
      <span className="visually-hidden">{say(isMore ? 'unheardMore' : 'unheard', { n })}</span>
    </span>
  );
}
