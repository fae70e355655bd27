import { Segmented } from 'antd';
import { memo, type ReactNode } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { flowWords } from './words.ts';

export type AsideOf = 'node' | 'test' | 'replay';

interface AsideProps {
  readonly of: AsideOf;
  readonly turn: (of: AsideOf) => void;
  /** What it may be turned to. */
  readonly parts: readonly AsideOf[];
  readonly children: ReactNode;
}

/** What stands beside the flow: the settings of a node, a test, a replay. */
export function Aside({ of, turn, parts, children }: AsideProps) {
  const say = useSay(flowWords);
  return (
    <aside className="card flow-form" aria-label={say(of)}>
      {parts.length > 1 && <Tabs of={of} turn={turn} parts={parts} />}
      {children}
    </aside>
  );
}

const Tabs = memo(function Tabs({ of, turn, parts }: Omit<AsideProps, 'children'>) {
  const say = useSay(flowWords);
  return (
    <Segmented<AsideOf>
      block
      className="flow-aside"
      aria-label={say('aside')}
      value={of}
      onChange={turn}
      options={parts.map((value) => ({ value, label: say(value) }))}
    />
  );
});
