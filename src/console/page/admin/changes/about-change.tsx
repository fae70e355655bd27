import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import ImportOutlined from '@ant-design/icons/es/icons/ImportOutlined';
import UndoOutlined from '@ant-design/icons/es/icons/UndoOutlined';
import { useCallback } from 'react';
import type { ChangeRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { useKinds, useWords } from '../../../kit/entity/kinds.ts';
import { count } from '../../../kit/format.ts';
import { Pill } from '../../../kit/status-pill.tsx';
import { capital } from '../capital.ts';
import { manyOf } from '../many-of.ts';
import { changesWords } from './words.ts';

const LOOKS = {
  import: { tone: 'blue', icon: <ImportOutlined /> },
  edit: { tone: 'blue', icon: <EditOutlined /> },
  undo: { tone: 'grey', icon: <UndoOutlined /> },
} as const;
/** What it was: an import, an edit, or what took one back. */
export function ChangeSource({ source }: Pick<ChangeRow, 'source'>) {
  const say = useSay(changesWords);
  return <Pill {...LOOKS[source]}>{say(source)}</Pill>;
}

/** What people call those that a change is of. */
export function useKindTitle(): (kind: string) => string {
  const say = useSay(changesWords);
  const speak = useWords();
  const { data } = useKinds();
  return useCallback(
    (kind) => {
      const found = data?.find((each) => each.kind === kind);
      return capital(found ? speak(manyOf(found)) : kind === 'user' ? say('user') : kind);
    },
    [data, say, speak],
  );
}

/** How many it made, changed and removed, in words. */
export function useCounts(): (change: ChangeRow) => string {
  const say = useSay(changesWords);
  return useCallback(
    (change) =>
      (['created', 'updated', 'removed'] as const)
        .filter((each) => change[each] > 0)
        .map((each) => say(each, { n: count(change[each]) }))
        .join(say('comma')),
    [say],
  );
}
