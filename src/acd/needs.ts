import type { Call } from '../call/call.ts';
import type { SkillAsked } from '../call/outcomes.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';
import type { SkillNeed } from './core/skills.ts';

/**
 * What a caller needs of the agents of a queue: what the queue asks for, what his flow asks for, and the language that he chose, should
 * any of them know it. Each skill once, to the highest level. Undefined: nothing.
 */
export function needsOf(
  snapshot: Snapshot,
  queue: Queue,
  call: Call,
  asked: readonly SkillAsked[] = [],
): readonly SkillNeed[] | undefined {
  const needed = [...(queue.skills ?? []), ...asked, ...languageOf(snapshot, queue, call)];
  if (needed.length === 0) return undefined;
  const needs = new Map<string, SkillNeed>();
  for (const { skill, level = 1, relaxAfterMs } of needed) {
    const known = needs.get(skill);
    const entity = snapshot.get('skill', queue.tenant, skill);
    needs.set(skill, {
      skill,
      title: entity?.title ?? skill,
      level: Math.max(level, known?.level ?? 1),
      relaxAfterMs: relaxAfterMs ?? known?.relaxAfterMs ?? entity?.relaxAfterMs,
    });
  }
  return [...needs.values()];
}

function languageOf(snapshot: Snapshot, { tenant, name, agents, tiers }: Queue, call: Call): SkillAsked[] {
  const { speech } = call;
  if (speech?.skill === undefined) return [];
  const { skill, title } = speech;
  const all = [...agents, ...tiers.flatMap((tier) => tier.agents)];
  const isKnown = all.some((id) =>
    snapshot.get('agent', tenant, id)?.skills?.some((own) => own.skill === skill),
  );
  if (isKnown) return [{ skill }];
  call.note('step', {
    step: `queue ${name}`,
    why: `none of its agents has ${title}: any of them serves the caller`,
  });
  return [];
}
