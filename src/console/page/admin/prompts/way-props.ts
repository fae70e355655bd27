import type { Place } from './prompt-data.ts';
import type { Making } from './use-making.ts';

/** What each way of making a prompt is given. */
export interface WayProps {
  readonly place: Place;
  readonly making: Making;
  /** What is said, as far as it is known. */
  readonly text: string;
  /** There is nothing to make yet: it has no name. */
  readonly isHeld: boolean;
}
