/** What is known of each table by those who go over all of them: copying, backup, erasing a person's data. */
import type { Tables } from './schema.ts';

/** What stands in a column of text: nothing of a person outside the company, or possibly his number or name. */
export type TextForm = 'plain' | 'plain json' | 'personal' | 'personal json';

/** Columns that hold text. */
type TextColumn<Table> = {
  [Column in keyof Table & string]: Extract<Table[Column], string> extends never ? never : Column;
}[keyof Table & string];

export interface TableFacts<Column extends string = string, Text extends string = string> {
  /** In whose order rows are read; unique. */
  readonly key: readonly Column[];
  /** Numbers that a database counts for itself. */
  readonly own?: Column;
  /** Rows of processes and calls under way: a start empties the table, a copy of a stopped installation has none of them. */
  readonly isInProgress?: boolean;
  /** Opening a database writes into it. */
  readonly isNeverEmpty?: boolean;
  /** Set up by the company, not by a call: erasing a person names the rows that hold him and leaves them as they are. */
  readonly isSetUp?: boolean;
  /** Each column that holds text. */
  readonly texts: Readonly<Record<Text, TextForm>>;
}

type FactsOf<Table> = TableFacts<keyof Table & string, TextColumn<Table>>;

/** By table, in the order of copying. Does not compile while a table or a column of text is missing. */
export const TABLE_FACTS: { readonly [Name in keyof Tables]: FactsOf<Tables[Name]> } = {
  account: {
    key: ['username', 'realm'],
    isSetUp: true,
    texts: { tenant_id: 'plain', username: 'plain', realm: 'plain', md5: 'plain', sha256: 'plain' },
  },
  binding: {
    key: ['aor', 'key'],
    isSetUp: true,
    texts: {
      tenant_id: 'plain',
      aor: 'plain',
      key: 'plain',
      contact: 'plain',
      call_id: 'plain',
      path: 'plain json',
      source: 'plain',
      user_agent: 'plain',
      node_id: 'plain',
    },
  },
  entity: {
    key: ['id'],
    isSetUp: true,
    texts: { id: 'plain', tenant_id: 'plain', kind: 'plain', name: 'plain', body: 'personal json' },
  },
  entity_history: {
    key: ['seq'],
    own: 'seq',
    isSetUp: true,
    texts: {
      entity_id: 'plain',
      tenant_id: 'plain',
      kind: 'plain',
      name: 'plain',
      body: 'personal json',
      changed_by: 'plain',
      change_id: 'plain',
    },
  },
  hotline_version: {
    key: ['tenant_id', 'hotline', 'version'],
    isSetUp: true,
    texts: {
      tenant_id: 'plain',
      hotline: 'plain',
      state: 'plain',
      comment: 'plain',
      changed_by: 'plain',
      published_by: 'plain',
      canary: 'personal json',
      body: 'personal json',
    },
  },
  switch_state: { key: ['tenant_id', 'name'], texts: { tenant_id: 'plain', name: 'plain' } },
  phone_setting: {
    key: ['tenant_id', 'extension', 'setting'],
    isSetUp: true,
    texts: { tenant_id: 'plain', extension: 'plain', setting: 'plain', value: 'personal' },
  },
  outside_use: {
    key: ['tenant_id', 'extension', 'hour'],
    texts: { tenant_id: 'plain', extension: 'plain' },
  },
  callback: {
    key: ['id'],
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      node_id: 'plain',
      queue: 'plain',
      number: 'personal',
      call_id: 'plain',
      state: 'plain',
      result: 'plain',
      last_call_id: 'plain',
    },
  },
  caller_memory: {
    key: ['tenant_id', 'number', 'what'],
    texts: { tenant_id: 'plain', number: 'personal', what: 'plain', value: 'personal' },
  },
  agent_standing: {
    key: ['tenant_id', 'agent'],
    texts: { tenant_id: 'plain', agent: 'plain', standing: 'plain json' },
  },
  hold: {
    key: ['id'],
    isSetUp: true,
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      reason: 'personal',
      number: 'personal',
      call_id: 'plain',
      held_by: 'plain',
    },
  },
  user_account: {
    key: ['id'],
    isSetUp: true,
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      reseller: 'plain',
      login: 'plain',
      name: 'plain',
      roles: 'plain json',
      agent: 'plain',
      department: 'plain',
      password: 'plain',
      second_factor: 'plain json',
    },
  },
  user_session: {
    key: ['id'],
    isSetUp: true,
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      user_id: 'plain',
      token_hash: 'plain',
      address: 'plain',
      device: 'plain',
      acting: 'plain json',
    },
  },
  company_role: {
    key: ['id'],
    isSetUp: true,
    texts: { id: 'plain', tenant_id: 'plain', name: 'plain', title: 'plain json', rights: 'plain json' },
  },
  api_key: {
    key: ['id'],
    isSetUp: true,
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      name: 'plain',
      prefix: 'plain',
      secret_hash: 'plain',
      permissions: 'plain json',
      addresses: 'plain json',
      created_by: 'plain',
    },
  },
  webhook: {
    key: ['id'],
    isSetUp: true,
    texts: {
      ...{
        id: 'plain',
        tenant_id: 'plain',
        url: 'plain',
        title: 'plain',
        topics: 'plain json',
        resources: 'plain json',
        types: 'plain json',
      },
      ...{ state: 'plain', secret: 'plain', old_secret: 'plain', created_by: 'plain' },
    },
  },
  webhook_delivery: {
    key: ['webhook_id', 'seq'],
    isSetUp: true,
    texts: { webhook_id: 'plain', tenant_id: 'plain', type: 'plain', state: 'plain', error: 'plain' },
  },
  webhook_claim: { key: ['id'], isSetUp: true, texts: { node_id: 'plain' } },
  job: {
    key: ['id'],
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      node_id: 'plain',
      kind: 'plain',
      by: 'plain',
      state: 'plain',
      result: 'plain json',
      file: 'plain json',
      error: 'plain',
    },
  },
  kept_answer: {
    key: ['tenant_id', 'principal', 'key'],
    texts: {
      tenant_id: 'plain',
      principal: 'plain',
      key: 'plain',
      fingerprint: 'plain',
      headers: 'plain json',
      body: 'personal',
    },
  },
  bulk_change: {
    key: ['id'],
    isSetUp: true,
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      source: 'plain',
      kind: 'plain',
      file: 'plain',
      by: 'plain',
      undoes: 'plain',
    },
  },
  recording_share: {
    key: ['id'],
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      call_id: 'plain',
      token_hash: 'plain',
      created_by: 'plain',
    },
  },
  call_draft: {
    key: ['tenant_id', 'call_id', 'agent'],
    texts: {
      tenant_id: 'plain',
      call_id: 'plain',
      agent: 'plain',
      note: 'personal',
      disposition: 'plain',
      hand_over: 'personal',
    },
  },
  agent_task: {
    key: ['id'],
    texts: {
      ...{ id: 'plain', tenant_id: 'plain', agent: 'plain', kind: 'plain', number: 'personal' },
      ...{ call_id: 'plain', text: 'personal', created_by: 'plain', last_call_id: 'plain', done_by: 'plain' },
    },
  },
  wallboard_link: {
    key: ['id'],
    isSetUp: true,
    texts: {
      id: 'plain',
      tenant_id: 'plain',
      wallboard: 'plain',
      title: 'plain',
      token_hash: 'plain',
      created_by: 'plain',
    },
  },
  saved_view: {
    key: ['id'],
    isSetUp: true,
    texts: {
      ...{
        id: 'plain',
        tenant_id: 'plain',
        owner_id: 'plain',
        owner: 'plain',
        page: 'plain',
        name: 'personal',
      },
      ...{ shared_with: 'plain', body: 'personal json', updated_by: 'plain' },
    },
  },
  first_view: {
    key: ['tenant_id', 'user_id', 'page'],
    isSetUp: true,
    texts: { tenant_id: 'plain', user_id: 'plain', page: 'plain', view_id: 'plain' },
  },
  list_number: {
    key: ['place'],
    isSetUp: true,
    texts: {
      tenant_id: 'plain',
      list: 'plain',
      number: 'personal',
      reason: 'personal',
      owner: 'plain',
      note: 'personal',
      by: 'plain',
    },
  },
  list_emptied: {
    key: ['tenant_id', 'list'],
    isSetUp: true,
    texts: { tenant_id: 'plain', list: 'plain' },
  },
  list_import: {
    key: ['revision'],
    isSetUp: true,
    texts: { import_id: 'plain', tenant_id: 'plain', list: 'plain' },
  },
  list_number_before: {
    key: ['place'],
    isSetUp: true,
    texts: {
      tenant_id: 'plain',
      list: 'plain',
      number: 'personal',
      reason: 'personal',
      owner: 'plain',
      note: 'personal',
      by: 'plain',
    },
  },
  audit: {
    key: ['seq'],
    own: 'seq',
    texts: { tenant_id: 'plain', node_id: 'plain', action: 'plain', by: 'plain', details: 'plain json' },
  },
  journal_mark: { key: ['node_id'], texts: { node_id: 'plain' } },
  shared_revision: { key: ['topic'], texts: { topic: 'plain' } },
  node: { key: ['node_id'], isInProgress: true, texts: { node_id: 'plain', settings: 'plain' } },
  cdr: {
    key: ['started_at', 'call_id'],
    own: 'id',
    texts: {
      node_id: 'plain',
      tenant_id: 'plain',
      call_id: 'plain',
      direction: 'plain',
      origin_kind: 'plain',
      origin_name: 'personal',
      caller: 'personal',
      called: 'personal',
      area: 'plain',
      carrier: 'plain',
      cause: 'plain',
      fault: 'plain',
      agent: 'personal',
      survey_digit: 'plain',
      hotline: 'plain',
      queue: 'plain',
      outcome: 'plain',
      trunk: 'plain',
      disposition: 'plain',
      search: 'personal',
      record: 'personal json',
    },
  },
  event_layout: {
    key: ['id'],
    isNeverEmpty: true,
    texts: { id: 'plain', types: 'plain json' },
  },
  event_batch: {
    key: ['tenant_id', 'first_seq'],
    texts: { tenant_id: 'plain', node_id: 'plain', layout: 'plain', body: 'personal json' },
  },
  event_head: { key: ['tenant_id'], texts: { tenant_id: 'plain' } },
  call_target: {
    key: ['started_at', 'call_id', 'no'],
    texts: {
      call_id: 'plain',
      tenant_id: 'plain',
      target: 'personal',
      outcome: 'personal',
      kind: 'plain',
      reason: 'plain',
      from_call: 'plain',
      queue: 'plain',
      trunk: 'plain',
      ended_by: 'plain',
    },
  },
  call_ask: {
    key: ['started_at', 'call_id', 'no'],
    texts: {
      call_id: 'plain',
      tenant_id: 'plain',
      queue: 'plain',
      outcome: 'plain',
      ending: 'plain',
      agent: 'personal',
    },
  },
  call_note: {
    key: ['started_at', 'call_id', 'id'],
    texts: { call_id: 'plain', id: 'plain', tenant_id: 'plain', author: 'plain', text: 'personal' },
  },
  missed_call: {
    key: ['started_at', 'call_id'],
    texts: {
      call_id: 'plain',
      tenant_id: 'plain',
      caller: 'personal',
      called: 'personal',
      hotline: 'plain',
      queue: 'plain',
      outcome: 'plain',
      closed_by: 'plain',
    },
  },
  voicemail_message: {
    key: ['started_at', 'call_id'],
    texts: { call_id: 'plain', tenant_id: 'plain', box: 'plain', state: 'plain' },
  },
  missed_call_work: {
    key: ['started_at', 'call_id'],
    texts: {
      call_id: 'plain',
      tenant_id: 'plain',
      assignee: 'plain',
      done_by: 'plain',
      how: 'plain',
      note: 'personal',
    },
  },
  agent_time: {
    key: ['tenant_id', 'agent', 'from_at'],
    texts: {
      tenant_id: 'plain',
      agent: 'plain',
      state: 'plain',
      reason: 'plain',
      call_id: 'plain',
      queue: 'plain',
      node_id: 'plain',
      disposition: 'plain',
      note: 'personal',
      forced_by: 'plain',
    },
  },
  counter_hotline: {
    key: ['tenant_id', 'bucket', 'hotline', 'queue', 'direction'],
    texts: { tenant_id: 'plain', hotline: 'plain', queue: 'plain', direction: 'plain' },
  },
  counter_agent: {
    key: ['tenant_id', 'bucket', 'agent', 'queue'],
    texts: { tenant_id: 'plain', agent: 'plain', queue: 'plain' },
  },
  counter_trunk: {
    key: ['tenant_id', 'bucket', 'trunk', 'direction'],
    texts: { tenant_id: 'plain', trunk: 'plain', direction: 'plain' },
  },
  counter_area: {
    key: ['tenant_id', 'bucket', 'hotline', 'area'],
    texts: { tenant_id: 'plain', hotline: 'plain', area: 'plain' },
  },
  counter_result: {
    key: ['tenant_id', 'bucket', 'hotline', 'class', 'result'],
    texts: { tenant_id: 'plain', hotline: 'plain', class: 'plain', result: 'plain' },
  },
  histogram: {
    key: ['tenant_id', 'bucket', 'queue', 'measure', 'bound'],
    texts: { tenant_id: 'plain', queue: 'plain', measure: 'plain' },
  },
  call_journal: {
    key: ['id'],
    own: 'id',
    isInProgress: true,
    texts: { node_id: 'plain', layout: 'plain json', events: 'personal json' },
  },
};
