import { DURATION_PATTERN, parseDuration } from '../config/duration.ts';

const MOODS = [
  'ready',
  'busy',
  'break',
  'meeting',
  'training',
  'signed-out',
  'wrap-up',
  // What his phone does when it is rung.
  'no-answer',
  'refuses',
  'offline',
] as const;

type Mood = (typeof MOODS)[number];

/** Names of 0.1.0. */
const FORMER: Readonly<Record<string, Mood>> = {
  idle: 'ready',
  paused: 'busy',
  'logged-out': 'signed-out',
  wrapup: 'wrap-up',
};

/**
 * How an agent stands when the simulated call comes in: his state, or what his phone does when it is rung. `wrap-up:12s`: so much of
 * it is left.
 */
export type AgentMood = Mood | `wrap-up:${string}`;

/** The words for it. */
export const AGENT_MOODS: readonly string[] = MOODS.map((mood) =>
  mood === 'wrap-up' ? 'wrap-up:12s' : mood,
);

export interface AgentStand {
  readonly mood: Mood;
  /** What is left of his wrap-up. */
  readonly wrapUpMs: number;
}

const WRAP_UP_MS = 12_000;

/** Undefined: there is no such word. */
export function standOf(text: string): AgentStand | undefined {
  const [word = '', time] = text.split(':');
  const mood = FORMER[word] ?? MOODS.find((each) => each === word);
  if (!mood) return undefined;
  if (time === undefined) return { mood, wrapUpMs: WRAP_UP_MS };
  const isTime = mood === 'wrap-up' && new RegExp(DURATION_PATTERN).test(time);
  return isTime ? { mood, wrapUpMs: parseDuration(time) } : undefined;
}
