import Type from 'typebox';

/** How far a phone may call out (外呼权限), each including those before it. */
export const OUTSIDE_RIGHTS = ['none', 'local', 'domestic', 'international'] as const;

export type OutsideRight = (typeof OUTSIDE_RIGHTS)[number];

/** One of {@link OUTSIDE_RIGHTS}, without a default. */
export const outsideRight = () => Type.Unsafe<OutsideRight>({ type: 'string', enum: OUTSIDE_RIGHTS });
