import { kindOf } from '../node/kinds.ts';
import type { FlowNode } from '../node/tree.ts';
import { chinese } from './diff-words-zh.ts';
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

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
