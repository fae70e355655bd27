import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { AutoComplete, Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { useNames } from './flow-queries.ts';
import type { FlowText } from './flow-text.ts';
import {
  type BranchSpot,
  branchForm,
  type FieldFacts,
  get,
  isRecord,
  type Kinds,
  type Spot,
} from './model/tree.ts';
import type { EditActs } from './use-edit.ts';
import { flowWords } from './words.ts';

interface BranchesProps {
  readonly spot: Spot;
  readonly kinds: Kinds;
  readonly text: FlowText;
  readonly isFixed: boolean;
  readonly acts: EditActs;
}

/** The ways out of a node, with those that it may have besides. */
export function Branches({ spot, kinds, text, isFixed, acts }: BranchesProps) {
  const say = useSay(flowWords);
  const fields = (kinds.get(spot.node.type)?.fields ?? []).filter((field) => branchForm(field) !== undefined);
  if (fields.length === 0) return null;
  const open = fields.filter((field) => branchForm(field) !== 'one' || spot.node[field.name] === undefined);
  return (
    <section className="branches" aria-label={say('branches')}>
      <h3>{say('branches')}</h3>
      {spot.branches.map((each) => (
        <div className="branch-line" key={each.pointer}>
          <BranchName each={each} spot={spot} text={text} isFixed={isFixed} acts={acts} />
          {!isFixed && (
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={say('removeBranch', { name: text.branch(each.branch) })}
              title={say('removeBranch', { name: text.branch(each.branch) })}
              onClick={() => acts.removeBranch(spot, each)}
            />
          )}
        </div>
      ))}
      {!isFixed && open.length > 0 && <NewBranch spot={spot} fields={open} text={text} acts={acts} />}
    </section>
  );
}

interface BranchNameProps extends Omit<BranchesProps, 'kinds'> {
  readonly each: BranchSpot;
}

function BranchName({ each, spot, text, isFixed, acts }: BranchNameProps) {
  const { branch } = each;
  const name = text.branch(branch);
  if (isFixed || branchForm(branch.field) === 'one')
    return (
      <button type="button" className="branch-link" onClick={() => acts.choose(each.pointer)}>
        {name}
      </button>
    );
  if (branch.field.kind === 'shares') return <Weight each={each} spot={spot} acts={acts} />;
  if (branch.field.kind === 'rules') return <Who each={each} spot={spot} acts={acts} />;
  return <Label key={branch.label} each={each} spot={spot} text={text} acts={acts} />;
}

function Label({ each, spot, text, acts }: Omit<BranchNameProps, 'isFixed'>) {
  const say = useSay(flowWords);
  const [typed, setTyped] = useState(each.branch.label);
  const done = () => {
    if (typed !== each.branch.label && !acts.renameBranch(spot, each, typed.trim()))
      setTyped(each.branch.label);
  };
  return (
    <>
      <Input
        size="small"
        className="branch-name"
        aria-label={say('branchName')}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={done}
        onPressEnter={done}
      />
      <button type="button" className="branch-link" onClick={() => acts.choose(each.pointer)}>
        {text.branch(each.branch)}
      </button>
    </>
  );
}

type EntryProps = Pick<BranchNameProps, 'each' | 'spot' | 'acts'>;

function Weight({ each, spot, acts }: EntryProps) {
  const say = useSay(flowWords);
  const steps = [...spot.steps, ...each.branch.steps.slice(0, -1)];
  return (
    <>
      <InputNumber<number>
        size="small"
        min={1}
        aria-label={say('weight')}
        value={Number(get(spot.node, [...each.branch.steps.slice(0, -1), 'weight'])) || null}
        onChange={(weight) => acts.setField(steps, 'weight', weight ?? 1, spot.pointer)}
      />
      <button type="button" className="branch-link" onClick={() => acts.choose(each.pointer)}>
        {each.branch.label}
      </button>
    </>
  );
}

/** What a rule looks at, with the field that holds it. */
const MATCHES = {
  list: 'list',
  number: 'number',
  prefix: 'prefix',
  'area-code': 'code',
  anonymous: undefined,
  international: undefined,
} as const;
type Match = keyof typeof MATCHES;

function Who({ each, spot, acts }: EntryProps) {
  const say = useSay(flowWords);
  const lists = useNames('list');
  const entry = each.branch.steps.slice(0, -1);
  const all = get(spot.node, [...entry, 'who']);
  const who = Array.isArray(all) ? all : [all];
  const first: unknown = who[0];
  const steps = [...spot.steps, ...entry];
  if (who.length !== 1 || !isRecord(first) || !Object.hasOwn(MATCHES, String(first['match'])))
    return (
      <button type="button" className="branch-link" onClick={() => acts.choose(each.pointer)}>
        {each.branch.label}
      </button>
    );
  const match = first['match'] as Match;
  const field = MATCHES[match];
  const put = (rule: object) => acts.setField(steps, 'who', [rule], spot.pointer);
  return (
    <>
      <Select<Match>
        size="small"
        className="who-match"
        aria-label={say('who')}
        value={match}
        onChange={(chosen) => put({ match: chosen, ...(MATCHES[chosen] && { [MATCHES[chosen]!]: '' }) })}
        options={(Object.keys(MATCHES) as Match[]).map((each) => ({
          value: each,
          label: say(`match-${each}`),
        }))}
      />
      {field !== undefined && (
        <AutoComplete
          size="small"
          className="who-value"
          aria-label={say('whoValue')}
          value={String(first[field] ?? '')}
          onChange={(value: string) => put({ ...first, [field]: value })}
          options={match === 'list' ? lists.map((name) => ({ value: name })) : []}
        />
      )}
    </>
  );
}

const KEYS = [...'1234567890*#'];
const PERIODS = ['open', 'closed', 'holiday'];

interface NewBranchProps {
  readonly spot: Spot;
  readonly fields: readonly FieldFacts[];
  readonly text: FlowText;
  readonly acts: EditActs;
}

function NewBranch({ spot, fields, text, acts }: NewBranchProps) {
  const say = useSay(flowWords);
  const trunks = useNames('trunk');
  const [name, setName] = useState<string>();
  const [label, setLabel] = useState('');
  const field = fields.find((each) => each.name === name) ?? fields[0]!;
  const isNamed = branchForm(field) === 'by-label';
  const held = spot.node[field.name];
  const taken = isRecord(held) ? Object.keys(held) : [];
  const offered = (
    field.kind === 'keys' || field.kind === 'singleKeys'
      ? KEYS
      : field.name === 'periods'
        ? PERIODS
        : field.kind === 'trunks'
          ? trunks
          : field.choices
  ).filter((each) => !taken.includes(each));
  const given = label === '' ? (offered[0] ?? '') : label.trim();
  return (
    <div className="branch-line">
      {fields.length > 1 && (
        <Select
          size="small"
          className="new-branch-field"
          aria-label={say('addBranch')}
          value={field.name}
          onChange={(chosen: string) => {
            setName(chosen);
            setLabel('');
          }}
          options={fields.map((each) => ({ value: each.name, label: text.field(each) }))}
        />
      )}
      {isNamed && (
        <AutoComplete
          size="small"
          className="new-branch-name"
          aria-label={say('branchName')}
          value={label}
          placeholder={offered[0] ?? say('branchName')}
          onChange={setLabel}
          options={offered.map((each) => ({ value: each }))}
        />
      )}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={isNamed && given === ''}
        onClick={() => {
          acts.addBranch(spot, { field, label: isNamed ? given : '' });
          setLabel('');
        }}
      >
        {isNamed ? say('branchAdd') : say('addBranch')}
      </Button>
    </div>
  );
}
