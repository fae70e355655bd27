import type { Prompts } from '../run/flow-call.ts';
import type { ExtensionNode, FlowNode, Line } from './nodes.ts';

/** A prompt list as text. */
export function promptText(prompts: Prompts): string {
  if (typeof prompts === 'string') return prompts;
  if (Array.isArray(prompts)) return prompts.map(promptText).join(' ');
  return 'digits' in prompts ? `digits ${prompts.digits}` : 'pause';
}

/** A node in a few words, for graphs. */
export function titleOf(node: FlowNode): string {
  switch (node.type) {
    case 'play':
      return `play ${promptText(node.prompt)}`;
    case 'announce':
      return `announce ${promptText(node.prompt)}${node.switch ? ` while ${node.switch}` : ''}`;
    case 'menu':
      return `menu ${promptText(node.prompt)}`;
    case 'gather':
      return `gather ${node.save}${node.secret ? ' (secret)' : ''}`;
    case 'schedule':
      return `schedule ${typeof node.calendar === 'string' ? node.calendar : 'hours'}`;
    case 'byVariable':
      return `by ${node.variable}`;
    case 'set':
      return `set ${node.variable} to ${node.value}`;
    case 'queue':
      return `queue ${node.queue}${node.priority ? ` priority ${node.priority}` : ''}`;
    case 'dial':
      return `dial ${node.targets.map(lineTitle).join(', ')} (${node.strategy ?? 'sequential'})`;
    case 'extension':
      return `extension ${node.number}`;
    case 'transfer':
      return `transfer to ${lineTitle(node.target)}`;
    case 'voicemail':
      return `voicemail ${node.box}`;
    case 'survey':
      return `survey ${node.survey}`;
    case 'callback':
      return `callback by ${node.queue}`;
    case 'http':
      return `http ${/^https?:\/\/([^/{?]+)/.exec(node.url)?.[1] ?? node.url}`;
    case 'goto':
    case 'subflow':
      return `${node.type} ${node.flow}`;
    case 'script':
      return `script ${node.name ?? (node.run.name || 'function')}`;
    case 'hangup':
      return `hangup ${node.cause ?? 'normal'}${node.prompt ? ` after ${promptText(node.prompt)}` : ''}`;
    default:
      return DECISIONS[node.type];
  }
}

const DECISIONS = {
  byArea: 'by area',
  byCarrier: 'by operator',
  byCaller: 'by caller',
  byPercent: 'by percent',
  byTrunk: 'by trunk',
};

function lineTitle(target: string | Line | ExtensionNode): string {
  return typeof target === 'string' ? target : (target.name ?? target.number);
}
