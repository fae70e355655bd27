import type { Kysely } from 'kysely';
import type { FormerRequest, KeptAnswer, KeptAnswers, KeyedRequest } from '../auth/kept-answers.ts';
import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';

/** Answers to requests with a key, in a database. */
export class AnswerRepository implements KeptAnswers {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async begin(request: KeyedRequest, at: number, since: number): Promise<FormerRequest | undefined> {
    await this.#db.deleteFrom('kept_answer').where('at', '<', since).execute();
    const { principal, tenantId, key, fingerprint } = request;
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('kept_answer')
      .values({ principal: storableText(principal), tenant_id: tenantId, key, fingerprint, at })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'principal', 'key']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return undefined;
    const all = this.#db.selectFrom('kept_answer').selectAll().where('tenant_id', '=', tenantId);
    const row = await all
      .where('principal', '=', storableText(principal))
      .where('key', '=', key)
      .executeTakeFirst();
    // It has just failed: this one may be the first.
    if (!row) return await this.begin(request, at, since);
    const { status, headers, body } = row;
    const answer =
      status === null ? undefined : { status, headers: JSON.parse(headers ?? '{}'), body: body ?? '' };
    return { fingerprint: row.fingerprint, at: row.at, answer };
  }

  async end(request: KeyedRequest, { status, headers, body }: KeptAnswer): Promise<void> {
    await this.#db
      .updateTable('kept_answer')
      .set({ status, headers: JSON.stringify(headers), body: storableText(body) })
      .where('tenant_id', '=', request.tenantId)
      .where('principal', '=', storableText(request.principal))
      .where('key', '=', request.key)
      .execute();
  }

  async forget(request: KeyedRequest): Promise<void> {
    await this.#db
      .deleteFrom('kept_answer')
      .where('tenant_id', '=', request.tenantId)
      .where('principal', '=', storableText(request.principal))
      .where('key', '=', request.key)
      .execute();
  }
}
