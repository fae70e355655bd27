import type { Tables } from './schema.ts';
import { TABLE_FACTS, type TableFacts } from './table-facts.ts';

/** A table that may hold a person outside the company. */
export interface PersonalTable extends TableFacts {
  readonly name: keyof Tables;
  /** Columns that do. */
  readonly personal: readonly string[];
}

/** All of them, but those of calls under way. */
export const PERSONAL_TABLES: readonly PersonalTable[] = Object.entries<TableFacts>(TABLE_FACTS)
  .map(([name, facts]) => ({ name: name as keyof Tables, ...facts, personal: personalColumns(facts) }))
  .filter(({ isInProgress, personal }) => !isInProgress && personal.length > 0);

export function personalColumns({ texts }: TableFacts): readonly string[] {
  return Object.keys(texts).filter((column) => texts[column]!.startsWith('personal'));
}
