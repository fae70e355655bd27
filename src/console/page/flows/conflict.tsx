import { Modal, Radio } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { type FlowText, shown } from './flow-text.ts';
import { type Doc, get, isNode, isRecord, type Steps } from './model/tree.ts';
import type { Conflicting } from './use-draft.ts';
import { flowWords } from './words.ts';

interface ConflictProps {
  readonly conflict: Conflicting;
  readonly text: FlowText;
  readonly isSaving: boolean;
  readonly close: () => void;
  readonly save: (doc: Doc) => void;
}

/** What two people did to one draft, merged by place; where both changed one thing, it is chosen whose it is. */
export function ConflictDialog({ conflict, text, isSaving, close, save }: ConflictProps) {
  const say = useSay(flowWords);
  const [theirs, setTheirs] = useState<ReadonlySet<number>>(new Set());
  const choose = (index: number, isTheirs: boolean) =>
    setTheirs((before) => {
      const after = new Set(before);
      if (isTheirs) after.add(index);
      else after.delete(index);
      return after;
    });
  return (
    <Modal
      open
      title={say('conflictTitle')}
      okText={say('mergedSave')}
      okButtonProps={{ loading: isSaving }}
      onOk={() => save(conflict.resolved(theirs))}
      onCancel={close}
      width={560}
    >
      <p>
        {say('byAt', { by: conflict.theirs.by })} · {say('conflictDetail')}
      </p>
      {conflict.taken.length > 0 && (
        <>
          <p className="faint">{say('takenFrom')}</p>
          <ul className="conflict-list">
            {conflict.taken.map((pointer) => (
              <li key={pointer}>{placeText(conflict.doc, stepsIn(pointer), text)}</li>
            ))}
          </ul>
        </>
      )}
      {conflict.conflicts.length > 0 && (
        <>
          <p className="faint">{say('conflictChoose')}</p>
          {conflict.conflicts.map((one, index) => (
            <fieldset key={one.pointer} className="conflict">
              <legend>{placeText(conflict.doc, one.steps, text)}</legend>
              <Radio.Group
                value={theirs.has(index)}
                onChange={({ target }) => choose(index, target.value)}
                options={[
                  { value: false, label: `${say('mine')}：${told(one.mine, text) || say('gone')}` },
                  { value: true, label: `${say('theirs')}：${told(one.theirs, text) || say('gone')}` },
                ]}
              />
            </fieldset>
          ))}
        </>
      )}
    </Modal>
  );
}

const stepsIn = (pointer: string): Steps =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The way to a place by the nodes that are on it. */
function placeText(doc: Doc, steps: Steps, text: FlowText): string {
  const words: string[] = [];
  for (let depth = 1; depth <= steps.length; depth++) {
    const at = get(doc, steps.slice(0, depth));
    if (isNode(at)) words.push(text.kind(at.type));
    else if (typeof steps[depth - 1] === 'string' && !Array.isArray(at) && !isRecord(at))
      words.push(text.part(doc, steps.slice(0, depth)));
  }
  return words.length > 0 ? words.join(' › ') : steps.join('/');
}

function told(value: unknown, text: FlowText): string {
  if (isNode(value)) return `${text.kind(value.type)} ${text.summary(value)}`;
  if (Array.isArray(value) && value.every(isNode)) return value.map((node) => told(node, text)).join('、');
  return shown(value);
}
