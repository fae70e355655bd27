import { branchesOf } from '../node/branches.ts';
import type { Hotline } from '../node/hotline.ts';
import { kindOf } from '../node/kinds.ts';
import { type Flow, type FlowNode, nodesOf } from '../node/tree.ts';
import type { Plan } from '../plan/plan.ts';
import { flowRootsOf } from '../plan/plan.ts';
import { checkLines } from './check-lines.ts';
import { checkCalendarUse, checkSchedule } from './check-schedule.ts';
import { ExitMap, hasDefault } from './exits.ts';
import type { Problem } from './problem.ts';
import { type At, Report } from './report.ts';

export interface PlanCheckOptions {
  /** For rules about the year: are its holidays known? */
  readonly nowMs: number;
  /** Length of a prompt's audio; left out, silent prompts are not found. */
  readonly promptMs?: (name: string) => number;
}

/** Proves the sense of a plan that can run: ends, loops, defaults, schedules, lines, prompts. */
export function checkPlan(plan: Plan, options: PlanCheckOptions): readonly Problem[] {
  const report = new Report(plan.hotline, plan.names);
  const check = new PlanCheck(plan, options, report);
  check.run();
  return report.problems;
}

class PlanCheck {
  readonly #plan: Plan;
  readonly #options: PlanCheckOptions;
  readonly #report: Report;
  readonly #exits: ExitMap;
  readonly #passive: ExitMap;
  readonly #used = { flows: new Set<string>(), calendars: new Set<string>(), lines: new Set<string>() };

  constructor(plan: Plan, options: PlanCheckOptions, report: Report) {
    this.#plan = plan;
    this.#options = options;
    this.#report = report;
    this.#exits = new ExitMap(plan.hotline, false);
    this.#passive = new ExitMap(plan.hotline, true);
  }

  run(): void {
    const { hotline } = this.#plan;
    const top = this.#report.top;
    for (const { name, flow, steps } of flowRootsOf(hotline)) {
      const at = top.below(name, undefined, steps);
      // Only the default branch has nothing behind it: what the others leave open comes to it.
      this.#flow(flow, at, hotline.otherwise !== undefined && name !== 'otherwise');
      this.#loop(name, flow, at);
    }
    if (hotline.ringback) this.#prompts({ prompt: hotline.ringback.prompt }, top.below('ringback'));
    for (const calendar of this.#plan.calendars) checkCalendarUse(calendar, this.#options.nowMs, top);
    checkLines(this.#plan, top);
    // What code uses is not known.
    if (typeof hotline.flow !== 'function') this.#unused(hotline, top);
  }

  /** `covered`: something follows when the flow goes on. */
  #flow(flow: Flow, at: At, covered: boolean): void {
    const nodes = nodesOf(flow);
    nodes.forEach((node, index) => {
      const here =
        nodes.length > 1 ? at.below(index, node) : at.at(node, ...(Array.isArray(flow) ? [0] : []));
      const isLast = index === nodes.length - 1;
      this.#node(node, here, covered || !isLast);
      if (!isLast && !this.#exits.ofNode(node).next) {
        const next = nodes[index + 1]!;
        at.below(index + 1, next).warn(
          'unreachable',
          `${next.type}() is never reached: ${node.type}() before it lets no call go on`,
          'remove it, or put it into a branch',
        );
      }
    });
  }

  #node(node: FlowNode, at: At, covered: boolean): void {
    this.#note(node);
    this.#prompts(node, at);
    if (node.type === 'schedule') checkSchedule(node, this.#plan, covered, at);
    else if (!covered && !hasDefault(node)) {
      const fix = 'add otherwise: ..., or an otherwise to the hotline';
      at.warn('no-default', `${node.type}() has no default branch: such callers hear goodbye`, fix);
    }
    for (const { label, flow, steps } of branchesOf(node))
      this.#flow(flow, at.below(label, undefined, steps), covered);
  }

  #note(node: FlowNode): void {
    const { flow, calendar, targets = [] } = kindOf(node).uses?.(node) ?? {};
    if (flow !== undefined) this.#used.flows.add(flow);
    if (typeof calendar === 'string') this.#used.calendars.add(calendar);
    for (const target of targets) {
      if (typeof target === 'string') this.#used.lines.add(target);
      else if (typeof target.hours === 'string') this.#used.calendars.add(target.hours);
    }
  }

  #prompts(node: object, at: At): void {
    const { promptMs } = this.#options;
    if (!promptMs) return;
    const { ownPrompts } = this.#plan.names;
    for (const field of ['prompt', 'invalid']) {
      for (const name of [(node as Record<string, unknown>)[field]].flat()) {
        if (typeof name !== 'string' || ownPrompts.has(name) || promptMs(name) > 0) continue;
        at.warn('silent-prompt', `prompt '${name}' has no audio`, 'record it anew');
      }
    }
  }

  #loop(name: string, flow: Flow, at: At): void {
    const exits = this.#exits.of(flow);
    if (!exits.ends && !exits.next) {
      at.error('loop', `${name} runs in circles: no way leads out`, 'let one branch end, such as hangup()');
      return;
    }
    const passive = this.#passive.of(flow);
    if (!passive.ends && !passive.next) {
      const message = `${name} runs in circles for a caller who presses nothing`;
      at.warn('loop', message, 'let the otherwise of a menu end, such as hangup()');
    }
  }

  #unused(hotline: Hotline, top: At): void {
    for (const line of Object.values(hotline.lines ?? {})) {
      if (typeof line.hours === 'string') this.#used.calendars.add(line.hours);
    }
    for (const kind of ['flows', 'calendars', 'lines'] as const) {
      for (const [name, value] of Object.entries(hotline[kind] ?? {})) {
        if (this.#used[kind].has(name)) continue;
        const what = kind.slice(0, -1);
        top
          .below(`${kind}.${name}`, value as object, [kind, name])
          .warn('unreachable', `${what} '${name}' is never used`, `use it or remove it`);
      }
    }
  }
}
