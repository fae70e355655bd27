import type { UserProfile } from '../auth/auth-store.ts';
import type { JudgedUser, ManyUsers, UserFlaw, UserWish } from '../auth/many-users.ts';
import type { Principal } from '../auth/principal.ts';
import type { JobAtWork } from '../job/jobs.ts';
import { PbxError } from '../shared/errors.ts';
import { Slices } from '../shared/slices.ts';
import type { NewBulkChange } from '../store/bulk-change.ts';
import type { CellFlaw } from './column.ts';
import type { ChosenRows, Plan, RowChange } from './entity-import.ts';
import type { PlannedRow, ReadRow } from './import-row.ts';
import { type ColumnEdit, editedRow, leftRow, userFields } from './row-edit.ts';
import { csvFile } from './sheet/write-sheet.ts';
import { columnOf, fieldOf, PASSWORD_COLUMN, USER_COLUMNS } from './user-columns.ts';

const SLICE = 250;
/** Of those that are not as they were, that are named. */
const TOLD = 20;
const PASSWORDS_FILE = 'passwords-user.csv';
const PASSWORDS_TITLES = ['login', 'name', 'password'];

/** What a plan keeps of a row: of a password its hash. */
interface PlannedUser {
  readonly fields: Partial<UserProfile>;
  readonly hash?: string | undefined;
}

/** Rows that become users of a company (账号批量导入), by the word of who sends them. */
export class UserImport {
  readonly columns = USER_COLUMNS;
  readonly #users: ManyUsers;
  readonly #tenant: string;
  readonly #by: Principal;

  constructor(users: ManyUsers, tenant: string, by: Principal) {
    this.#users = users;
    this.#tenant = tenant;
    this.#by = by;
  }

  /** What rows would do; nothing is changed. Passwords that are given are hashed here: what is kept has none. */
  async plan(rows: readonly ReadRow[], _by: string, { signal }: Pick<JobAtWork, 'signal'>): Promise<Plan> {
    const slices = new Slices(SLICE);
    const wishes: UserWish[] = [];
    const cellFlaws: CellFlaw[][] = [];
    const seen = new Map<string, number>();
    for (const row of rows) {
      await slices.step();
      const { wish, flaws } = wishOf(row);
      const before = seen.get(wish.login);
      if (before !== undefined && !flaws.some(({ code }) => code === 'twice'))
        flaws.push({
          column: 'login',
          code: 'twice',
          detail: `${wish.login} stands in row ${before} already`,
          fix: 'leave one out',
        });
      if (wish.login !== '') seen.set(wish.login, before ?? row.row);
      wishes.push(wish);
      cellFlaws.push(flaws);
    }
    const judged = await this.#users.judge(this.#by, this.#tenant, wishes);
    const planned: PlannedRow[] = [];
    for (const [at, each] of judged.entries()) {
      await slices.step();
      planned.push(rowOf(rows[at]!, each, wishes[at]!, cellFlaws[at]!));
    }
    return { rows: await this.#hashed(planned, wishes, signal), problems: [] };
  }

  /** Those of chosen logins that are as edits make them; who is gone is left. */
  async chosen(logins: readonly string[], edits: readonly ColumnEdit[]): Promise<ChosenRows> {
    const known = await this.#users.all(this.#tenant);
    const slices = new Slices(SLICE * 10);
    const rows: ReadRow[] = [];
    const left: PlannedRow[] = [];
    for (const [at, login] of logins.entries()) {
      await slices.step();
      const user = known.get(login);
      if (user) rows.push(editedRow(at + 1, login, edits, userFields(user)));
      else left.push(leftRow(at + 1, login, 'missing', { key: 'login' }));
    }
    return { rows, left };
  }

  /** Of each row what the fields are, and would be. */
  async changes(rows: readonly PlannedRow[]): Promise<readonly (readonly RowChange[])[]> {
    const known = await this.#users.all(this.#tenant);
    return rows.map(({ name, fields, value }) => {
      const user = known.get(name);
      if (!user || !value) return [];
      const [before, after] = [userFields(user), userFields({ ...user, ...userOf(value).fields })];
      return fields.map((field) => ({ field, before: before[field], after: after[field] }));
    });
  }

  /** Logins whose user is not as he was when the plan was made. */
  async outdated(rows: readonly PlannedRow[]): Promise<readonly string[]> {
    const known = await this.#users.all(this.#tenant);
    const slices = new Slices(SLICE * 10);
    const names: string[] = [];
    for (const { name, revision, verdict } of rows) {
      await slices.step();
      if (verdict === 'left') continue;
      if ((known.get(name)?.revision ?? 0) !== revision) names.push(name);
    }
    return names;
  }

  /**
   * Takes a plan, all of it or nothing. Who came without a password has one, which stands in the file of the job and nowhere else. Throws PbxError
   * `changed-meanwhile`.
   */
  async run(rows: readonly PlannedRow[], _by: string, bulk: NewBulkChange, work: JobAtWork): Promise<void> {
    const taken = rows.filter(({ verdict }) => verdict === 'create' || verdict === 'update');
    const { hashes, told } = await this.#passwords(taken, work);
    const wishes = taken.map(({ name, value }): UserWish => ({ login: name, fields: userOf(value).fields }));
    const judged = await this.#users.judge(this.#by, this.#tenant, wishes);
    await requireAsPlanned(taken, judged);
    work.signal.throwIfAborted();
    // Before they count: a crash in between leaves passwords of nobody, not people without any.
    if (told.length > 0) await writePasswords(work, told);
    try {
      const { id, source, file, undoes } = bulk;
      await this.#users.take(this.#by, this.#tenant, { judged, hashes }, { id, source, file, undoes });
    } catch (error) {
      if (told.length > 0) await writePasswords(work, []);
      throw error;
    }
  }

  async #hashed(
    planned: readonly PlannedRow[],
    wishes: readonly UserWish[],
    signal: AbortSignal,
  ): Promise<readonly PlannedRow[]> {
    // Of a table that cannot be run none is needed.
    if (planned.some(({ verdict }) => verdict === 'error')) return planned;
    const rows: PlannedRow[] = [];
    for (const [at, row] of planned.entries()) {
      const { password } = wishes[at]!;
      const [hash] = password === undefined ? [] : await this.#users.hashes([password], signal);
      rows.push(hash === undefined ? row : { ...row, value: { ...row.value, hash } });
    }
    return rows;
  }

