/** The branches of a node, by its fields. */
import type { FieldKind } from './fields.ts';
import { KINDS } from './kinds.ts';
import type { Flow, FlowNode } from './tree.ts';

/** A way out of a node. */
export interface Branch {
  /** `1`, `closed`, `otherwise`, `70 %` ... */
  readonly label: string;
  readonly flow: Flow;
  /** Way from the node to the flow: `keys`, `1`. */
  readonly steps: readonly (string | number)[];
}

const BRANCH_KINDS = /^(flows?|keys|singleKeys|areas|carriers|trunks|rules|shares)\??$/;

/** The fields of each node that hold branches. */
const BRANCH_FIELDS = new Map(
  Object.entries(KINDS).map(([type, { fields }]) => [
    type,
    Object.entries(fields).filter(([, kind]) => BRANCH_KINDS.test(kind)),
  ]),
);

const NO_BRANCHES: readonly Branch[] = [];

/** The branches of a node, in the order in which they were written. */
export function branchesOf(node: FlowNode): readonly Branch[] {
  const fields = BRANCH_FIELDS.get(node.type);
  if (!fields || fields.length === 0) return NO_BRANCHES;
  const branches: Branch[] = [];
  for (const [field, kind] of fields) {
    const value = (node as unknown as Record<string, unknown>)[field];
    if (value !== undefined) collect(field, kind, value, branches);
  }
  return branches;
}

/** The fields of a node that are no branches; of rules and shares what decides, without where it leads. */
export function ownFieldsOf(node: FlowNode): Readonly<Record<string, unknown>> {
  const branches = new Map(BRANCH_FIELDS.get(node.type));
  const own: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(node)) {
    const kind = branches.get(field);
    if (kind === 'rules' || kind === 'shares')
      own[field] = (value as readonly { readonly flow: Flow }[]).map(({ flow: _, ...rest }) => rest);
    else if (field !== 'type' && kind === undefined) own[field] = value;
  }
  return own;
}

function collect(field: string, kind: FieldKind, value: unknown, branches: Branch[]): void {
  switch (kind) {
    case 'flow':
    case 'flow?':
      branches.push({ label: field, flow: value as Flow, steps: [field] });
      return;
    case 'flows':
    case 'flows?':
    case 'keys':
    case 'singleKeys':
    case 'singleKeys?':
    case 'areas':
    case 'carriers':
    case 'trunks':
      for (const [label, flow] of Object.entries(value as Record<string, Flow>))
        branches.push({ label, flow, steps: [field, label] });
      return;
    case 'rules':
      for (const [index, rule] of (value as readonly { who: readonly object[]; flow: Flow }[]).entries()) {
        const label = rule.who.map(ruleText).join(', ');
        branches.push({ label, flow: rule.flow, steps: [field, index, 'flow'] });
      }
      return;
    case 'shares': {
      const shares = value as readonly { weight: number; flow: Flow }[];
      const sum = shares.reduce((total, share) => total + share.weight, 0);
      for (const [index, { weight, flow }] of shares.entries()) {
        const label = `${Math.round((weight * 100) / sum)} %`;
        branches.push({ label, flow, steps: [field, index, 'flow'] });
      }
    }
  }
}

function ruleText(rule: object): string {
  const [kind, value] = Object.values(rule);
  return value === undefined ? String(kind) : `${kind} ${value}`;
}
