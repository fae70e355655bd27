/** What callers need of agents (技能). */

/** A skill that a caller needs, at least to a level. */
export interface SkillNeed {
  readonly skill: string;
  /** For people. */
  readonly title: string;
  readonly level: number;
  /** Who has waited so long takes also who lacks it; undefined: never. */
  readonly relaxAfterMs: number | undefined;
}

/** An agent, as far as it goes by what he can do. */
interface Skilled {
  readonly level: number;
  readonly skills: ReadonlyMap<string, number>;
}

/** A caller, as far as it goes by what he needs. */
interface Needing {
  readonly needs?: readonly SkillNeed[] | undefined;
  readonly joinedAt: number;
}

const NO_NEEDS: readonly SkillNeed[] = [];
const NO_SKILLS: ReadonlyMap<string, number> = new Map();

/** An agent's skills with their levels. */
export function skillsOf(
  skills: readonly { readonly skill: string; readonly level: number }[] = [],
): Skilled['skills'] {
  return skills.length === 0 ? NO_SKILLS : new Map(skills.map(({ skill, level }) => [skill, level]));
}

/** What a caller needs still. */
export function needsNow({ needs = NO_NEEDS, joinedAt }: Needing, now: number): readonly SkillNeed[] {
  if (needs.length === 0) return needs;
  return needs.filter(({ relaxAfterMs }) => relaxAfterMs === undefined || now < joinedAt + relaxAfterMs);
}

/** What an agent lacks of it, in words for the record; undefined: nothing. */
export function lackOf({ skills }: Pick<Skilled, 'skills'>, needs: readonly SkillNeed[]): string | undefined {
  for (const { skill, title, level } of needs) {
    const own = skills.get(skill);
    if (own === undefined) return `lacks ${title}`;
    if (own < level) return `has ${title} ${own}, and ${level} is needed`;
  }
  return undefined;
}

/** How well he does what the caller asked for, whether he needs it still or not; his own level where that is nothing. */
export function levelFor({ skills, level }: Skilled, needs: readonly SkillNeed[] = NO_NEEDS): number {
  if (needs.length === 0) return level;
  return needs.reduce((sum, { skill }) => sum + (skills.get(skill) ?? 0), 0);
}