  /** Hashes of all new ones by login, and what has to be told of those that were made here. */
  async #passwords(rows: readonly PlannedRow[], { signal, progress }: JobAtWork) {
    const hashes = new Map<string, string>();
    const told: (readonly [login: string, name: string, password: string])[] = [];
    const slices = new Slices(SLICE);
    for (const [at, { name: login, verdict, value }] of rows.entries()) {
      await slices.step();
      if (verdict !== 'create') continue;
      const { fields, hash } = userOf(value);
      if (hash !== undefined) {
        hashes.set(login, hash);
        continue;
      }
      const password = this.#users.newPassword();
      const [made] = await this.#users.hashes([password], signal);
      hashes.set(login, made!);
      told.push([login, fields.name ?? '', password]);
      progress(at);
    }
    return { hashes, told };
  }
}

/** What a row says, and what of it says nothing that can be. */
function wishOf({ name, values, flaws: read }: ReadRow): {
  readonly wish: UserWish;
  readonly flaws: CellFlaw[];
} {
  const fields: Record<string, unknown> = {};
  // What stands in the cell of a password is said nowhere.
  const flaws = read.map((flaw) =>
    flaw.column === PASSWORD_COLUMN ? { ...flaw, detail: 'it is a number that Excel has rounded' } : flaw,
  );
  let password: string | undefined;
  for (const [{ name: column }, value] of values) {
    if (column === 'login') continue;
    if (column === PASSWORD_COLUMN) {
      if (typeof value === 'string') password = value;
      continue;
    }
    if (value !== null) fields[fieldOf(column)] = value;
    else if (column === 'roles') fields['roles'] = [];
    else if (column === 'agent' || column === 'department') fields[column] = undefined;
    else flaws.push({ column, code: 'invalid', detail: `${column} cannot be taken away`, fix: 'write it' });
  }
  return { wish: { login: name.toLowerCase(), fields: fields as Partial<UserProfile>, password }, flaws };
}

function rowOf(
  { row }: ReadRow,
  { login, user, changes, flaws: judgedFlaws }: JudgedUser,
  { fields, password }: UserWish,
  cellFlaws: readonly CellFlaw[],
): PlannedRow {
  const revision = user?.revision ?? 0;
  // An empty login is said once, by its cell.
  const flaws = [...cellFlaws, ...(login === '' ? [] : judgedFlaws.map(flawOf))];
  if (flaws.length > 0) return { row, name: login, verdict: 'error', fields: [], flaws, revision };
  if (user && changes.length === 0)
    return { row, name: login, verdict: 'unchanged', fields: [], flaws, revision };
  const columns = [
    ...(user ? [] : ['login']),
    ...changes.map(columnOf),
    ...(password === undefined ? [] : [PASSWORD_COLUMN]),
  ];
  const verdict = user ? 'update' : 'create';
  // JSON keeps no undefined: what goes is written as null, see userOf.
  const kept = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? null]));
  return { row, name: login, verdict, fields: columns, flaws, revision, value: { fields: kept } };
}

function userOf(value: PlannedRow['value']): PlannedUser {
  const { fields, hash } = value as unknown as PlannedUser;
  const meant = Object.entries(fields).map(([name, field]) => [name, field ?? undefined]);
  return { fields: Object.fromEntries(meant), hash };
}

const flawOf = ({ field, ...flaw }: UserFlaw): CellFlaw => ({ column: columnOf(field), ...flaw });

/** Throws where somebody is not what the plan found, or what it says cannot be any more. */
async function requireAsPlanned(taken: readonly PlannedRow[], judged: readonly JudgedUser[]): Promise<void> {
  const slices = new Slices(SLICE * 10);
  const wrong: string[] = [];
  for (const [at, { login, user, flaws }] of judged.entries()) {
    await slices.step();
    if (flaws.length > 0) wrong.push(`${login}: ${flaws[0]!.detail}`);
    else if ((user?.revision ?? 0) !== taken[at]!.revision) wrong.push(login);
  }
  if (wrong.length === 0) return;
  const text = `${wrong.length} are not as they were when the preview was made`;
  throw new PbxError('changed-meanwhile', `${text}: ${wrong.slice(0, TOLD).join('; ')}; make a new one`);
}

async function writePasswords(work: JobAtWork, rows: readonly (readonly string[])[]): Promise<void> {
  const parts = async function* () {
    yield [PASSWORDS_TITLES];
    for (let from = 0; from < rows.length; from += SLICE) yield rows.slice(from, from + SLICE);
  };
  await work.writeFile(PASSWORDS_FILE, 'text/csv; charset=utf-8', csvFile(parts()));
}
