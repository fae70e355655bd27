import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { Button } from 'antd';
import { memo } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { Branches } from './branches.tsx';
import { Exits } from './exits.tsx';
import { FieldInput } from './field-input.tsx';
import type { FlowText } from './flow-text.ts';
import { branchForm, type Doc, type Kinds, type Spot } from './model/tree.ts';
import { NodeIcon } from './node-icon.tsx';
import type { Overlay } from './overlay.ts';
import type { EditActs } from './use-edit.ts';
import { flowWords } from './words.ts';

export interface NodeFormProps {
  readonly spot: Spot;
  readonly doc: Doc;
  readonly kinds: Kinds;
  readonly text: FlowText;
  readonly isFixed: boolean;
  readonly acts: EditActs;
  /** `shop.ts:12`. */
  readonly place: string | undefined;
  readonly overlay: Overlay | undefined;
}

/** The settings of a node: a form of the fields that the engine tells of its kind. */
export function NodeForm({ spot, doc, kinds, text, isFixed, acts, place, overlay }: NodeFormProps) {
  const say = useSay(flowWords);
  const { node, steps } = spot;
  const fields = kinds.get(node.type)?.fields ?? [];
  const own = fields.filter((field) => branchForm(field) === undefined);
  return (
    <div className="node-form">
      <h2>
        <NodeIcon type={node.type} /> {text.kind(node.type)}
      </h2>
      {place !== undefined && (
        <p className="faint small">
          {say('writtenAt')} <code>{place}</code>
        </p>
      )}
      {overlay && <Exits spot={spot} overlay={overlay} text={text} />}
      {own.map((field) => (
        <FieldInput
          key={`${spot.pointer} ${field.name}`}
          field={field}
          text={text}
          value={node[field.name]}
          doc={doc}
          isFixed={isFixed}
          change={(value) => acts.setField(steps, field.name, value)}
        />
      ))}
      <Branches spot={spot} kinds={kinds} text={text} isFixed={isFixed} acts={acts} />
      {!isFixed && <NodeActs acts={acts} />}
    </div>
  );
}

const NodeActs = memo(function NodeActs({ acts }: { readonly acts: EditActs }) {
  const say = useSay(flowWords);
  return (
    <div className="node-acts">
      <Button icon={<PlusOutlined />} onClick={acts.openAdd}>
        {say('addHere')}
      </Button>
      <Button icon={<CopyOutlined />} onClick={acts.duplicate}>
        {say('duplicateNode')}
      </Button>
      <Button danger icon={<DeleteOutlined />} onClick={acts.remove}>
        {say('removeNode')}
      </Button>
    </div>
  );
});
