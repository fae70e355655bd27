import { ownFieldsOf } from '../node/branches.ts';
import { KINDS, kindOf } from '../node/kinds.ts';
import { fieldWord } from '../node/node-words.ts';
import type { FlowNode } from '../node/tree.ts';
import type { HotlineDifference } from './hotline-diff.ts';

const VERBS = { added: '增加', removed: '删除' } as const;

/** A difference in Chinese, with no name of a field or kind as the engine has it. */
export function chinese(difference: HotlineDifference): string {
  switch (difference.kind) {
    case 'added':
    case 'removed':
      return `${VERBS[difference.kind]}：${title(difference.node)}，位置 ${place(difference.path)}`;
    case 'moved':
      return `移动：${title(difference.node)}，从 ${place(difference.from)} 到 ${place(difference.path)}`;
    case 'changed': {
      const { node, path, field, before, after } = difference;
      return `修改：${title(node)}，位置 ${place(path)}：${nodeField(node, field)}由 ${value(field, before)} 改为 ${value(field, after)}`;
    }
    case 'setting': {
      const { field, before, after } = difference;
      return `修改：热线的${ownField(field)}由 ${value(field, before)} 改为 ${value(field, after)}`;
    }
    case 'exit': {
      const { node, path, exit, before, after } = difference;
      const of = node ? `${title(node)}，位置 ${place(path)}` : '热线';
      const way = node ? label(exit) : (ROOTS[exit] ?? `子流程“${exit}”`);
      if (!before && after) return `出口：${of}：新增“${way}”，通向 ${title(after)}`;
      if (!after) return `出口：${of}：取消“${way}”${before ? `，原通向 ${title(before)}` : ''}`;
      return `出口：${of}：“${way}”改为通向 ${title(after)}，原通向 ${title(before!)}`;
    }
  }
}

/** `队列“sales”`: its word, and what it cannot do without. */
function title(node: FlowNode): string {
  const { word, fields } = kindOf(node);
  const own = ownFieldsOf(node);
  const about = Object.entries(fields)
    .filter(([name, kind]) => !kind.endsWith('?') && own[name] !== undefined)
    .map(([name]) => shown(own[name]));
  return about.length === 0 ? word.zh : `${word.zh}“${about.join(' ')}”`;
}

/** `flow[1].1`: 主流程第 2 个 › 按键 1. */
function place(path: string): string {
  const [root = '', ...labels] = path.split('.');
  return [
    numbered(root, (name) => ROOTS[name] ?? `子流程“${name}”`),
    ...labels.map((each) => numbered(each, label)),
  ].join(' › ');
}

function numbered(text: string, say: (name: string) => string): string {
  const [, name = text, index] = /^(.*)\[(\d+)\]$/.exec(text) ?? [];
  return `${say(name)}${index === undefined ? '' : ` 第 ${Number(index) + 1} 个`}`;
}

const ROOTS: Readonly<Record<string, string>> = {
  flow: '主流程',
  vip: 'VIP 流程',
  blocked: '黑名单流程',
  limit: '超出频次',
  afterTalk: '通话后',
  otherwise: '兜底流程',
};

const RULES: Readonly<Record<string, string>> = {
  list: '名单',
  number: '号码',
  prefix: '号段',
  'area-code': '区号',
  anonymous: '未显示号码',
};

/** A way out of a node: a key, a period, a rule of callers, or one of its fields. */
function label(name: string): string {
  if (/^[\d*#]{1,8}$/.test(name)) return `按键 ${name}`;
  const period = { open: '工作时间', holiday: '节假日' }[name];
  if (period) return period;
  const [, rule = '', rest = ''] = /^([a-z-]+)( .*)?$/.exec(name) ?? [];
  if (RULES[rule] && (rest !== '' || rule === 'anonymous')) return `${RULES[rule]}${rest}`;
  return WAYS.get(name) ?? name;
}

/** Words of fields that hold a flow. */
const WAYS = new Map(
  Object.entries(KINDS).flatMap(([type, { fields }]) =>
    Object.entries(fields)
      .filter(([, kind]) => kind.replace('?', '') === 'flow')
      .map(([name]) => [name, fieldWord(type as FlowNode['type'], name).zh] as const),
  ),
);

function nodeField(node: FlowNode, path: string): string {
  const [name = '', ...rest] = path.split('.');
  const isKnown = Object.hasOwn(kindOf(node).fields, name);
  return [isKnown ? fieldWord(node.type, name).zh : name, ...rest].join(' ');
}

const SETTINGS: Readonly<Record<string, string>> = {
  name: '名称',
  description: '说明',
  timeZone: '时区',
  aliases: '引示号',
  block: '黑名单',
  blocked: '拦截处理',
  allow: '白名单',
  admit: '接听范围',
  vip: '贵宾规则',
  limit: '呼叫频次限制',
  channels: '并发上限',
  ringback: '企业彩铃',
  featureCodes: '功能码',
  lines: '外线',
  calendars: '工作时间',
  flowTimeoutMs: '代码流程时限',
  flow: '流程',
};

function ownField(path: string): string {
  const [name = '', ...rest] = path.split('.');
  return [SETTINGS[name] ?? name, ...rest].join(' ');
}

function value(field: string, of: unknown): string {
  if (of === undefined) return '未设置';
  if (typeof of === 'boolean') return of ? '是' : '否';
  if (typeof of === 'number' && field.endsWith('Ms')) return `${of / 1000} 秒`;
  return shown(of);
}

const shown = (of: unknown): string => (typeof of === 'string' ? of : JSON.stringify(of));
