/** The builders: each makes one node of nodes.ts and notes the line that it was written on. */

import type { CallerMatch, Flow, FlowNode, Hotline, Line, VipRule } from '../node/nodes.ts';
import type { Builders, DeclaredNames } from './builder-types.ts';
import { rememberPlace } from './places.ts';

type Any = Builders<DeclaredNames>;
type Rest = Readonly<Record<string, unknown>>;

function matches(who: CallerMatch | readonly CallerMatch[]): readonly CallerMatch[] {
  return Array.isArray(who) ? who : [who as CallerMatch];
}

/** The entries of `options` that are not in `fields`: the branches. */
function branchesOf(options: object, fields: readonly string[]): Record<string, Flow> {
  const branches: Record<string, Flow> = {};
  for (const [key, value] of Object.entries(options)) if (!fields.includes(key)) branches[key] = value;
  return branches;
}

function pick(options: object, fields: readonly string[]): Rest {
  return Object.fromEntries(Object.entries(options).filter(([key]) => fields.includes(key)));
}

function vipRule(vip: NonNullable<Parameters<Any['hotline']>[1]['vip']>): VipRule {
  if (!Array.isArray(vip) && 'who' in vip) return { ...vip, who: matches(vip.who) };
  return { who: matches(vip as CallerMatch | readonly CallerMatch[]) };
}

const hotline: Any['hotline'] = (number, options) => {
  const { block, allow, vip, ringback, ...rest } = options;
  const heard =
    typeof ringback === 'object' && 'when' in ringback
      ? ringback
      : ringback && { prompt: ringback, when: 'before-answer' as const };
  const node = {
    type: 'hotline',
    number,
    ...rest,
    ...(block && { block: matches(block) }),
    ...(allow && { allow: matches(allow) }),
    ...(vip && { vip: vipRule(vip) }),
    ...(heard && { ringback: heard }),
  } as Hotline;
  return rememberPlace(node, hotline);
};

const play: Any['play'] = (prompt, options) => rememberPlace({ type: 'play', prompt, ...options }, play);

const MENU_FIELDS = ['prompt', 'attempts', 'timeoutMs', 'invalid', 'otherwise'];
const menu: Any['menu'] = (options) => {
  const keys = branchesOf(options, MENU_FIELDS);
  return rememberPlace({ type: 'menu', ...pick(options, MENU_FIELDS), keys } as FlowNode, menu);
};

const gather: Any['gather'] = (options) => rememberPlace({ type: 'gather', ...options }, gather);
const schedule: Any['schedule'] = (calendar, periods) =>
  rememberPlace({ type: 'schedule', calendar, periods }, schedule);

const AREA_FIELDS = ['unknown', 'international', 'otherwise'];
const byArea: Any['byArea'] = (options: object, otherwise?: Flow) => {
  const areas = branchesOf(options, AREA_FIELDS);
  const rest = otherwise === undefined ? undefined : { otherwise };
  return rememberPlace({ type: 'byArea', areas, ...pick(options, AREA_FIELDS), ...rest }, byArea);
};

/** Branches by key beside `otherwise`. */
function split(options: object): { branches: Record<string, Flow>; rest: Rest } {
  return { branches: branchesOf(options, ['otherwise']), rest: pick(options, ['otherwise']) };
}

const byCarrier: Any['byCarrier'] = (options) => {
  const { branches, rest } = split(options);
  return rememberPlace({ type: 'byCarrier', carriers: branches, ...rest }, byCarrier);
};
const byTrunk: Any['byTrunk'] = (options) => {
  const { branches, rest } = split(options);
  return rememberPlace({ type: 'byTrunk', trunks: branches, ...rest }, byTrunk);
};
const byVariable: Any['byVariable'] = (variable, options) => {
  const { branches, rest } = split(options);
  return rememberPlace({ type: 'byVariable', variable, values: branches, ...rest }, byVariable);
};
const byCaller: Any['byCaller'] = (rules, otherwise) =>
  rememberPlace(
    {
      type: 'byCaller',
      rules: rules.map(([who, flow]) => ({ who: matches(who), flow })),
      ...(otherwise && { otherwise }),
    },
    byCaller,
  );
const byPercent: Any['byPercent'] = (shares) =>
  rememberPlace({ type: 'byPercent', shares: shares.map(([weight, flow]) => ({ weight, flow })) }, byPercent);

const set: Any['set'] = (variable, value) => rememberPlace({ type: 'set', variable, value }, set);
const queue: Any['queue'] = (name, branches) =>
  rememberPlace({ type: 'queue', queue: name, ...branches } as FlowNode, queue);
const dial: Any['dial'] = (targets, branches) =>
  rememberPlace(
    { type: 'dial', targets: Array.isArray(targets) ? targets : [targets], ...branches } as FlowNode,
    dial,
  );
const line: Any['line'] = (dialled, options) =>
  rememberPlace({ type: 'line', number: dialled, ...options } as Line, line);
const extension: Any['extension'] = (dialled, options) =>
  rememberPlace({ type: 'extension', number: dialled, ...options }, extension);
const transfer: Any['transfer'] = (target, branches) =>
  rememberPlace({ type: 'transfer', target, ...branches }, transfer);
const voicemail: Any['voicemail'] = (box) => rememberPlace({ type: 'voicemail', box }, voicemail);
const survey: Any['survey'] = (name) => rememberPlace({ type: 'survey', survey: name }, survey);
const announce: Any['announce'] = (prompt, options) =>
  rememberPlace({ type: 'announce', prompt, ...options }, announce);
const callback: Any['callback'] = (name, options) =>
  rememberPlace({ type: 'callback', queue: name, ...options }, callback);
const http: Any['http'] = (options) => rememberPlace({ type: 'http', ...options }, http);
const goto: Any['goto'] = (flow) => rememberPlace({ type: 'goto', flow }, goto);
const subflow: Any['subflow'] = (flow) => rememberPlace({ type: 'subflow', flow }, subflow);
const script: Any['script'] = (run, options) =>
  rememberPlace({ type: 'script', run, ...options } as FlowNode, script);
const hangup: Any['hangup'] = (how) => {
  const options = typeof how === 'object' ? how : how === undefined ? {} : { cause: how };
  return rememberPlace({ type: 'hangup', ...options }, hangup);
};

const list: Any['list'] = (name, term) => ({ match: 'list', list: name, ...term });
const number: Any['number'] = (caller, term) => ({ match: 'number', number: caller, ...term });
const prefix: Any['prefix'] = (digits, term) => ({ match: 'prefix', prefix: digits, ...term });
const areaCode: Any['areaCode'] = (code, term) => ({ match: 'area-code', code, ...term });
const anonymous: Any['anonymous'] = (term) => ({ match: 'anonymous', ...term });
const international: Any['international'] = (term) => ({ match: 'international', ...term });

const ALL: Any = {
  hotline,
  play,
  menu,
  gather,
  schedule,
  byArea,
  byCarrier,
  byCaller,
  byPercent,
  byTrunk,
  byVariable,
  set,
  queue,
  dial,
  line,
  extension,
  transfer,
  voicemail,
  survey,
  announce,
  callback,
  http,
  goto,
  subflow,
  script,
  hangup,
  list,
  number,
  prefix,
  areaCode,
  anonymous,
  international,
};

/**
 * The builders with the names that the code declares: `builders({ queues: ['sales'] }).queue('sells')` is a type
 * error. Kinds that are not declared take any name; those are checked when the plan is loaded.
 */
export function builders<const D extends DeclaredNames>(_declared: D): Builders<D> {
  return ALL as unknown as Builders<D>;
}
