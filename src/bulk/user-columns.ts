import type { UserProfile } from '../auth/auth-store.ts';
import type { UserFlaw } from '../auth/many-users.ts';
import type { Column } from './column.ts';

/** Kind of the users (账号) among tables and changes; they are no entities. */
export const USER = 'user';

const column = (name: string, form: Column['form'], isSecret = false): Column => ({
  name,
  path: [name],
  form,
  isSecret,
});

/** Taken, never written. */
export const PASSWORD_COLUMN = 'password';

/** The columns of users, their key first. */
export const USER_COLUMNS: readonly Column[] = [
  column('login', 'text'),
  column('name', 'text'),
  column('roles', 'texts'),
  column('agent', 'text'),
  column('department', 'text'),
  column('active', 'boolean'),
  column(PASSWORD_COLUMN, 'text', true),
];

/** The column of a field. */
export const columnOf = (field: UserFlaw['field']): string => (field === 'isActive' ? 'active' : field);

/** The field of a column of the profile. */
export const fieldOf = (name: string): keyof UserProfile =>
  name === 'active' ? 'isActive' : (name as keyof UserProfile);
