import { Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import type { FlowText } from './flow-text.ts';
import type { Spot } from './model/tree.ts';
import { flowWords } from './words.ts';

interface FindProps {
  /** All nodes as they are now. */
  readonly spots: () => readonly Spot[];
  readonly text: FlowText;
  readonly choose: (pointer: string) => void;
  /** By key: the field has the focus then. */
  readonly isAsked: boolean;
  readonly done: () => void;
}

/** Finds nodes by what stands in them; Enter goes on to the next one. */
export function Find({ spots, text, choose, isAsked, done }: FindProps) {
  const say = useSay(flowWords);
  const input = useRef<InputRef>(null);
  const [q, setQ] = useState('');
  const [at, setAt] = useState(-1);
  useEffect(() => {
    if (isAsked) input.current?.focus({ cursor: 'all' });
  }, [isAsked]);
  const needle = q.trim().toLowerCase();
  const found =
    needle === ''
      ? []
      : spots().filter(({ node }) =>
          `${text.kind(node.type)} ${text.summary(node)}`.toLowerCase().includes(needle),
        );
  const next = () => {
    const index = (at + 1) % found.length;
    const spot = found[index];
    if (!spot) return;
    setAt(index);
    choose(spot.pointer);
  };
  return (
    <span className="flow-find" role="search">
      <Input
        ref={input}
        allowClear
        aria-label={say('find')}
        placeholder={say('find')}
        value={q}
        onChange={({ target }) => {
          setQ(target.value);
          setAt(-1);
        }}
        onPressEnter={next}
        onKeyDown={(event) => {
          if (event.key === 'Escape') done();
        }}
      />
      <span className="faint small" role="status">
        {needle !== '' &&
          (found.length === 0 ? say('notFound') : say('found', { at: at + 1, n: found.length }))}
      </span>
    </span>
  );
}
