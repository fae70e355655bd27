import Type from 'typebox';
import { duration } from '../config/fields.ts';
import { reference } from './fields.ts';

const level = () => Type.Integer({ minimum: 1, maximum: 100, default: 1 });

/** What an agent can do, and how well. */
export const ownSkill = () => Type.Object({ skill: reference('skill'), level: level() });

/** What callers need, at least to a level, and for how long of their waiting. */
export const neededSkill = () =>
  Type.Object({ skill: reference('skill'), level: level(), relaxAfterMs: Type.Optional(duration()) });
