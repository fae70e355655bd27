import type { Acd } from '../acd/acd.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompts } from '../prompt/prompt.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { CallbackStore } from './callback.ts';

/** What call backs need of the other rooms; given by the composition root. */
export interface CallbackParts {
  readonly acd: Acd;
  readonly calls: Calls;
  readonly directory: Directory;
  readonly provisioning: Provisioned;
  readonly promptItems: (tenant: string, prompts: Prompts) => readonly PlayItem[];
  /** In what period a company's calendar is now. */
  readonly period: (calendar: string, tenant: string) => { readonly period: string } | undefined;
  readonly store: CallbackStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
}
