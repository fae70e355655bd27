import type { WaitingRow } from '../../api/types.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { useNow } from '../../kit/moment.tsx';
import { useReason } from './agent-facts.tsx';
import { whyCounts, whyText } from './why-text.ts';

/** Why a caller is not served yet; with all reasons counted for who points at it. */
export function WhyNot({ caller }: { readonly caller: WaitingRow }) {
  const { language } = useLanguage();
  const text = whyText(caller, language, useReason(), useNow());
  const counts = whyCounts(caller, language);
  return (
    <span className="faint small why" title={counts ? `${text}\n${counts}` : text}>
      {text}
    </span>
  );
}
