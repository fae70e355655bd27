import { useSay } from '../../i18n/language.tsx';
import { flowWords } from './words.ts';

/** Which step of the test it was; undefined: the call did not come here. */
export function LitAt({ at }: { readonly at: number | undefined }) {
  const say = useSay(flowWords);
  if (at === undefined) return null;
  return (
    <span className="lit-at" title={say('litAt', { n: at })}>
      <span className="visually-hidden">{say('litAt', { n: at })}</span>
      <span aria-hidden>{at}</span>
    </span>
  );
}
