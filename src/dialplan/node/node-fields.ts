/**
 * The one table of what each node holds: for validation of plans that no compiler has seen, for the names that
 * `check` resolves, for the branches that `graph` draws, and for forms in the web console.
 */
import type { Flow, FlowNode, NodeType } from './nodes.ts';

/** What a field may hold. A `?` at the end: it may be left out. */
export type FieldKind = Kind | `${Kind}?`;
type Kind =
  | 'text'
  | 'digits'
  | 'flag'
  | 'count'
  | 'ms'
  | 'function'
  | 'prompts'
  | 'queue'
  | 'mailbox'
  | 'survey'
  | 'extension'
  | 'trunk'
  | 'calendar'
  | 'flowName'
  | 'cause'
  | 'strategy'
  | 'method'
  | 'url'
  | 'target'
  | 'targets'
  | 'places'
  | 'textMap'
  /** A branch. */
  | 'flow'
  /** Branches by free text, by keys of the telephone, by place, by operator, by trunk. */
  | 'flows'
  | 'keys'
  /** One key each: pressed while something else goes on. */
  | 'singleKeys'
  | 'areas'
  | 'carriers'
  | 'trunks'
  | 'rules'
  | 'shares';

export type Fields = Readonly<Record<string, FieldKind>>;

/** A line has the fields of an extension, and a trunk. */
export const LINE_FIELDS: Fields = {
  number: 'digits',
  name: 'text?',
  trunk: 'trunk?',
  channels: 'count?',
  ringMs: 'ms?',
  weight: 'count?',
  hours: 'calendar?',
};

export const NODE_FIELDS: Readonly<Record<NodeType, Fields>> = {
  play: { prompt: 'prompts', repeat: 'count?', bargeIn: 'flag?' },
  menu: {
    prompt: 'prompts',
    keys: 'keys',
    attempts: 'count?',
    timeoutMs: 'ms?',
    invalid: 'prompts?',
    otherwise: 'flow?',
  },
  gather: {
    save: 'text',
    prompt: 'prompts?',
    min: 'count?',
    max: 'count?',
    timeoutMs: 'ms?',
    interDigitMs: 'ms?',
    terminator: 'text?',
    secret: 'flag?',
    attempts: 'count?',
    invalid: 'prompts?',
    otherwise: 'flow?',
  },
  schedule: { calendar: 'calendar', periods: 'flows' },
  byArea: { areas: 'areas', unknown: 'flow?', international: 'flow?', otherwise: 'flow?' },
  byCarrier: { carriers: 'carriers', otherwise: 'flow?' },
  byCaller: { rules: 'rules', otherwise: 'flow?' },
  byPercent: { shares: 'shares' },
  byTrunk: { trunks: 'trunks', otherwise: 'flow?' },
  byVariable: { variable: 'text', values: 'flows', otherwise: 'flow?' },
  set: { variable: 'text', value: 'text' },
  queue: {
    queue: 'queue',
    priority: 'count?',
    maxWaitMs: 'ms?',
    timeout: 'flow?',
    full: 'flow?',
    noAgents: 'flow?',
    keys: 'singleKeys?',
    otherwise: 'flow?',
  },
  dial: {
    targets: 'targets',
    strategy: 'strategy?',
    ringMs: 'ms?',
    sticky: 'flag?',
    busy: 'flow?',
    noAnswer: 'flow?',
    otherwise: 'flow?',
  },
  extension: {
    number: 'extension',
    name: 'text?',
    channels: 'count?',
    ringMs: 'ms?',
    weight: 'count?',
    hours: 'calendar?',
    otherwise: 'flow?',
  },
  transfer: { target: 'target', otherwise: 'flow?' },
  voicemail: { box: 'mailbox' },
  survey: { survey: 'survey' },
  announce: { prompt: 'prompts', switch: 'text?', areas: 'places?' },
  callback: { queue: 'queue', prompt: 'prompts?', otherwise: 'flow?' },
  http: {
    url: 'url',
    method: 'method?',
    timeoutMs: 'ms?',
    save: 'textMap?',
    select: 'text?',
    values: 'flows?',
    otherwise: 'flow?',
  },
  goto: { flow: 'flowName' },
  subflow: { flow: 'flowName' },
  script: {
    run: 'function',
    name: 'text?',
    timeoutMs: 'ms?',
    branches: 'flows?',
    otherwise: 'flow?',
  },
  hangup: { cause: 'cause?', prompt: 'prompts?' },
};

/** A way out of a node. */
export interface Branch {
  /** `1`, `closed`, `otherwise`, `70 %` ... */
  readonly label: string;
  readonly flow: Flow;
}

const BRANCH_KINDS = /^(flows?|keys|singleKeys|areas|carriers|trunks|rules|shares)\??$/;

/** The fields of each node that hold branches. */
const BRANCH_FIELDS = new Map(
  Object.entries(NODE_FIELDS).map(([type, fields]) => [
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

function collect(field: string, kind: FieldKind, value: unknown, branches: Branch[]): void {
  switch (kind) {
    case 'flow':
    case 'flow?':
      branches.push({ label: field, flow: value as Flow });
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
        branches.push({ label, flow });
      return;
    case 'rules':
      for (const rule of value as readonly { who: readonly object[]; flow: Flow }[]) {
        branches.push({ label: rule.who.map(ruleText).join(', '), flow: rule.flow });
      }
      return;
    case 'shares': {
      const shares = value as readonly { weight: number; flow: Flow }[];
      const sum = shares.reduce((total, share) => total + share.weight, 0);
      for (const { weight, flow } of shares) {
        branches.push({ label: `${Math.round((weight * 100) / sum)} %`, flow });
      }
    }
  }
}

function ruleText(rule: object): string {
  const [kind, value] = Object.values(rule);
  return value === undefined ? String(kind) : `${kind} ${value}`;
}

/** A flow as the list of its nodes. */
export function nodesOf(flow: Flow): readonly FlowNode[] {
  return Array.isArray(flow) ? flow : [flow as FlowNode];
}
