import { useCallback } from 'react';
import type { CallerRow } from '../../api/live-data.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { SecondsText } from '../../kit/moment.tsx';
import { useReason } from './reasons.tsx';
import { whyCounts, whyText } from './why-text.ts';

/** Why a caller is not served yet; with all reasons counted for who points at it. */
export function WhyNot({ caller }: { readonly caller: CallerRow }) {
  const { language } = useLanguage();
  const reasonOf = useReason();
  const textAt = useCallback(
    (now: number) => whyText(caller, language, reasonOf, now),
    [caller, language, reasonOf],
  );
  // Seconds run on in the text alone.
  const lasting = { ...caller, why: caller.why.map((each) => ({ ...each, until: null })) };
  const title = [whyText(lasting, language, reasonOf, 0), whyCounts(caller, language)].filter(Boolean);
  return (
    <span className="faint small why" title={title.join('\n')}>
      <SecondsText textAt={textAt} />
    </span>
  );
}
