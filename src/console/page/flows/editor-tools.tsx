import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import RedoOutlined from '@ant-design/icons/es/icons/RedoOutlined';
import UndoOutlined from '@ant-design/icons/es/icons/UndoOutlined';
import { Button, Segmented } from 'antd';
import { memo } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { Find } from './find.tsx';
import type { FlowText } from './flow-text.ts';
import type { Spot } from './model/tree.ts';
import type { HistoryActs } from './use-edit.ts';
import { flowWords } from './words.ts';

interface EditorToolsProps {
  readonly view: 'canvas' | 'outline';
  readonly text: FlowText;
  readonly mayChange: boolean;
  readonly mayUndo: boolean;
  readonly mayRedo: boolean;
  readonly isFinding: boolean;
  readonly acts: HistoryActs;
  readonly spots: () => readonly Spot[];
  readonly look: (view: string) => void;
  readonly openAdd: () => void;
  readonly found: () => void;
}

/** What is done with the flow, above it. Drawn anew when that changes, not with each letter. */
export const EditorTools = memo(function EditorTools(props: EditorToolsProps) {
  const { view, text, mayChange, mayUndo, mayRedo, isFinding, acts, spots, look, openAdd, found } = props;
  const say = useSay(flowWords);
  return (
    <>
      <Segmented
        aria-label={say('views')}
        value={view}
        onChange={look}
        options={[
          { value: 'canvas', label: say('canvas') },
          { value: 'outline', label: say('outline') },
        ]}
      />
      {mayChange && (
        <>
          <Button icon={<PlusOutlined />} onClick={openAdd}>
            {say('addNode')}
          </Button>
          <Button
            icon={<UndoOutlined />}
            aria-label={say('undo')}
            title={say('undo')}
            disabled={!mayUndo}
            onClick={acts.undo}
          />
          <Button
            icon={<RedoOutlined />}
            aria-label={say('redo')}
            title={say('redo')}
            disabled={!mayRedo}
            onClick={acts.redo}
          />
        </>
      )}
      <Find spots={spots} text={text} choose={acts.choose} isAsked={isFinding} done={found} />
    </>
  );
});
