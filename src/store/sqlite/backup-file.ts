import { closeSync, openSync } from 'node:fs';
import Database, { type Database as Connection } from 'better-sqlite3';
import { asError } from '../../shared/errors.ts';
import { StoreError } from '../store.ts';

/** When and by what a backup was made. */
export interface BackupOrigin {
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** Of pbx400. */
  readonly version: string;
  readonly engine: 'sqlite' | 'postgres';
}

/** A file of the data folder in a backup. */
export interface BackedUpFile {
  /** Below the data folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Tables of a backup that no store has. */
const OWN_TABLES = `
  create table backup (made_at integer not null, version text not null, engine text not null);
  create table backup_file (path text primary key, bytes integer not null, sha256 text not null);
  create table backup_content (path text not null, no integer not null, content blob not null, primary key (path, no))
    without rowid;`;

/**
 * A backup: a SQLite database with the tables of the store, whichever engine that has, and besides them the list of
 * files of the data folder with their contents, in pieces.
 */
export class BackupFile {
  readonly #db: Connection;

  /** Makes a copy of the tables a backup: to be filled and {@link finish}ed. */
  static make(file: string, { madeAt, version, engine }: BackupOrigin): BackupFile {
    const backup = new BackupFile(new Database(file, { fileMustExist: true }));
    backup.#db.exec(`begin; ${OWN_TABLES}`);
    backup.#db.prepare('insert into backup values (?, ?, ?)').run(madeAt, version, engine);
    return backup;
  }

  /** Opens one for reading. Throws StoreError when it is none. */
  static open(file: string): BackupFile {
    try {
      const backup = new BackupFile(new Database(file, { readonly: true, fileMustExist: true }));
      backup.#db.prepare('select * from backup').get();
      return backup;
    } catch (error) {
      throw new StoreError(`${file} is no backup of pbx400: ${asError(error).message}`, { cause: error });
    }
  }

  private constructor(db: Connection) {
    this.#db = db;
  }

  get origin(): BackupOrigin {
    const read = this.#db.prepare('select made_at as madeAt, version, engine from backup');
    return read.get() as BackupOrigin;
  }

  /** In the order of their paths. */
  get files(): readonly BackedUpFile[] {
    return this.#db.prepare('select * from backup_file order by path').all() as BackedUpFile[];
  }

  /** Adds a piece of a file, the first one with 0. */
  addPiece(path: string, no: number, content: Uint8Array): void {
    this.#db.prepare('insert into backup_content values (?, ?, ?)').run(path, no, content);
  }

  /** Adds a file whose pieces are there. */
  addFile({ path, bytes, sha256 }: BackedUpFile): void {
    this.#db.prepare('insert into backup_file values (?, ?, ?)').run(path, bytes, sha256);
  }

  piecesOf(path: string): Iterable<Buffer> {
    const read = this.#db.prepare('select content from backup_content where path = ? order by no').pluck();
    return read.iterate(path) as Iterable<Buffer>;
  }

  /** Writes the store's tables, as they are, into a new database `file`, mode 0600. */
  extractTables(file: string): void {
    closeSync(openSync(file, 'wx', 0o600));
    const target = new Database(file);
    try {
      target.prepare('attach ? as backup').run(this.#db.name);
      const kinds = target.prepare("select name, type from pragma_table_list where schema = 'backup'").all();
      const kindOf = new Map(
        (kinds as { name: string; type: string }[]).map(({ name, type }) => [name, type]),
      );
      const things = target
        .prepare('select type, name, sql from backup.sqlite_master where sql is not null')
        .all() as { type: string; name: string; sql: string }[];
      // Tables that a full-text index keeps for itself come with it.
      const ofStore = things.filter(
        ({ name }) => !/^(backup|sqlite_)/.test(name) && kindOf.get(name) !== 'shadow',
      );
      const tables = ofStore.filter(({ type }) => type === 'table');
      target.transaction(() => {
        for (const { sql } of tables) target.exec(sql);
        // Before the rows: some fill an index.
        for (const { sql } of ofStore.filter(({ type }) => type !== 'table')) target.exec(sql);
        for (const { name } of tables) {
          if (kindOf.get(name) === 'virtual') continue;
          target.exec(`insert into main."${name}" select * from backup."${name}"`);
        }
      })();
    } finally {
      target.close();
    }
  }

  /** All that was added is on disk. */
  finish(): void {
    this.#db.exec('commit');
    this.#db.close();
  }

  close(): void {
    this.#db.close();
  }
}
