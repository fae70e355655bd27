import { useMemo } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { useTitle } from '../../kit/moment.tsx';
import { Failed, Loading } from '../../kit/states.tsx';
import { Editor } from './editor.tsx';
import { useNodeKinds, useOpened } from './flow-queries.ts';
import { kindsOf } from './model/tree.ts';
import { flowWords } from './words.ts';

/** One hotline: reads what it is, then has it edited. */
export function OpenFlow({ number }: { readonly number: string }) {
  const say = useSay(flowWords);
  useTitle(`${number} ${say('title')}`);
  const facts = useNodeKinds();
  const opened = useOpened(number);
  const kinds = useMemo(() => facts.data && kindsOf(facts.data), [facts.data]);
  const error = facts.error ?? opened.error;
  if (error)
    return (
      <div className="page">
        <Failed error={error} retry={() => void (facts.error ? facts.refetch() : opened.refetch())} />
      </div>
    );
  if (!kinds || !facts.data || !opened.data)
    return (
      <div className="page">
        <Loading />
      </div>
    );
  return <Editor opened={opened.data} facts={facts.data} kinds={kinds} />;
}
