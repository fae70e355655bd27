/** Names for levels of priority (优先级): a level counts as five minutes of waiting. `vip` is that of a hotline's VIP callers. */
export const PRIORITIES = { low: 0, middle: 1, high: 2, vip: 10 } as const;

export type PriorityName = keyof typeof PRIORITIES;

/** The level of a priority that is given by its name or as a number; none is the lowest. */
export function levelOf(priority: number | PriorityName = 0): number {
  return typeof priority === 'number' ? priority : PRIORITIES[priority];
}
