import { useMemo } from 'react';
import { useLanguage } from '../../i18n/language.tsx';
import { type FlowText, flowText } from './flow-text.ts';
import type { Kinds } from './model/tree.ts';

/** What is said of a flow in the language that is spoken. */
export function useFlowText(kinds: Kinds): FlowText {
  const { language } = useLanguage();
  return useMemo(() => flowText(kinds, language), [kinds, language]);
}
