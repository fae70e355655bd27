import ArrowLeftOutlined from '@ant-design/icons/es/icons/ArrowLeftOutlined';
import HistoryOutlined from '@ant-design/icons/es/icons/HistoryOutlined';
import { Button } from 'antd';
import { memo } from 'react';
import { Link } from 'react-router';
import type { FlowRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { People } from './editors.tsx';
import { ExportFlow } from './export-flow.tsx';
import { FlowState } from './flow-state.tsx';
import type { Doc, Kinds } from './model/tree.ts';
import type { Editors } from './use-editors.ts';
import { flowWords } from './words.ts';

interface EditorHeadProps {
  readonly row: FlowRow;
  readonly kinds: Kinds;
  readonly people: Editors['people'];
  readonly isOurs: boolean;
  readonly mayChange: boolean;
  readonly mayPublish: boolean;
  /** There is something to be saved, and to be published. */
  readonly isChanged: boolean;
  readonly isReady: boolean;
  readonly isSaving: boolean;
  readonly errors: number;
  readonly now: () => Doc;
  readonly open: (what: 'versions' | 'publish') => void;
  readonly save: () => void;
}

/** The head of the editor: which flow, its state, who else has it open, and what becomes of it. Drawn anew when that changes, not with each letter. */
export const EditorHead = memo(function EditorHead(props: EditorHeadProps) {
  const { row, kinds, people, isOurs, mayChange, mayPublish, isChanged, isReady, isSaving, errors } = props;
  const { now, open, save } = props;
  const say = useSay(flowWords);
  return (
    <header className="flow-head">
      <Link to="/flows" className="flow-back" aria-label={say('back')} title={say('back')}>
        <ArrowLeftOutlined aria-hidden />
      </Link>
      <h1>{phoneNumber(row.number)}</h1>
      <span className="flow-name">{row.name}</span>
      <FlowState row={row} />
      <People people={people} />
      <span className="grow" />
      {isChanged && <span className="faint small">{say('unsaved')}</span>}
      {row.language === 'json' && <ExportFlow number={row.number} now={now} kinds={kinds} />}
      {isOurs && (
        <Button icon={<HistoryOutlined />} onClick={() => open('versions')}>
          {say('versions')}
        </Button>
      )}
      {mayChange && (
        <Button disabled={!isChanged} loading={isSaving} onClick={save}>
          {say('save')}
        </Button>
      )}
      {mayPublish && (
        <Button
          type="primary"
          disabled={!isReady}
          title={errors > 0 ? say('errorsBlock', { n: errors }) : undefined}
          onClick={() => open('publish')}
        >
          {say('publish')}
        </Button>
      )}
    </header>
  );
});
