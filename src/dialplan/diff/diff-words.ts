import { kindOf } from '../node/kinds.ts';
import type { FlowNode } from '../node/tree.ts';
import type { HotlineDifference } from './hotline-diff.ts';

/** A difference as one line for people. */
export function differenceText(difference: HotlineDifference, language: 'zh' | 'en'): string {
  return language === 'zh' ? chinese(difference) : english(difference);
}

function english(difference: HotlineDifference): string {
  const title = (node: FlowNode) => kindOf(node).title(node);
  const value = (of: unknown) => (of === undefined ? 'not set' : shown(of));
  switch (difference.kind) {
    case 'added':
    case 'removed':
      return `${difference.kind}: ${title(difference.node)} at ${difference.path}`;
    case 'moved':
      return `moved: ${title(difference.node)} from ${difference.from} to ${difference.path}`;
    case 'changed': {
      const { node, path, field, before, after } = difference;
      return `changed: ${title(node)} at ${path}: ${field} was ${value(before)}, is ${value(after)}`;
    }
    case 'setting': {
      const { field, before, after } = difference;
      return `changed: ${field} of the hotline was ${value(before)}, is ${value(after)}`;
    }
    case 'exit': {
      const { node, path, exit, before, after } = difference;
      const of = node ? `${title(node)} at ${path}` : 'the hotline';
      const to = (target: FlowNode | undefined) => (target ? `leads to ${title(target)}` : 'is gone');
      return `exit ${exit} of ${of} ${to(after)}, ${before ? `before to ${title(before)}` : 'it is new'}`;
    }
  }
}

const VERBS = { added: '增加', removed: '删除' } as const;

function chinese(difference: HotlineDifference): string {
  const title = (node: FlowNode) => `${kindOf(node).word.zh}(${kindOf(node).title(node)})`;
  const value = (of: unknown) => (of === undefined ? '未设置' : shown(of));
  switch (difference.kind) {
    case 'added':
    case 'removed':
      return `${VERBS[difference.kind]}:${title(difference.node)},位置 ${difference.path}`;
    case 'moved':
      return `移动:${title(difference.node)},从 ${difference.from} 到 ${difference.path}`;
    case 'changed': {
      const { node, path, field, before, after } = difference;
      return `修改:${title(node)},位置 ${path}:${field} 由 ${value(before)} 改为 ${value(after)}`;
    }
    case 'setting': {
      const { field, before, after } = difference;
      return `修改:热线的 ${field} 由 ${value(before)} 改为 ${value(after)}`;
    }
    case 'exit': {
      const { node, path, exit, before, after } = difference;
      const of = node ? `${title(node)},位置 ${path}` : '热线';
      if (!before && after) return `出口:${of}:新增 ${exit},通向 ${title(after)}`;
      if (!after) return `出口:${of}:取消 ${exit}${before ? `,原通向 ${title(before)}` : ''}`;
      return `出口:${of}:${exit} 改为通向 ${title(after)},原通向 ${title(before!)}`;
    }
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
