import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import type { FlowText } from './flow-text.ts';
import { addFlow } from './model/edit.ts';
import type { Branch, RootSpot } from './model/tree.ts';
import type { HistoryActs } from './use-edit.ts';
import { flowWords } from './words.ts';

interface RootFormProps {
  readonly root: RootSpot | undefined;
  readonly branch: { readonly branch: Branch } | undefined;
  readonly text: FlowText;
  readonly isFixed: boolean;
  readonly history: HistoryActs;
  readonly openAdd: () => void;
  readonly remove: () => void;
}

/** What may be done where no node is chosen: with a flow of the hotline, or a branch. */
export function RootForm({ root, branch, text, isFixed, history, openAdd, remove }: RootFormProps) {
  const say = useSay(flowWords);
  const [name, setName] = useState('');
  const [isTaken, setTaken] = useState(false);
  const title = root ? text.root(root.root) : branch ? text.branch(branch.branch) : say('chooseNode');
  const add = () => {
    const isAdded = history.apply(addFlow(history.now().doc, name.trim()));
    setTaken(!isAdded);
    if (isAdded) setName('');
  };
  return (
    <div className="node-form">
      <h2>{title}</h2>
      {!isFixed && (root || branch) && (
        <div className="node-acts">
          <Button icon={<PlusOutlined />} onClick={openAdd}>
            {say('addNode')}
          </Button>
          {(branch || root?.root.name !== 'flow') && (
            <Button danger icon={<DeleteOutlined />} onClick={remove}>
              {branch ? say('removeBranch', { name: title }) : say('removeFlow')}
            </Button>
          )}
        </div>
      )}
      {!isFixed && root && (
        <div className="field new-flow">
          <label htmlFor="new-flow">{say('addFlow')}</label>
          <span className="branch-line">
            <Input
              id="new-flow"
              value={name}
              maxLength={64}
              placeholder={say('flowName')}
              {...(isTaken && { status: 'error' as const })}
              onChange={({ target }) => {
                setName(target.value);
                setTaken(false);
              }}
              onPressEnter={add}
            />
            <Button disabled={name.trim() === ''} onClick={add}>
              {say('branchAdd')}
            </Button>
          </span>
          <span className={isTaken ? 'field-bad small' : 'faint small'} role={isTaken ? 'alert' : undefined}>
            {isTaken ? say('taken') : say('flowNameHint')}
          </span>
        </div>
      )}
    </div>
  );
}
