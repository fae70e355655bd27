/** A hotline drawn: as an indented text, and as a Mermaid flowchart. */

import { DAY_MS } from '../../calendar/zone.ts';
import { branchesOf } from '../node/branches.ts';
import type { CallerMatch } from '../node/caller-rule.ts';
import { kindOf } from '../node/kinds.ts';
import { type Flow, type FlowNode, nodesOf } from '../node/tree.ts';
import { flowRootsOf, type Plan } from './plan.ts';

/** The tree as text, one node a line, branches indented below. */
export function textGraph(plan: Plan): string {
  const lines = [`${plan.number}${plan.hotline.name ? ` ${plan.hotline.name}` : ''} (${plan.zone.id})`];
  for (const line of gatesOf(plan)) lines.push(`  ${line}`);
  if (typeof plan.hotline.flow === 'function')
    lines.push(`  flow: ${plan.hotline.flow.name || 'a function'}`);
  for (const { name, flow } of flowRootsOf(plan.hotline)) {
    lines.push(`  ${name}:`);
    textFlow(flow, '    ', lines);
  }
  return `${lines.join('\n')}\n`;
}

function textFlow(flow: Flow, indent: string, lines: string[]): void {
  for (const node of nodesOf(flow)) {
    lines.push(`${indent}${titleOf(node)}`);
    for (const branch of branchesOf(node)) {
      const inner = nodesOf(branch.flow);
      const [first] = inner;
      if (inner.length === 1 && first && branchesOf(first).length === 0) {
        lines.push(`${indent}  ${branch.label} → ${titleOf(first)}`);
        continue;
      }
      lines.push(`${indent}  ${branch.label} →`);
      textFlow(branch.flow, `${indent}    `, lines);
    }
  }
}

/** What stands before the flow. */
function gatesOf({ hotline }: Plan): readonly string[] {
  const gates: string[] = [];
  if (hotline.allow) gates.push(`allow ${whoText(hotline.allow)}`);
  if (hotline.block) {
    const then = typeof hotline.blocked === 'object' ? 'a flow' : (hotline.blocked ?? 'reject');
    gates.push(`block ${whoText(hotline.block)} → ${then}`);
  }
  if (hotline.limit) gates.push(`limit ${hotline.limit.calls} calls in ${hotline.limit.perMs / 1000} s`);
  if (hotline.channels) gates.push(`channels ${hotline.channels}`);
  if (hotline.vip) gates.push(`vip ${whoText(hotline.vip.who)}`);
  if (hotline.ringback) gates.push(`ringback ${hotline.ringback.when}`);
  return gates;
}

function whoText(who: readonly CallerMatch[]): string {
  return who.map((rule) => Object.values(rule).slice(0, 2).join(' ')).join(', ');
}

/** The tree as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html). */
export function mermaidGraph(plan: Plan): string {
  return new Mermaid(plan).draw();
}

class Mermaid {
  readonly #plan: Plan;
  readonly #lines: string[] = ['flowchart TD'];
  #nodes = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  draw(): string {
    const { hotline } = this.#plan;
    this.#lines.push(`  start(["${hotline.number}"])`);
    const roots = flowRootsOf(hotline);
    // Named flows first get their names, so that goto can point at them.
    for (const { name } of roots) this.#lines.push(`  ${rootId(name)}[["${escaped(name)}"]]`);
    if (typeof hotline.flow === 'function') this.#lines.push('  flow_flow[["flow (function)"]]');
    this.#lines.push('  start --> flow_flow');
    for (const { name, flow } of roots) this.#flow(flow, rootId(name), '');
    return `${this.#lines.join('\n')}\n`;
  }

  #flow(flow: Flow, from: string, label: string): void {
    let before = from;
    for (const [index, node] of nodesOf(flow).entries())
      before = this.#node(node, before, index === 0 ? label : '');
  }

  #node(node: FlowNode, from: string, label: string): string {
    const id = `n${++this.#nodes}`;
    const branches = branchesOf(node);
    const [open, close] = branches.length > 0 ? ['{{"', '"}}'] : ['["', '"]'];
    this.#lines.push(`  ${id}${open}${escaped(titleOf(node))}${close}`);
    this.#lines.push(`  ${from} -->${label && `|"${escaped(label)}"|`} ${id}`);
    const { flow: next } = kindOf(node).uses?.(node) ?? {};
    if (next !== undefined) this.#lines.push(`  ${id} -.-> ${rootId(next)}`);
    for (const branch of branches) this.#flow(branch.flow, id, branch.label);
    return id;
  }
}

function rootId(name: string): string {
  return `flow_${[...name].map((char) => (/\w/.test(char) ? char : char.codePointAt(0)!.toString(16))).join('')}`;
}

/** Mermaid takes `#quot;` for a quotation mark. */
function escaped(text: string): string {
  return text.replaceAll('"', '#quot;');
}

/** The next days of each calendar that the plan uses, one day a line, for checking by eye. */
export function agenda(plan: Plan, nowMs: number, days = 14): string {
  const lines: string[] = [];
  for (const calendar of plan.calendars) {
    lines.push(`${calendar.name} (${calendar.zone.id}), next ${days} days:`);
    const today = Math.floor((nowMs + calendar.zone.offsetMs(nowMs)) / DAY_MS);
    for (let day = today; day < today + days; day++) lines.push(`  ${calendar.dayText(day)}`);
  }
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

function titleOf(node: FlowNode): string {
  return kindOf(node).title(node);
}
